/* Atomic operations, which versions 1 and 2 of the instruction set only have as addition. */
#include <skep_bpf.h>

__u64 wide;
__u32 narrow;

SEC("xdp")
int add(struct xdp_md *context)
{
	__sync_fetch_and_add(&wide, 1);
	__sync_fetch_and_add(&narrow, 2);
	return XDP_PASS;
}

#if SKEP_CPU >= 3
SEC("xdp")
int more(struct xdp_md *context)
{
	__u64 before = __sync_fetch_and_add(&wide, 3);
	before += __sync_fetch_and_or(&wide, 0x10);
	before += __sync_fetch_and_xor(&wide, 0x100);
	before += __sync_val_compare_and_swap(&wide, 5, before);
	before += __sync_lock_test_and_set(&narrow, 9);
	return before & 1 ? XDP_PASS : XDP_DROP;
}
#endif

char _license[] SEC("license") = "GPL";
