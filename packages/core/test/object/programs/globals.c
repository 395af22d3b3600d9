/* Variables of all kinds and sections. */
#include <skep_bpf.h>

struct point {
	__u32 x, y;
};

int counter = 1;
__u64 large = 0x1122334455667788ULL;
struct point corner = { 3, 4 };
__u8 zeroes[100];
__u32 sum;
const volatile int limit = 10;
const volatile char text[12] = "hello";
static volatile int hidden = 5;
static volatile __u16 unset;
static const volatile struct point fixed[3] = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
__u64 custom SEC(".data.custom") = 9;
__u32 custom_zero SEC(".bss.custom");
const volatile __u8 custom_constant SEC(".rodata.custom") = 7;

SEC("xdp")
int use(struct xdp_md *context)
{
	static volatile __u32 calls;

	calls += 1;
	counter += limit;
	large += text[context->rx_queue_index & 7];
	corner.y += 1;
	zeroes[context->rx_queue_index & 63] += 1;
	sum += hidden + unset + fixed[context->rx_queue_index & 1].y;
	custom += custom_zero + custom_constant;
	custom_zero = 1;
	return calls > 3 ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";
