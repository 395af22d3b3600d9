/* SPDX-License-Identifier: Apache-2.0 */
#include <skep_bpf.h>

/* The first words of TCP and UDP. */
struct ports {
	__be16 source;
	__be16 dest;
};

#define MOST_EXTENSIONS 6
#define FARTHEST 1024

struct prefix {
	__u32 prefixlen;
	struct in6_addr address;
};

struct fragment {
	__u8 nexthdr;
	__u8 reserved;
	__be16 frag_off;
	__be32 identification;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct prefix);
	__type(value, __u32);
} blocked SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u16);
	__type(value, __u32);
} open SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} verdicts SEC(".maps");

static __always_inline int verdict_of(void *data, void *end, struct ipv6hdr *ip)
{
	struct prefix source = { 128, ip->saddr };
	__u32 *block = bpf_map_lookup_elem(&blocked, &source);
	if (block && *block == 1)
		return XDP_DROP;

	__u8 next = ip->nexthdr;
	__u32 at = sizeof(struct ethhdr) + sizeof(*ip);
	for (int i = 0; i < MOST_EXTENSIONS; i++) {
		if (next == IPPROTO_FRAGMENT) {
			struct fragment *fragment = data + at;
			if ((void *)(fragment + 1) > end)
				return XDP_DROP;
			if (fragment->frag_off & bpf_htons(0xfff8))
				return XDP_PASS;
			next = fragment->nexthdr;
			at += sizeof(*fragment);
		} else if (next == IPPROTO_HOPOPTS || next == IPPROTO_ROUTING || next == IPPROTO_DSTOPTS) {
			struct ipv6_opt_hdr *extension = data + at;
			if ((void *)(extension + 1) > end)
				return XDP_DROP;
			next = extension->nexthdr;
			at += (extension->hdrlen + 1) * 8;
			if (at > FARTHEST)
				return XDP_DROP;
		} else {
			goto found;
		}
	}
	return XDP_DROP;

found:
	if (next != IPPROTO_TCP && next != IPPROTO_UDP)
		return XDP_PASS;
	struct ports *ports = data + at;
	if ((void *)(ports + 1) > end)
		return XDP_DROP;
	__u16 port = bpf_ntohs(ports->dest);
	return bpf_map_lookup_elem(&open, &port) ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int filter(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct ipv6hdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IPV6))
		return XDP_PASS;
	__u32 verdict = verdict_of(data, end, ip);
	__u64 *packets = bpf_map_lookup_elem(&verdicts, &verdict);
	if (packets)
		*packets += 1;
	return verdict;
}

char _license[] SEC("license") = "GPL";
