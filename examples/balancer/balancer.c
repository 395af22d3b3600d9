/* SPDX-License-Identifier: Apache-2.0 */
#include <skep_bpf.h>

/* The first words of TCP and UDP. */
struct ports {
	__be16 source;
	__be16 dest;
};

#define RING 65537

struct backend {
	__be32 ip;
	__u8 mac[ETH_ALEN];
	__u16 up;
};

struct vip {
	__be32 ip;
	__be16 port;
	__u8 mac[ETH_ALEN];
};

struct stats {
	__u64 packets;
	__u64 bytes;
	__u64 noBackend;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, RING);
	__type(key, __u32);
	__type(value, __u32);
} maglev SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 512);
	__type(key, __u32);
	__type(value, struct backend);
} backends SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct vip);
} vips SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stats);
} stats SEC(".maps");

static __always_inline __u32 flow_hash(__u32 a, __u32 b)
{
	__u32 h = a ^ b;
	h *= 0x9e3779b1;
	h ^= h >> 15;
	h *= 0x85ebca77;
	return h ^ h >> 13;
}

static __always_inline __u16 checksum(const struct iphdr *ip)
{
	const __u16 *words = (const void *)ip;
	__u32 sum = 0;
#pragma unroll
	for (int i = 0; i < (int)sizeof(*ip) / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

SEC("xdp")
int balance(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	struct ports *ports = (void *)ip + ip->ihl * 4;
	if ((void *)(ports + 1) > end)
		return XDP_PASS;

	__u32 zero = 0;
	struct vip *vip = bpf_map_lookup_elem(&vips, &zero);
	struct stats *stat = bpf_map_lookup_elem(&stats, &zero);
	if (!vip || !stat)
		return XDP_PASS;
	if (ip->daddr != vip->ip || ports->dest != vip->port)
		return XDP_PASS;

	__u32 flow = bpf_ntohs(ports->source) << 16 | bpf_ntohs(ports->dest);
	__u32 index = flow_hash(bpf_ntohl(ip->saddr), flow) % RING;
	__u32 *slot = bpf_map_lookup_elem(&maglev, &index);
	struct backend *backend = slot ? bpf_map_lookup_elem(&backends, slot) : NULL;
	if (!backend || backend->up == 0) {
		stat->noBackend += 1;
		return XDP_DROP;
	}
	stat->packets += 1;
	stat->bytes += end - data;

	__u16 inner_length = bpf_ntohs(ip->tot_len);
	if (bpf_xdp_adjust_head(ctx, -(int)sizeof(struct iphdr)))
		return XDP_ABORTED;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	eth = data;
	struct iphdr *outer = (void *)(eth + 1);
	if ((void *)(outer + 1) > end)
		return XDP_ABORTED;
	__builtin_memcpy(eth->h_dest, backend->mac, ETH_ALEN);
	__builtin_memcpy(eth->h_source, vip->mac, ETH_ALEN);
	eth->h_proto = bpf_htons(ETH_P_IP);
	*outer = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tot_len = bpf_htons(inner_length + sizeof(struct iphdr)),
		.ttl = 64,
		.protocol = IPPROTO_IPIP,
		.saddr = vip->ip,
		.daddr = backend->ip,
	};
	outer->check = checksum(outer);
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";
