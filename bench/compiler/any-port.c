/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} listener SEC(".maps");

SEC("sk_lookup")
int anyPort(struct bpf_sk_lookup *ctx)
{
	if (ctx->local_port < 7000 || ctx->local_port > 7999)
		return SK_PASS;
	__u32 zero = 0;
	struct bpf_sock *socket = bpf_map_lookup_elem(&listener, &zero);
	if (!socket)
		return SK_PASS;
	long error = bpf_sk_assign(ctx, socket, 0);
	bpf_sk_release(socket);
	return error ? SK_DROP : SK_PASS;
}

char _license[] SEC("license") = "GPL";
