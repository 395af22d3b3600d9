/* One array map, one program. */
#include <skep_bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 4);
} packets SEC(".maps");

SEC("xdp")
int count(struct xdp_md *context)
{
	__u32 key = context->rx_queue_index & 3;
	__u64 *value = bpf_map_lookup_elem(&packets, &key);
	if (value)
		*value += 1;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
