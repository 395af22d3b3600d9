/* Kernel configuration: each type an option can be declared with. */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>

extern int LINUX_KERNEL_VERSION __kconfig;
extern bool LINUX_HAS_BPF_COOKIE __kconfig __weak;
extern bool CONFIG_BPF_SYSCALL __kconfig;
extern bool CONFIG_SKEP_ABSENT_BOOL __kconfig __weak;
extern enum libbpf_tristate CONFIG_BPF_JIT __kconfig;
extern enum libbpf_tristate CONFIG_SKEP_ABSENT_TRISTATE __kconfig __weak;
extern char CONFIG_NET __kconfig;
extern __u8 CONFIG_INET __kconfig;
extern char CONFIG_SKEP_ABSENT_CHAR __kconfig __weak;
extern int CONFIG_HZ __kconfig;
extern __u64 CONFIG_NR_CPUS __kconfig;
extern __s16 CONFIG_LOG_BUF_SHIFT __kconfig;
extern char CONFIG_DEFAULT_HOSTNAME[8] __kconfig;
extern char CONFIG_LOCALVERSION[64] __kconfig;
extern char CONFIG_SKEP_ABSENT_TEXT[4] __kconfig __weak;

__u64 values[16];

SEC("raw_tp/sys_enter")
int use(void *context)
{
	values[0] = LINUX_KERNEL_VERSION;
	values[1] = LINUX_HAS_BPF_COOKIE;
	values[2] = CONFIG_BPF_SYSCALL;
	values[3] = CONFIG_SKEP_ABSENT_BOOL;
	values[4] = CONFIG_BPF_JIT;
	values[5] = CONFIG_SKEP_ABSENT_TRISTATE;
	values[6] = CONFIG_NET;
	values[7] = CONFIG_SKEP_ABSENT_CHAR;
	values[8] = CONFIG_HZ;
	values[9] = CONFIG_NR_CPUS;
	values[10] = CONFIG_LOG_BUF_SHIFT;
	values[11] = CONFIG_DEFAULT_HOSTNAME[1];
	values[12] = CONFIG_LOCALVERSION[0];
	values[13] = CONFIG_SKEP_ABSENT_TEXT[0];
	values[14] = CONFIG_INET;
	return 0;
}

char _license[] SEC("license") = "GPL";
