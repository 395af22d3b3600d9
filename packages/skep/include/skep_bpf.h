/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a small eBPF program in C needs, in one header without any other: integer types, sections, map definitions,
 * helpers, contexts and packet headers. Suits clang 14 to 19 and bpf-gcc 12. Numbers and layouts are those of the
 * kernel's user interface (linux/bpf.h) and of the protocols.
 */
#ifndef SKEP_BPF_H
#define SKEP_BPF_H

/* Integers. The __be types hold network byte order: tools show a __be32 as an address, a __be16 as a port. */
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;

#define NULL ((void *)0)

/* Puts a program, a map or the licence where loaders look for it. */
#define SEC(name) __attribute__((section(name), used))
#define __always_inline inline __attribute__((always_inline))
#define __noinline __attribute__((noinline))
#define __weak __attribute__((weak))

/* Members of a map definition in SEC(".maps"): numbers, types, and lists of inner maps or programs. */
#define __uint(name, number) int(*name)[number]
#define __type(name, kind) __typeof__(kind) *name
#define __array(name, kind) __typeof__(kind) *name[]

/* enum bpf_map_type */
enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PROG_ARRAY = 3,
	BPF_MAP_TYPE_PERF_EVENT_ARRAY = 4,
	BPF_MAP_TYPE_PERCPU_HASH = 5,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_LRU_PERCPU_HASH = 10,
	BPF_MAP_TYPE_LPM_TRIE = 11,
	BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
	BPF_MAP_TYPE_HASH_OF_MAPS = 13,
	BPF_MAP_TYPE_DEVMAP = 14,
	BPF_MAP_TYPE_QUEUE = 22,
	BPF_MAP_TYPE_STACK = 23,
	BPF_MAP_TYPE_RINGBUF = 27,
	BPF_MAP_TYPE_BLOOM_FILTER = 30,
	BPF_MAP_TYPE_USER_RINGBUF = 31,
};

/* map_flags */
#define BPF_F_NO_PREALLOC (1U << 0)
#define BPF_F_NO_COMMON_LRU (1U << 1)
#define BPF_F_NUMA_NODE (1U << 2)
#define BPF_F_RDONLY_PROG (1U << 7)
#define BPF_F_MMAPABLE (1U << 10)

/* First member of a map value that bpf_spin_lock guards. */
struct bpf_spin_lock {
	__u32 val;
};

/* A stretch of memory whose size is known when the program runs. */
struct bpf_dynptr {
	__u64 words[2];
} __attribute__((aligned(8)));

/* Flags of bpf_map_update_elem. */
enum { BPF_ANY, BPF_NOEXIST, BPF_EXIST };

/* Verdicts of XDP and of traffic control. */
enum { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX, XDP_REDIRECT };
enum { TC_ACT_UNSPEC = -1, TC_ACT_OK = 0, TC_ACT_SHOT = 2, TC_ACT_REDIRECT = 7 };

/*
 * A helper is a function of the kernel, called by number. clang takes a constant pointer with that number as its
 * address; gcc has an attribute for it.
 */
#ifdef __clang__
#define SKEP_HELPER(number, result, name, ...) \
	static result (*const name)(__VA_ARGS__) __attribute__((unused)) = (result(*)(__VA_ARGS__))number
#else
#define SKEP_HELPER(number, result, name, ...) result name(__VA_ARGS__) __attribute__((kernel_helper(number)))
#endif

SKEP_HELPER(1, void *, bpf_map_lookup_elem, void *map, const void *key);
SKEP_HELPER(2, long, bpf_map_update_elem, void *map, const void *key, const void *value, __u64 flags);
SKEP_HELPER(3, long, bpf_map_delete_elem, void *map, const void *key);
SKEP_HELPER(5, __u64, bpf_ktime_get_ns, void);
SKEP_HELPER(6, long, bpf_trace_printk, const char *format, __u32 size, ...);
SKEP_HELPER(7, __u32, bpf_get_prandom_u32, void);
SKEP_HELPER(8, __u32, bpf_get_smp_processor_id, void);
SKEP_HELPER(9, long, bpf_skb_store_bytes, void *skb, __u32 offset, const void *from, __u32 size, __u64 flags);
SKEP_HELPER(12, long, bpf_tail_call, void *context, void *map, __u32 index);
SKEP_HELPER(23, long, bpf_redirect, __u32 ifindex, __u64 flags);
SKEP_HELPER(25, long, bpf_perf_event_output, void *context, void *map, __u64 flags, void *data, __u64 size);
SKEP_HELPER(26, long, bpf_skb_load_bytes, const void *skb, __u32 offset, void *to, __u32 size);
SKEP_HELPER(28, __s64, bpf_csum_diff, __be32 *from, __u32 from_size, __be32 *to, __u32 to_size, __u32 seed);
SKEP_HELPER(44, long, bpf_xdp_adjust_head, void *xdp, int delta);
SKEP_HELPER(51, long, bpf_redirect_map, void *map, __u64 key, __u64 flags);
SKEP_HELPER(65, long, bpf_xdp_adjust_tail, void *xdp, int delta);
SKEP_HELPER(87, long, bpf_map_push_elem, void *map, const void *value, __u64 flags);
SKEP_HELPER(88, long, bpf_map_pop_elem, void *map, void *value);
SKEP_HELPER(89, long, bpf_map_peek_elem, void *map, void *value);
SKEP_HELPER(93, long, bpf_spin_lock, void *lock);
SKEP_HELPER(94, long, bpf_spin_unlock, void *lock);
SKEP_HELPER(130, long, bpf_ringbuf_output, void *map, void *data, __u64 size, __u64 flags);
SKEP_HELPER(131, void *, bpf_ringbuf_reserve, void *map, __u64 size, __u64 flags);
SKEP_HELPER(132, void, bpf_ringbuf_submit, void *data, __u64 flags);
SKEP_HELPER(133, void, bpf_ringbuf_discard, void *data, __u64 flags);
SKEP_HELPER(164, long, bpf_for_each_map_elem, void *map, void *callback, void *context, __u64 flags);
SKEP_HELPER(181, long, bpf_loop, __u32 rounds, void *callback, void *context, __u64 flags);

SKEP_HELPER(197, long, bpf_dynptr_from_mem, void *data, __u32 size, __u64 flags, struct bpf_dynptr *dynptr);
SKEP_HELPER(198, long, bpf_ringbuf_reserve_dynptr, void *map, __u32 size, __u64 flags, struct bpf_dynptr *dynptr);
SKEP_HELPER(199, void, bpf_ringbuf_submit_dynptr, struct bpf_dynptr *dynptr, __u64 flags);
SKEP_HELPER(200, void, bpf_ringbuf_discard_dynptr, struct bpf_dynptr *dynptr, __u64 flags);
SKEP_HELPER(201, long, bpf_dynptr_read, void *to, __u32 size, const struct bpf_dynptr *from, __u32 offset, __u64 flags);
SKEP_HELPER(202, long, bpf_dynptr_write, const struct bpf_dynptr *to, __u32 offset, void *from, __u32 size, __u64 flags);
SKEP_HELPER(203, void *, bpf_dynptr_data, const struct bpf_dynptr *dynptr, __u32 offset, __u32 size);
SKEP_HELPER(209, long, bpf_user_ringbuf_drain, void *map, void *callback, void *context, __u64 flags);

/* Between the order of the machine, which is little-endian, and that of the network. */
#define bpf_htons(number) ((__be16)__builtin_bswap16(number))
#define bpf_ntohs(number) ((__u16)__builtin_bswap16(number))
#define bpf_htonl(number) ((__be32)__builtin_bswap32(number))
#define bpf_ntohl(number) ((__u32)__builtin_bswap32(number))

/* Context of an XDP program. */
struct xdp_md {
	__u32 data;
	__u32 data_end;
	__u32 data_meta;
	__u32 ingress_ifindex;
	__u32 rx_queue_index;
	__u32 egress_ifindex;
};

/* Context of programs of traffic control and of socket filters. */
struct __sk_buff {
	__u32 len;
	__u32 pkt_type;
	__u32 mark;
	__u32 queue_mapping;
	__u32 protocol;
	__u32 vlan_present;
	__u32 vlan_tci;
	__u32 vlan_proto;
	__u32 priority;
	__u32 ingress_ifindex;
	__u32 ifindex;
	__u32 tc_index;
	__u32 cb[5];
	__u32 hash;
	__u32 tc_classid;
	__u32 data;
	__u32 data_end;
};

/* EtherType (IEEE 802). */
#define ETH_P_IP 0x0800
#define ETH_P_8021Q 0x8100
#define ETH_P_IPV6 0x86dd
#define ETH_P_8021AD 0x88a8

/* IP protocol numbers. */
enum {
	IPPROTO_HOPOPTS = 0,
	IPPROTO_ICMP = 1,
	IPPROTO_IPIP = 4,
	IPPROTO_TCP = 6,
	IPPROTO_UDP = 17,
	IPPROTO_IPV6 = 41,
	IPPROTO_ROUTING = 43,
	IPPROTO_FRAGMENT = 44,
	IPPROTO_GRE = 47,
	IPPROTO_ICMPV6 = 58,
	IPPROTO_DSTOPTS = 60,
};

#define ETH_ALEN 6

/* Ethernet header. */
struct ethhdr {
	__u8 h_dest[6];
	__u8 h_source[6];
	__be16 h_proto;
};

/* What follows the addresses of a tagged frame (IEEE 802.1Q). */
struct vlan_hdr {
	__be16 h_vlan_TCI;
	__be16 h_vlan_encapsulated_proto;
};

/* IPv4 header without options (RFC 791). */
struct iphdr {
	__u8 ihl : 4, version : 4;
	__u8 tos;
	__be16 tot_len;
	__be16 id;
	__be16 frag_off;
	__u8 ttl;
	__u8 protocol;
	__u16 check;
	__be32 saddr;
	__be32 daddr;
};

/* IPv6 address. */
struct in6_addr {
	union {
		__u8 s6_addr[16];
		__be32 s6_addr32[4];
	};
};

/* IPv6 header without extensions (RFC 8200). */
struct ipv6hdr {
	__u8 priority : 4, version : 4;
	__u8 flow_lbl[3];
	__be16 payload_len;
	__u8 nexthdr;
	__u8 hop_limit;
	struct in6_addr saddr;
	struct in6_addr daddr;
};

/* Start of a hop-by-hop, routing or destination options header of IPv6: 8 * hdrlen + 8 bytes in all. */
struct ipv6_opt_hdr {
	__u8 nexthdr;
	__u8 hdrlen;
};

/* TCP header without options (RFC 9293). */
struct tcphdr {
	__be16 source;
	__be16 dest;
	__be32 seq;
	__be32 ack_seq;
	__u16 res1 : 4, doff : 4, fin : 1, syn : 1, rst : 1, psh : 1, ack : 1, urg : 1, ece : 1, cwr : 1;
	__be16 window;
	__u16 check;
	__be16 urg_ptr;
};

/* UDP header (RFC 768). */
struct udphdr {
	__be16 source;
	__be16 dest;
	__be16 len;
	__u16 check;
};

#endif
