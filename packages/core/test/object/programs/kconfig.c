/* Kernel configuration values. */
/* gcc: no, version 12 leaves externs out of its BTF */
#include <skep_bpf.h>

#define __kconfig __attribute__((section(".kconfig")))

extern unsigned LINUX_KERNEL_VERSION __kconfig;
extern _Bool CONFIG_BPF __kconfig;
extern int CONFIG_HZ __kconfig __weak;
extern __u64 CONFIG_SKEP_MISSING __kconfig __weak;
extern char CONFIG_DEFAULT_HOSTNAME[32] __kconfig __weak;

SEC("xdp")
int use(struct xdp_md *context)
{
	int hostname = CONFIG_DEFAULT_HOSTNAME[1];
	if (CONFIG_BPF && CONFIG_HZ > 10 && CONFIG_SKEP_MISSING == 0)
		return LINUX_KERNEL_VERSION > 0x050000 ? XDP_PASS : hostname;
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
