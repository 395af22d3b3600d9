/* Variables in .rodata, .data, .bss and sections of their own. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct settings {
	__u32 limit;
	__u8 name[12];
	__u64 mask;
};

const volatile struct settings settings = {.limit = 7, .name = "settings", .mask = 0xff00ff00ff00ff00};
const volatile __u32 fixed[4] = {1, 2, 3, 4};
static const char text[] = "a text of its own";
struct settings current = {.limit = 9};
static __u64 total = 40;
__u64 counters[8];
static __u32 hidden;
int own SEC(".data.own") = 5;
const volatile __u64 table[3] SEC(".rodata.table") = {10, 20, 30};
__u16 small SEC(".bss.small");

SEC("xdp")
int use(struct xdp_md *context)
{
	__u32 index = context->rx_queue_index & 7;
	counters[index] += settings.limit + fixed[index & 3];
	total += settings.mask & current.mask;
	hidden += text[index];
	own += table[1];
	small += 1;
	current.limit = counters[0] > total ? hidden : own;
	bpf_printk("%s %d", "a string", index);
	return current.limit > 100 ? XDP_DROP : XDP_PASS;
}

SEC("tc")
int reset(struct __sk_buff *context)
{
	__builtin_memset(counters, 0, sizeof(counters));
	total = hidden = 0;
	own = table[2];
	return 0;
}

char _license[] SEC("license") = "GPL";
