/* Rewrites by bpf_skb_store_bytes, with the checksums of both layers. */
#include "packet.h"

SEC("tc")
int run(struct __sk_buff *context)
{
	struct iphdr ip;
	if (bpf_skb_load_bytes(context, 14, &ip, sizeof(ip)) || ip.version != 4 || ip.ihl != 5)
		return TC_ACT_OK;
	__u32 old = ip.saddr, new = bpf_htonl(0xc0000201);
	__u16 port = bpf_htons(4242), before;
	int at = ip.protocol == TCP ? 16 : 6;
	if (ip.protocol != TCP && ip.protocol != UDP)
		return TC_ACT_PIPE;
	if (bpf_skb_load_bytes(context, 34, &before, 2))
		return TC_ACT_SHOT;
	__u64 flags = BPF_F_PSEUDO_HDR | (ip.protocol == UDP ? BPF_F_MARK_MANGLED_0 : 0);
	if (bpf_l4_csum_replace(context, 34 + at, old, new, flags | 4))
		return TC_ACT_STOLEN;
	bpf_l4_csum_replace(context, 34 + at, before, port, (flags & ~BPF_F_PSEUDO_HDR) | 2);
	bpf_l3_csum_replace(context, 24, old, new, 4);
	bpf_skb_store_bytes(context, 26, &new, 4, 0);
	return bpf_skb_store_bytes(context, 34, &port, 2, BPF_F_RECOMPUTE_CSUM) ? TC_ACT_SHOT : TC_ACT_OK;
}
