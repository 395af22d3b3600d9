/* SPDX-License-Identifier: Apache-2.0 */
#include <skep_bpf.h>

/* The first words of TCP and UDP. */
struct ports {
	__be16 source;
	__be16 dest;
};

struct class {
	__u32 mark;
	__u32 priority;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __be16);
	__type(value, struct class);
} byPort SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u8);
	__type(value, struct class);
} byDscp SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} marked SEC(".maps");

SEC("tc")
int marker(struct __sk_buff *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return TC_ACT_OK;

	struct class *chosen = NULL;
	if ((ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP) && !(ip->frag_off & bpf_htons(0x1fff))) {
		struct ports *ports = (void *)ip + ip->ihl * 4;
		if ((void *)(ports + 1) <= end) {
			__be16 port = ports->dest;
			chosen = bpf_map_lookup_elem(&byPort, &port);
			if (!chosen) {
				port = ports->source;
				chosen = bpf_map_lookup_elem(&byPort, &port);
			}
		}
	}
	if (!chosen) {
		__u8 dscp = ip->tos >> 2;
		chosen = bpf_map_lookup_elem(&byDscp, &dscp);
		if (!chosen)
			return TC_ACT_OK;
	}
	ctx->mark = chosen->mark;
	ctx->priority = chosen->priority;
	__u32 zero = 0;
	__u64 *count = bpf_map_lookup_elem(&marked, &zero);
	if (count)
		*count += 1;
	return TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
