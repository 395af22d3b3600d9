/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct endpoint {
	__be32 ip;
	__be16 port;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct endpoint);
	__type(value, struct endpoint);
} translations SEC(".maps");

/* A checksum after a word of what it covers changed (RFC 1624). */
static __always_inline __u16 updated(__u16 checksum, __u16 before, __u16 after)
{
	__u32 sum = (__u16)~checksum + (__u16)~before + after;
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static __always_inline __u16 updated_address(__u16 checksum, __be32 before, __be32 after)
{
	checksum = updated(checksum, before & 0xffff, after & 0xffff);
	return updated(checksum, before >> 16, after >> 16);
}

SEC("xdp")
int nat(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	void *l4 = (void *)ip + ip->ihl * 4;
	struct ports *ports = l4;
	if ((void *)(ports + 1) > end || ip->frag_off & bpf_htons(0x1fff))
		return XDP_PASS;
	struct endpoint key = {};
	key.ip = ip->saddr;
	key.port = ports->source;
	struct endpoint *to = bpf_map_lookup_elem(&translations, &key);
	if (!to)
		return XDP_PASS;

	if (ip->protocol == IPPROTO_TCP) {
		struct tcphdr *tcp = l4;
		if ((void *)(tcp + 1) > end)
			return XDP_PASS;
		tcp->check = updated(updated_address(tcp->check, key.ip, to->ip), key.port, to->port);
	} else {
		struct udphdr *udp = l4;
		if ((void *)(udp + 1) > end)
			return XDP_PASS;
		if (udp->check != 0)
			udp->check = updated(updated_address(udp->check, key.ip, to->ip), key.port, to->port);
	}
	ports->source = to->port;
	ip->check = updated_address(ip->check, key.ip, to->ip);
	ip->saddr = to->ip;
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";
