/* Pushes and pops VLAN tags. */
#include "packet.h"

SEC("tc")
int run(struct __sk_buff *context)
{
	long error = 0;
	__u32 length = context->len;
	if (length & 1)
		error = bpf_skb_vlan_push(context, length & 2 ? bpf_htons(ETH_P_8021Q) : bpf_htons(ETH_P_8021AD), length & 0xfff);
	if (length & 4)
		error |= bpf_skb_vlan_pop(context);
	if (length & 8)
		error |= bpf_skb_vlan_push(context, bpf_htons(ETH_P_8021Q), 5);
	context->mark = context->vlan_tci;
	return error ? TC_ACT_SHOT : context->vlan_present ? TC_ACT_PIPE : TC_ACT_OK;
}
