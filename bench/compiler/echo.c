/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

/* 10.10.0.1 */
const volatile __be32 address = bpf_htonl(0x0a0a0001);

SEC("xdp")
int echo(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_ICMP)
		return XDP_PASS;
	struct icmphdr *icmp = (void *)ip + ip->ihl * 4;
	if ((void *)(icmp + 1) > end)
		return XDP_PASS;
	if (ip->daddr != address || ip->frag_off & bpf_htons(0x1fff))
		return XDP_PASS;
	if (icmp->type != ICMP_ECHO || icmp->code != 0)
		return XDP_PASS;

	__u8 mac[ETH_ALEN];
	__builtin_memcpy(mac, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, mac, ETH_ALEN);
	__be32 source = ip->saddr;
	ip->saddr = ip->daddr;
	ip->daddr = source;
	icmp->type = ICMP_ECHOREPLY;
	/* RFC 1624: the type went from 8 to 0, so the sum grows by 0x0800. */
	__u32 sum = bpf_ntohs(icmp->checksum) + 0x0800;
	icmp->checksum = bpf_htons((sum & 0xffff) + (sum >> 16));
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";
