/* What the benchmarks of the kernel host run: a hash, and a program that fills a ring buffer. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Events of one run but the last, and bytes that are worth a wake-up. */
#define LAST 63
#define MANY 65536

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
	/* A wake-up costs more than an event: once for many. */
	bpf_ringbuf_submit(event, index == LAST && bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) >= MANY ? BPF_RB_FORCE_WAKEUP
																									  : BPF_RB_NO_WAKEUP);
	return 0;
}

SEC("tc")
int produce(struct __sk_buff *context)
{
	bpf_loop(LAST + 1, emit, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
