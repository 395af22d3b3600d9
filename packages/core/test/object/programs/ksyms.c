/* Functions and addresses of the kernel, some of which may be missing. */
/* gcc: no, version 12 leaves externs out of its BTF */
#include <skep_bpf.h>

#define __ksym __attribute__((section(".ksyms")))

extern const void bpf_prog_put __ksym;
extern const void skep_missing __ksym __weak;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void skep_missing_function(int number) __ksym __weak;

__u64 address;

SEC("tc")
int use(struct __sk_buff *context)
{
	address = (__u64)&bpf_prog_put;
	bpf_rcu_read_lock();
	bpf_rcu_read_unlock();
	if (&skep_missing)
		return TC_ACT_SHOT;
	if (skep_missing_function)
		skep_missing_function(4);
	return TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
