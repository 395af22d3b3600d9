/* Symbols of the kernel: there and missing; the missing one with a type as well. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

extern const void bpf_prog_put __ksym;
extern const void bpf_prog_array_alloc __ksym;
extern const void skep_missing __ksym __weak;
extern const int skep_missing_typed __ksym __weak;

__u64 addresses[4];

SEC("raw_tp/sys_enter")
int use(void *context)
{
	addresses[0] = (__u64)&bpf_prog_put;
	addresses[1] = (__u64)&bpf_prog_array_alloc;
	addresses[2] = (__u64)&skep_missing;
	if (&skep_missing_typed)
		addresses[3] = 1;
	return 0;
}

char _license[] SEC("license") = "GPL";
