/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

const volatile __u16 port = 80;

SEC("socket")
int http(struct __sk_buff *ctx)
{
	struct iphdr ip;
	struct ports ports;
	if (bpf_skb_load_bytes(ctx, 0, &ip, sizeof(ip)))
		return 0;
	if (ip.version != 4 || ip.protocol != IPPROTO_TCP || ip.frag_off & bpf_htons(0x1fff))
		return 0;
	if (bpf_skb_load_bytes(ctx, ip.ihl * 4, &ports, sizeof(ports)))
		return 0;
	if (bpf_ntohs(ports.source) == port || bpf_ntohs(ports.dest) == port)
		return ctx->len;
	return 0;
}

char _license[] SEC("license") = "GPL";
