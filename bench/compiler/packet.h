/* SPDX-License-Identifier: Apache-2.0 */
/* What the C twins of the programs here need beyond skep_bpf.h. */
#ifndef PACKET_H
#define PACKET_H
#include <skep_bpf.h>

SKEP_HELPER(86, long, bpf_sk_release, void *socket);
SKEP_HELPER(124, long, bpf_sk_assign, void *context, void *socket, __u64 flags);

enum { BPF_MAP_TYPE_SOCKMAP = 15 };
enum { SK_DROP, SK_PASS };

#define ETH_P_ARP 0x0806

/* RFC 792. */
struct icmphdr {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__be32 rest;
};
enum { ICMP_ECHOREPLY = 0, ICMP_ECHO = 8 };

/* The first words of TCP and UDP. */
struct ports {
	__be16 source;
	__be16 dest;
};

/* Context of programs at connect(2). */
struct bpf_sock_addr {
	__u32 user_family;
	__u32 user_ip4;
	__u32 user_ip6[4];
	__u32 user_port;
	__u32 family;
	__u32 type;
	__u32 protocol;
};

/* Context of programs that look a socket up. */
struct bpf_sk_lookup {
	void *sk;
	__u32 family;
	__u32 protocol;
	__be32 remote_ip4;
	__be32 remote_ip6[4];
	__be16 remote_port;
	__u16 : 16;
	__be32 local_ip4;
	__be32 local_ip6[4];
	__u32 local_port;
	__u32 ingress_ifindex;
};
#endif
