/* A congestion control algorithm for the kernel: a struct of functions. */
/* gcc: no, its BTF lacks the DATASEC */
/* load: no, the kernel may not offer it */
#include <skep_bpf.h>

struct sock;

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *socket);
	void (*cong_avoid)(struct sock *socket, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *socket);
	char name[16];
};

SEC("struct_ops/skep_ssthresh")
__u32 skep_ssthresh(__u64 *context)
{
	return 2;
}

SEC("struct_ops/skep_cong_avoid")
void skep_cong_avoid(__u64 *context)
{
}

SEC("struct_ops/skep_undo_cwnd")
__u32 skep_undo_cwnd(__u64 *context)
{
	return 2;
}

SEC(".struct_ops")
struct tcp_congestion_ops skep = {
	.ssthresh = (void *)skep_ssthresh,
	.cong_avoid = (void *)skep_cong_avoid,
	.undo_cwnd = (void *)skep_undo_cwnd,
	.name = "skep_test",
};

char _license[] SEC("license") = "GPL";
