/* SPDX-License-Identifier: Apache-2.0 */
#include <skep_bpf.h>

#define SECOND 1000000000ULL

struct bucket {
	struct bpf_spin_lock guard;
	__u64 tokens;
	__u64 refilled;
};

struct totals {
	__u64 passed;
	__u64 dropped;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __be32);
	__type(value, struct bucket);
} buckets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct totals);
} totals SEC(".maps");

const volatile __u64 rate = 100;
const volatile __u64 burst = 20;

static __always_inline int take_token(__be32 source)
{
	__u64 now = bpf_ktime_get_ns();
	struct bucket *bucket = bpf_map_lookup_elem(&buckets, &source);
	if (!bucket) {
		struct bucket full;
		__builtin_memset(&full, 0, sizeof(full)); /* the padding behind the lock too */
		full.tokens = burst;
		full.refilled = now;
		bpf_map_update_elem(&buckets, &source, &full, BPF_NOEXIST);
		bucket = bpf_map_lookup_elem(&buckets, &source);
		if (!bucket)
			return 1;
	}
	int allowed = 0;
	__u64 most = burst, perSecond = rate;
	bpf_spin_lock(&bucket->guard);
	__u64 elapsed = now - bucket->refilled;
	__u64 earned = (elapsed < SECOND ? elapsed : SECOND) * perSecond / SECOND;
	if (earned > 0) {
		__u64 filled = bucket->tokens + earned;
		bucket->tokens = filled < most ? filled : most;
		bucket->refilled = now;
	}
	if (bucket->tokens > 0) {
		bucket->tokens -= 1;
		allowed = 1;
	}
	bpf_spin_unlock(&bucket->guard);
	return allowed;
}

SEC("xdp")
int limit(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	__be32 source = ip->saddr;
	__u32 zero = 0;
	struct totals *total = bpf_map_lookup_elem(&totals, &zero);
	if (!total)
		return XDP_PASS;
	if (take_token(source)) {
		total->passed += 1;
		return XDP_PASS;
	}
	total->dropped += 1;
	return XDP_DROP;
}

char _license[] SEC("license") = "GPL";
