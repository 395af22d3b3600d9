/* A map pinned by name. */
/* load: no, it would be pinned for all to see */
#include <skep_bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u64);
	__type(value, __u64);
	__uint(max_entries, 10);
	__uint(pinning, 1);
} skep_test_pinned SEC(".maps");

SEC("tc")
int use(struct __sk_buff *context)
{
	__u64 key = context->len;
	return bpf_map_lookup_elem(&skep_test_pinned, &key) ? TC_ACT_SHOT : TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
