/* Maps of maps with inner maps from the start. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = {.values = {[0] = &first, [2] = &second}};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 8);
	__type(key, __u32);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 16);
		__uint(map_flags, BPF_F_NO_PREALLOC);
		__type(key, __u64);
		__type(value, __u32[4]);
	});
} by_name SEC(".maps");

SEC("xdp")
int use(struct xdp_md *context)
{
	__u32 index = context->rx_queue_index;
	__u64 wide = index;
	void *map = bpf_map_lookup_elem(&outer, &index);
	if (map) {
		__u64 *value = bpf_map_lookup_elem(map, &index);
		if (value)
			__sync_fetch_and_add(value, 1);
	}
	map = bpf_map_lookup_elem(&by_name, &index);
	if (map) {
		__u32 *values = bpf_map_lookup_elem(map, &wide);
		if (values)
			values[1] = values[2] + 1;
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
