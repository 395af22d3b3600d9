/* Reads and writes the packet in place. */
#include "packet.h"

SEC("tc")
int run(struct __sk_buff *context)
{
	struct iphdr *ip = ipv4(START(context), END(context));
	if (!ip)
		return TC_ACT_OK;
	if (ip->ttl <= 1)
		return TC_ACT_SHOT;
	__u32 sum = ip->check + bpf_htons(0x100);
	ip->check = sum + (sum >= 0xffff);
	ip->ttl--;
	return ip->protocol == TCP ? TC_ACT_PIPE : TC_ACT_OK;
}
