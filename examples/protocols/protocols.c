/* SPDX-License-Identifier: Apache-2.0 */
#include <skep_bpf.h>

struct counter {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct counter);
} ip4 SEC(".maps"), ip6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct counter);
} others SEC(".maps");

SEC("xdp")
int protocols(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	if ((void *)(eth + 1) > end)
		return XDP_PASS;
	__be16 type = eth->h_proto;
	void *next = eth + 1;
	if (type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD)) {
		struct vlan_hdr *tag = next;
		if ((void *)(tag + 1) > end)
			return XDP_PASS;
		type = tag->h_vlan_encapsulated_proto;
		next = tag + 1;
	}

	__u32 key = 0;
	struct counter *counter;
	if (type == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = next;
		if ((void *)(ip + 1) <= end) {
			key = ip->protocol;
			counter = bpf_map_lookup_elem(&ip4, &key);
		} else {
			key = 1;
			counter = bpf_map_lookup_elem(&others, &key);
		}
	} else if (type == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip = next;
		if ((void *)(ip + 1) <= end) {
			key = ip->nexthdr;
			counter = bpf_map_lookup_elem(&ip6, &key);
		} else {
			key = 1;
			counter = bpf_map_lookup_elem(&others, &key);
		}
	} else {
		counter = bpf_map_lookup_elem(&others, &key);
	}
	if (counter) {
		counter->packets += 1;
		counter->bytes += end - data;
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
