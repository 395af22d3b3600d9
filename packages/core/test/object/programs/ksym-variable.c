/* A variable of the kernel, with its type. */
/* gcc: no, version 12 leaves externs out of its BTF */
/* load: no, kernels differ in the variables they offer */
#include <skep_bpf.h>

SKEP_HELPER(153, void *, bpf_per_cpu_ptr, const void *variable, __u32 cpu);

struct rq {
	int unused;
};

extern const struct rq runqueues __attribute__((section(".ksyms")));

SEC("tc")
int use(struct __sk_buff *context)
{
	return bpf_per_cpu_ptr(&runqueues, 0) ? TC_ACT_OK : TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
