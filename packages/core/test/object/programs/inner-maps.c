/* Maps of maps with their inner maps in place. */
#include <skep_bpf.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 16);
};

struct inner first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 5);
	__type(key, __u32);
	__array(values, struct inner);
} by_index SEC(".maps") = {
	.values = { [1] = &first, [4] = &second },
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, __u32);
	__uint(value_size, 4);
	__array(values, struct inner);
} by_key SEC(".maps") = {
	.values = { &second },
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__uint(max_entries, 1);
		__type(key, int);
		__type(value, __u8[40]);
	});
} empty SEC(".maps");

SEC("xdp")
int look(struct xdp_md *context)
{
	__u32 key = 1;
	void *inner = bpf_map_lookup_elem(&by_index, &key);
	if (inner)
		bpf_map_lookup_elem(inner, &key);
	inner = bpf_map_lookup_elem(&by_key, &key);
	if (inner)
		bpf_map_delete_elem(inner, &key);
	bpf_map_lookup_elem(&empty, &key);
	return context->ingress_ifindex ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
