/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct counter {
	__u64 packets;
	__u64 bytes;
};

struct rule {
	__u32 action;
	__u64 hits;
};

struct prefix {
	__u32 prefixlen;
	__be32 address;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, struct prefix);
	__type(value, struct rule);
} rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 65536);
	__type(key, __be32);
	__type(value, struct counter);
} perIp SEC(".maps");

const volatile __u32 countOnly = 0;

SEC("xdp")
int firewall(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;

	__be32 source = ip->saddr;
	struct counter *counter = bpf_map_lookup_elem(&perIp, &source);
	if (!counter) {
		struct counter zero = {};
		bpf_map_update_elem(&perIp, &source, &zero, BPF_NOEXIST);
		counter = bpf_map_lookup_elem(&perIp, &source);
	}
	if (counter) {
		counter->packets += 1;
		counter->bytes += end - data;
	}
	struct prefix key = { 32, source };
	struct rule *rule = bpf_map_lookup_elem(&rules, &key);
	if (!rule)
		return XDP_PASS;
	__sync_fetch_and_add(&rule->hits, 1);
	return rule->action == XDP_DROP && countOnly == 0 ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
