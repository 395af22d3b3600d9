/* Maps that only their own file sees: relocations name the section, and an offset in it. */
/* libbpf: no, it takes global maps only */
#include <skep_bpf.h>

static struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, int);
	__type(value, long);
	__uint(max_entries, 2);
} first SEC(".maps");

static struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, int);
	__uint(max_entries, 3);
} second SEC(".maps");

SEC("xdp")
int use(struct xdp_md *context)
{
	int zero = 0;
	return bpf_map_lookup_elem(&first, &zero) && bpf_map_lookup_elem(&second, &zero) ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
