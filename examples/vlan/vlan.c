/* SPDX-License-Identifier: Apache-2.0 */
#include <skep_bpf.h>

struct vlans {
	__u16 outer;
	__u16 inner;
};

struct counter {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct vlans);
	__type(value, struct counter);
} byVlan SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u64);
} byType SEC(".maps");

static __always_inline int is_tag(__be16 type)
{
	return type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD);
}

SEC("xdp")
int vlans(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	if ((void *)(eth + 1) > end)
		return XDP_PASS;
	__be16 type = eth->h_proto;
	struct vlan_hdr *tag = (void *)(eth + 1);
	__u16 ids[2] = {};
#pragma unroll
	for (int depth = 0; depth < 2; depth++) {
		if (!is_tag(type))
			break;
		if ((void *)(tag + 1) > end)
			return XDP_DROP;
		ids[depth] = bpf_ntohs(tag->h_vlan_TCI) & 0xfff;
		type = tag->h_vlan_encapsulated_proto;
		tag++;
	}
	if (is_tag(type))
		return XDP_DROP;

	struct vlans key = { ids[0], ids[1] };
	struct counter *counter = bpf_map_lookup_elem(&byVlan, &key);
	if (!counter) {
		struct counter zero = {};
		bpf_map_update_elem(&byVlan, &key, &zero, BPF_NOEXIST);
		counter = bpf_map_lookup_elem(&byVlan, &key);
	}
	if (counter) {
		__sync_fetch_and_add(&counter->packets, 1);
		__sync_fetch_and_add(&counter->bytes, end - data);
	}
	__u32 number = bpf_ntohs(type);
	__u64 *packets = bpf_map_lookup_elem(&byType, &number);
	if (packets) {
		__sync_fetch_and_add(packets, 1);
	} else {
		__u64 one = 1;
		bpf_map_update_elem(&byType, &number, &one, BPF_ANY);
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
