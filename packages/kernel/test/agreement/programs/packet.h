/* What the programs here share: headers of packets and access to them. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define TCP 6
#define UDP 17

#define MAP(kind, key_type, value_type, entries, name)                                                                 \
	struct {                                                                                                           \
		__uint(type, BPF_MAP_TYPE_##kind);                                                                             \
		__uint(max_entries, entries);                                                                                  \
		__type(key, key_type);                                                                                         \
		__type(value, value_type);                                                                                     \
	} name SEC(".maps")

#define START(context) ((void *)(long)(context)->data)
#define END(context) ((void *)(long)(context)->data_end)

/* The header at `at`, or NULL where the packet ends before it does. */
#define HEADER(at, end) ((void *)((at) + 1) <= (end) ? (at) : NULL)

static __always_inline struct iphdr *ipv4(void *start, void *end)
{
	struct ethhdr *ethernet = start;
	struct iphdr *ip = (void *)(ethernet + 1);
	if ((void *)(ip + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) || ip->ihl != 5)
		return NULL;
	return ip;
}

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

char _license[] SEC("license") = "GPL";
