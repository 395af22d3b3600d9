/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct prefix {
	__u32 prefixlen;
	__be32 address;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct prefix);
	__type(value, __u32);
} allowed SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __be32);
	__type(value, __u64);
} refused SEC(".maps");

SEC("cgroup_skb/egress")
int egress(struct __sk_buff *ctx)
{
	if (ctx->protocol != bpf_htons(ETH_P_IP))
		return 1;
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = data;
	if ((void *)(ip + 1) > end)
		return 0;
	struct prefix key = { 32, ip->daddr };
	__u32 *allow = bpf_map_lookup_elem(&allowed, &key);
	if (allow && *allow == 1)
		return 1;
	__u64 *known = bpf_map_lookup_elem(&refused, &key.address);
	if (known) {
		__sync_fetch_and_add(known, 1);
	} else {
		__u64 one = 1;
		bpf_map_update_elem(&refused, &key.address, &one, BPF_ANY);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
