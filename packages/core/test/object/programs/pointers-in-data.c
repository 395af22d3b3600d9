/* Data that holds addresses: no loader fills them in. */
#include <skep_bpf.h>

static volatile int target = 4;
volatile int *pointer = &target;
static int doubled(int number) { return number * 2; }
int (*function)(int) = doubled;

SEC("xdp")
int use(struct xdp_md *context)
{
	return pointer ? target : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
