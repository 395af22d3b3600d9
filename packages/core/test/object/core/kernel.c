/* Questions about the types of a real kernel. */
#include "core.h"

struct list_head {
	struct list_head *next, *prev;
} CORE;
struct mm_struct {
	unsigned long start_code;
	unsigned long pgd;
} CORE;
struct task_struct {
	int pid;
	int tgid;
	char comm[16];
	struct task_struct *group_leader;
	struct list_head children;
	struct mm_struct *mm;
	unsigned in_execve : 1;
	unsigned sched_reset_on_fork : 1;
	unsigned int flags;
	unsigned long long utime;
} CORE;
struct task_struct___before {
	long state;
} CORE;
struct task_struct___after {
	unsigned int __state;
} CORE;
struct sk_buff {
	unsigned int len;
	unsigned char *data;
	__u8 pkt_type : 3;
	__u8 ip_summed : 2;
	__u32 hash;
	__u16 network_header;
	__u16 protocol;
} CORE;
struct sock_common {
	__u32 skc_daddr;
	__u16 skc_dport;
	unsigned short skc_family;
} CORE;
struct sock {
	struct sock_common __sk_common;
} CORE;
struct no_such_struct {
	int x;
};
enum bpf_map_type { BPF_MAP_TYPE_RINGBUF_ = 1, BPF_MAP_TYPE_ARENA = 4, NO_SUCH_TYPE = 5 };
enum tcp_state { TCP_ESTABLISHED___ours = 9 };
typedef int pid_t;
struct file_operations;
typedef unsigned int gfp_t;

#define task ((struct task_struct *)context)
#define packet ((struct sk_buff *)context)

ASK(pid, task->pid)
ASK(leader, task->group_leader->group_leader->tgid)
ASK(character, task->comm[15])
ASK(child, task->children.next->prev)
ASK(start, task->mm->start_code)
ASK(utime, task->utime)
ASK(state_before, ((struct task_struct___before *)context)->state)
ASK(state_after, ((struct task_struct___after *)context)->__state)
ASK(skb_len, packet->len)
ASK(skb_data, packet->data)
ASK(address, ((struct sock *)context)->__sk_common.skc_daddr)
ASK(store_hash, (packet->hash = (unsigned long)packet, 0))
ASK_FIELD(execve, struct task_struct, in_execve)
ASK_FIELD(fork, struct task_struct, sched_reset_on_fork)
ASK_FIELD(packet_type, struct sk_buff, pkt_type)
ASK_FIELD(summed, struct sk_buff, ip_summed)
ASK_FIELD(before, struct task_struct___before, state)
ASK_TYPE(task_type, struct task_struct)
ASK_TYPE(list, struct list_head)
ASK_TYPE(socket, struct sock)
ASK_TYPE(missing, struct no_such_struct)
ASK_TYPE(process_id, pid_t)
ASK(gfp_exists, type_info(gfp_t, 0))
ASK(arena_exists, enum_info(enum bpf_map_type, BPF_MAP_TYPE_ARENA, 0))
ASK(arena_value, enum_info(enum bpf_map_type, BPF_MAP_TYPE_ARENA, 1))
ASK(none_exists, enum_info(enum bpf_map_type, NO_SUCH_TYPE, 0))
ASK(none_value, enum_info(enum bpf_map_type, NO_SUCH_TYPE, 1))
