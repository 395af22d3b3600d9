/* Timers and spin locks in map values. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct slot {
	__u32 tokens;
	struct bpf_spin_lock lock;
	struct bpf_timer timer;
	__u64 expired;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, struct slot);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct slot);
} fixed SEC(".maps");

static int refill(void *map, __u32 *key, struct slot *slot)
{
	bpf_spin_lock(&slot->lock);
	slot->tokens = 10;
	bpf_spin_unlock(&slot->lock);
	slot->expired += 1;
	bpf_timer_start(&slot->timer, 1000000, 0);
	return 0;
}

SEC("tc")
int limit(struct __sk_buff *context)
{
	__u32 key = context->mark, zero = 0;
	struct slot *slot = bpf_map_lookup_elem(&slots, &key);
	int allowed;
	if (!slot)
		slot = bpf_map_lookup_elem(&fixed, &zero);
	if (!slot)
		return 0;
	bpf_spin_lock(&slot->lock);
	allowed = slot->tokens > 0;
	if (allowed)
		slot->tokens -= 1;
	bpf_spin_unlock(&slot->lock);
	return allowed ? 0 : 2;
}

SEC("tc")
int arm(struct __sk_buff *context)
{
	__u32 zero = 0;
	struct slot *slot = bpf_map_lookup_elem(&fixed, &zero);
	if (!slot)
		return 0;
	if (bpf_timer_init(&slot->timer, &fixed, 1 /* CLOCK_MONOTONIC */) == 0) {
		bpf_timer_set_callback(&slot->timer, refill);
		bpf_timer_start(&slot->timer, 1000, 0);
	}
	bpf_timer_cancel(&slot->timer);
	return 0;
}

char _license[] SEC("license") = "GPL";
