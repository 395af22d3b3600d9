/* The hash of a packet set by the program, and its mark. */
#include "packet.h"

SEC("tc")
int run(struct __sk_buff *context)
{
	bpf_set_hash(context, context->len * 2654435761u);
	context->mark = context->hash >> 4;
	bpf_set_hash_invalid(context);
	return context->mark & 1 ? TC_ACT_OK : TC_ACT_SHOT;
}
