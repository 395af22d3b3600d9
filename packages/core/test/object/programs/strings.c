/* String literals, which compilers put into read-only sections of their own. */
#include <skep_bpf.h>

SKEP_HELPER(182, long, bpf_strncmp, const char *text, __u32 size, const char *other);

SEC("xdp")
int print(struct xdp_md *context)
{
	static const char format[] = "packet of %d bytes";
	bpf_trace_printk(format, sizeof(format), context->data_end - context->data);
	bpf_trace_printk("short\n", 7);
	char name[8] = "abcdefg";
	return bpf_strncmp(name, 8, "abcdefg") == 0 ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int again(struct xdp_md *context)
{
	bpf_trace_printk("short\n", 7);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
