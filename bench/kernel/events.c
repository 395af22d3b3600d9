/* What the benchmarks of the kernel host run: a hash, and a program that fills a ring buffer. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 number;
	__u64 payload[7];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, __u64);
} table SEC(".maps");

__u64 sent, dropped;

static long emit(__u32 index, void *context)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		dropped++;
		return 0;
	}
	event->number = sent++;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("xdp")
int produce(struct xdp_md *context)
{
	bpf_loop(64, emit, NULL, 0);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
