/* Programs that a trampoline calls: some kernels do not permit them. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

__u64 seen;

SEC("fentry/bpf_prog_put")
int BPF_PROG(entry, struct bpf_prog *program)
{
	seen += program->aux->id;
	return 0;
}

SEC("fexit/bpf_prog_get_type_dev")
int BPF_PROG(leave, __u32 descriptor, int type, bool attach, struct bpf_prog *result)
{
	seen += type + attach;
	return 0;
}

char _license[] SEC("license") = "GPL";
