/* Every way to write the attributes of a map. */
#include <skep_bpf.h>

struct key {
	__u32 a;
	__u16 b, c;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct key);
	__uint(value_size, 24);
	__uint(max_entries, 100);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} by_size SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(key_size, sizeof(struct key));
	__type(key, struct key);
	__type(value, __u64[3]);
	__uint(max_entries, 1);
} both SEC(".maps");

struct {
	__uint(max_entries, 4096);
	__uint(type, BPF_MAP_TYPE_RINGBUF);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__type(value, __u32);
	__uint(max_entries, 7);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__type(value, __u32);
	__uint(max_entries, 1000);
	__uint(map_extra, 3);
} bloom SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __be32);
	__type(value, char[16]);
	__uint(max_entries, 8);
	__uint(map_flags, BPF_F_NUMA_NODE);
	__uint(numa_node, 0);
} on_node SEC(".maps");

SEC("xdp")
int use(struct xdp_md *context)
{
	struct key key = { context->rx_queue_index, 1, 2 };
	__u32 number = 5;
	bpf_map_lookup_elem(&by_size, &key);
	bpf_map_lookup_elem(&both, &key);
	bpf_ringbuf_output(&events, &key, sizeof(key), 0);
	bpf_map_push_elem(&queue, &number, 0);
	bpf_map_push_elem(&bloom, &number, 0);
	bpf_map_lookup_elem(&on_node, &number);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
