/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct endpoint {
	__be32 ip;
	__be16 port;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct endpoint);
	__type(value, struct endpoint);
} services SEC(".maps");

SEC("cgroup/connect4")
int redirect(struct bpf_sock_addr *ctx)
{
	struct endpoint key = {};
	key.ip = ctx->user_ip4;
	key.port = ctx->user_port;
	struct endpoint *to = bpf_map_lookup_elem(&services, &key);
	if (to) {
		ctx->user_ip4 = to->ip;
		ctx->user_port = to->port;
	}
	return 1;
}

char _license[] SEC("license") = "GPL";
