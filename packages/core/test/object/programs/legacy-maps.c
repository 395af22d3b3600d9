/* Maps as struct bpf_map_def, before BTF. */
/* libbpf: no, it has not taken them since 1.0 */
#include <skep_bpf.h>

struct bpf_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags;
};

struct bpf_map_def SEC("maps") first = { BPF_MAP_TYPE_HASH, 4, 8, 16, BPF_F_NO_PREALLOC };
struct bpf_map_def SEC("maps") second = { BPF_MAP_TYPE_ARRAY, 4, 64, 1, 0 };

struct ____btf_map_first {
	__u32 key;
	__u64 value;
};
struct ____btf_map_first SEC(".maps.first") ____btf_map_first = {};

SEC("socket")
int filter(struct __sk_buff *context)
{
	__u32 key = context->len;
	__u64 *value = bpf_map_lookup_elem(&first, &key);
	key = 0;
	return value && bpf_map_lookup_elem(&second, &key) ? 100 : 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
__u32 _version SEC("version") = 0x050a00;
