/* Atomic operations with their old values. */
#include "packet.h"

struct words {
	__u64 a, b, c, d;
	__u32 e, f;
};
MAP(ARRAY, __u32, struct words, 1, state);

SEC("tc")
int run(struct __sk_buff *context)
{
	__u32 zero = 0, length = context->len;
	struct words *words = bpf_map_lookup_elem(&state, &zero);
	if (!words)
		return TC_ACT_SHOT;
	__u64 old = __sync_fetch_and_add(&words->a, length);
	old ^= __sync_fetch_and_or(&words->b, old << (length & 31));
	old ^= __sync_fetch_and_xor(&words->c, old);
	old ^= __sync_fetch_and_and(&words->b, ~(__u64)length);
	old += __sync_lock_test_and_set(&words->d, old);
	old += __sync_val_compare_and_swap(&words->e, words->f, length);
	__sync_fetch_and_add(&words->f, old);
	return old & 1;
}
