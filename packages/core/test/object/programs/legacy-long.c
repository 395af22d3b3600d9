/* A longer struct bpf_map_def than libbpf's, as other loaders had it. */
/* libbpf: no, it has not taken them since 1.0 */
#include <skep_bpf.h>

struct bpf_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags, inner_map_idx, numa_node, more[2];
};

struct bpf_map_def SEC("maps") plain = { BPF_MAP_TYPE_ARRAY, 4, 4, 2, 0, 0, 0, { 0, 0 } };
struct bpf_map_def SEC("maps") marked = { BPF_MAP_TYPE_HASH, 8, 4, 3, 0, 1, 2, { 3, 4 } };

SEC("socket")
int filter(struct __sk_buff *context)
{
	__u64 key = context->len;
	return bpf_map_lookup_elem(&plain, &key) && bpf_map_lookup_elem(&marked, &key);
}
