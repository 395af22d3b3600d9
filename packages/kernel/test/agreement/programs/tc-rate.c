/* A token bucket by packets: one refill for every eighth, under a spin lock. */
#include "packet.h"

struct bucket {
	struct bpf_spin_lock lock;
	__u32 tokens;
	__u64 passed, dropped;
};
MAP(HASH, __u32, struct bucket, 1024, buckets);

SEC("tc")
int run(struct __sk_buff *context)
{
	struct iphdr *ip = ipv4(START(context), END(context));
	if (!ip)
		return TC_ACT_OK;
	__u32 key = ip->saddr;
	struct bucket *bucket = bpf_map_lookup_elem(&buckets, &key), first = {.tokens = 3};
	if (!bucket) {
		bpf_map_update_elem(&buckets, &key, &first, BPF_NOEXIST);
		bucket = bpf_map_lookup_elem(&buckets, &key);
		if (!bucket)
			return TC_ACT_SHOT;
	}
	int verdict = TC_ACT_OK;
	bpf_spin_lock(&bucket->lock);
	if (((bucket->passed + bucket->dropped) & 7) == 7)
		bucket->tokens += 4;
	if (bucket->tokens) {
		bucket->tokens--;
		bucket->passed++;
	} else {
		bucket->dropped++;
		verdict = TC_ACT_SHOT;
	}
	bpf_spin_unlock(&bucket->lock);
	return verdict;
}
