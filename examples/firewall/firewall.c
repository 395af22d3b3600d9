/* SPDX-License-Identifier: Apache-2.0 */
/* Counts IPv4 packets by source address, and drops those whose source the blocklist names. */
#include <skep_bpf.h>

/* A range of addresses: 10.0.0.0/8 is { 8, 10.0.0.0 }. */
struct prefix {
	__u32 prefixlen;
	__be32 address;
};

struct counter {
	__u64 packets;
	__u64 bytes;
};

/* Prefixes with 1 for those to drop. The longest that matches decides. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct prefix);
	__type(value, __u32);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} blocked SEC(".maps");

/* Packets and bytes by source address; the addresses unseen for longest make room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __be32);
	__type(value, struct counter);
	__uint(max_entries, 65536);
} counters SEC(".maps");

static __always_inline void count(__be32 source, __u64 bytes)
{
	struct counter *known = bpf_map_lookup_elem(&counters, &source);
	if (known) {
		__sync_fetch_and_add(&known->packets, 1);
		__sync_fetch_and_add(&known->bytes, bytes);
		return;
	}
	struct counter first = { 1, bytes };
	bpf_map_update_elem(&counters, &source, &first, BPF_ANY);
}

/* The IPv4 header behind at most one VLAN tag, or NULL. */
static __always_inline struct iphdr *ipv4_header(void *data, void *end)
{
	struct ethhdr *ethernet = data;
	void *next = ethernet + 1;
	if (next > end)
		return NULL;
	__be16 protocol = ethernet->h_proto;
	if (protocol == bpf_htons(ETH_P_8021Q) || protocol == bpf_htons(ETH_P_8021AD)) {
		struct vlan_hdr *tag = next;
		next = tag + 1;
		if (next > end)
			return NULL;
		protocol = tag->h_vlan_encapsulated_proto;
	}
	struct iphdr *ip = next;
	return protocol == bpf_htons(ETH_P_IP) && (void *)(ip + 1) <= end ? ip : NULL;
}

SEC("xdp")
int firewall(struct xdp_md *context)
{
	void *data = (void *)(long)context->data;
	void *end = (void *)(long)context->data_end;
	struct iphdr *ip = ipv4_header(data, end);
	if (!ip)
		return XDP_PASS;

	count(ip->saddr, end - data);
	struct prefix source = { 32, ip->saddr };
	__u32 *block = bpf_map_lookup_elem(&blocked, &source);
	return block && *block == 1 ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";
