/* Functions as arguments of helpers. */
#include <skep_bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 32);
} entries SEC(".maps");

static volatile __u64 rounds;

static __noinline int twice(int number)
{
	return number * 2;
}

static int each(void *map, __u32 *key, __u64 *value, void *data)
{
	rounds += *value + twice(*key);
	return 0;
}

static int step(__u32 index, void *data)
{
	rounds += index;
	return index > 50;
}

SEC("xdp")
int walk(struct xdp_md *context)
{
	bpf_loop(100, step, NULL, 0);
	bpf_for_each_map_elem(&entries, each, NULL, 0);
	bpf_loop(5, step, NULL, 0);
	return XDP_PASS;
}

SEC("tc")
int again(struct __sk_buff *context)
{
	bpf_for_each_map_elem(&entries, each, NULL, 0);
	return TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
