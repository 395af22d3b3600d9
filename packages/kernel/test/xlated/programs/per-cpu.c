/* Per-CPU maps. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct counter {
	__u64 packets, bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct counter);
} totals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct counter);
} by_cpu SEC(".maps");

SEC("raw_tp/sched_switch")
int use(void *context)
{
	__u32 cpu = bpf_get_smp_processor_id(), key = 0;
	struct counter *own = bpf_map_lookup_elem(&totals, &key);
	struct counter *other = bpf_map_lookup_percpu_elem(&totals, &key, 0);
	struct counter first = {1, 2};
	if (own && other)
		own->packets += other->bytes;
	bpf_map_update_elem(&by_cpu, &cpu, &first, BPF_NOEXIST);
	return 0;
}

char _license[] SEC("license") = "GPL";
