/* Variables and functions of the kernel, with and without type, some of which may be missing. */
/* gcc: no, version 12 leaves externs out of its BTF */
#include <skep_bpf.h>

#define __ksym __attribute__((section(".ksyms")))

SKEP_HELPER(153, void *, bpf_per_cpu_ptr, const void *variable, __u32 cpu);

extern const void bpf_prog_put __ksym;
extern const void skep_missing __ksym __weak;
extern const int bpf_prog_active __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void skep_missing_function(int number) __ksym __weak;

__u64 address;

SEC("tc")
int use(struct __sk_buff *context)
{
	int *active = bpf_per_cpu_ptr(&bpf_prog_active, 0);
	address = (__u64)&bpf_prog_put;
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	if (&skep_missing)
		return TC_ACT_SHOT;
	if (skep_missing_function)
		skep_missing_function(4);
	return active ? TC_ACT_OK : TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
