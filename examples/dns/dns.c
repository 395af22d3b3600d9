/* SPDX-License-Identifier: Apache-2.0 */
#include <skep_bpf.h>

#define DNS_PORT 53
#define MOST_LABELS 40
#define LONG_NAME 60

/* RFC 1035 section 4.1.1. */
struct dnshdr {
	__be16 id;
	__u8 rd : 1, tc : 1, aa : 1, opcode : 4, qr : 1;
	__u8 rcode : 4, z : 3, ra : 1;
	__be16 qdcount;
	__be16 ancount;
	__be16 nscount;
	__be16 arcount;
};

struct long_name {
	__be32 client;
	__u32 length;
	__u16 type;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u16);
	__type(value, __u64);
} byType SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, __u64);
} byLength SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} longNames SEC(".maps");

SEC("xdp")
int dns(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	struct udphdr *udp = (void *)ip + ip->ihl * 4;
	if ((void *)(udp + 1) > end || udp->dest != bpf_htons(DNS_PORT))
		return XDP_PASS;
	struct dnshdr *query = (void *)(udp + 1);
	if ((void *)(query + 1) > end || query->qr || !query->qdcount)
		return XDP_PASS;

	/* A name is labels, each with its length before it, up to the empty one. */
	void *name = query + 1;
	__u32 length = 0;
	for (int i = 0; i < MOST_LABELS; i++) {
		__u8 *label = name + length;
		if ((void *)(label + 1) > end || *label > 63)
			return XDP_PASS;
		__u8 size = *label;
		length += 1 + size;
		if (size == 0)
			break;
		if (length > 255)
			return XDP_PASS;
	}
	__be16 *asked = name + length;
	if ((void *)(asked + 1) > end)
		return XDP_PASS;

	__u16 type = bpf_ntohs(*asked);
	__u64 *queries = bpf_map_lookup_elem(&byType, &type);
	if (queries) {
		__sync_fetch_and_add(queries, 1);
	} else {
		__u64 one = 1;
		bpf_map_update_elem(&byType, &type, &one, BPF_ANY);
	}
	__u32 unit = length >> 4;
	queries = bpf_map_lookup_elem(&byLength, &unit);
	if (queries)
		__sync_fetch_and_add(queries, 1);
	if (length > LONG_NAME) {
		struct long_name *event = bpf_ringbuf_reserve(&longNames, sizeof(*event), 0);
		if (event) {
			*event = (struct long_name){ ip->saddr, length, type };
			bpf_ringbuf_submit(event, 0);
		}
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
