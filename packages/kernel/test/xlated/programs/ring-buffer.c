/* Ring buffers in both directions, with dynptrs. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 time;
	__u32 pid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8192);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} requests SEC(".maps");

static long take(struct bpf_dynptr *record, void *context)
{
	__u32 value = 0;
	if (bpf_dynptr_read(&value, sizeof(value), record, 0, 0))
		return 1;
	*(__u64 *)context += value;
	return 0;
}

SEC("raw_tp/sys_enter")
int emit(void *context)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return 0;
	event->time = bpf_ktime_get_ns();
	event->pid = bpf_get_current_pid_tgid() >> 32;
	if (bpf_get_current_comm(event->comm, sizeof(event->comm))) {
		bpf_ringbuf_discard(event, BPF_RB_NO_WAKEUP);
		return 0;
	}
	bpf_ringbuf_submit(event, bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > 4096 ? BPF_RB_FORCE_WAKEUP : 0);
	return 0;
}

SEC("raw_tp/sys_exit")
int answer(void *context)
{
	__u64 sum = 0;
	struct bpf_dynptr record;
	bpf_user_ringbuf_drain(&requests, take, &sum, 0);
	if (!bpf_ringbuf_reserve_dynptr(&events, 8 + (sum & 63), 0, &record))
		bpf_dynptr_write(&record, 0, &sum, sizeof(sum), 0);
	bpf_ringbuf_submit_dynptr(&record, 0);
	bpf_ringbuf_output(&events, &sum, sizeof(sum), 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
