/* A filter over ports, reading with helpers. */
#include "packet.h"

MAP(HASH, __u32, __u64, 4096, ports);

SEC("socket")
int run(struct __sk_buff *context)
{
	struct iphdr ip;
	__u16 pair[2];
	__u64 one = 1;
	if (bpf_skb_load_bytes(context, 0, &ip, sizeof(ip)) || ip.version != 4)
		return 0;
	if (bpf_skb_load_bytes(context, ip.ihl * 4, pair, 4))
		return context->len;
	__u32 key = pair[1];
	__u64 *count = bpf_map_lookup_elem(&ports, &key);
	if (count)
		*count += context->len;
	else
		bpf_map_update_elem(&ports, &key, &one, 0);
	return pair[0] & 1 ? 64 : -1;
}
