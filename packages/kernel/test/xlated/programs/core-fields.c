/* CO-RE: fields, flavours, arrays, bit fields, enumerators, sizes, types. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct list_head {
	struct list_head *next, *prev;
} __attribute__((preserve_access_index));

struct mm_struct {
	unsigned long total_vm;
} __attribute__((preserve_access_index));

struct task_struct {
	int pid;
	int tgid;
	char comm[16];
	struct task_struct *real_parent;
	struct mm_struct *mm;
	struct list_head tasks;
	unsigned in_execve : 1;
	unsigned sched_reset_on_fork : 1;
	int static_prio;
} __attribute__((preserve_access_index));

struct task_struct___old {
	long state;
} __attribute__((preserve_access_index));

struct task_struct___new {
	unsigned int __state;
	int no_such_field;
} __attribute__((preserve_access_index));

struct skep_absent {
	int number;
} __attribute__((preserve_access_index));

struct sk_buff {
	unsigned int len;
	__u8 pkt_type : 3;
	__u8 cloned : 1;
	union {
		__u32 mark;
		__u32 reserved_tailroom;
	};
} __attribute__((preserve_access_index));

enum bpf_map_type___own {
	BPF_MAP_TYPE_HASH___own = 1,
	BPF_MAP_TYPE_RINGBUF___own = 1000,
	BPF_MAP_TYPE_SKEP___own = 1001,
};

typedef int (*skep_function)(int);

__u64 results[32];
char comm[16];

SEC("raw_tp/sched_switch")
int fields(struct bpf_raw_tracepoint_args *context)
{
	struct task_struct *task = (void *)context->args[1];
	results[0] = BPF_CORE_READ(task, pid);
	results[1] = BPF_CORE_READ(task, real_parent, real_parent, tgid);
	results[2] = BPF_CORE_READ(task, mm, total_vm);
	results[3] = BPF_CORE_READ(task, comm[3]);
	results[4] = BPF_CORE_READ_BITFIELD_PROBED(task, sched_reset_on_fork);
	BPF_CORE_READ_STR_INTO(&comm, task, comm);
	struct task_struct___old *old = (void *)task;
	struct task_struct___new *new = (void *)task;
	if (bpf_core_field_exists(new->__state))
		results[5] = BPF_CORE_READ(new, __state);
	else if (bpf_core_field_exists(old->state))
		results[5] = BPF_CORE_READ(old, state);
	if (bpf_core_field_exists(new->no_such_field))
		results[6] = BPF_CORE_READ(new, no_such_field);
	results[7] = bpf_core_field_size(task->comm);
	results[8] = bpf_core_field_size(task->tasks);
	results[9] = bpf_core_field_offset(task->tasks.prev);
	return 0;
}

SEC("raw_tp/sched_wakeup")
int types(void *context)
{
	results[10] = bpf_core_type_exists(struct task_struct);
	results[11] = bpf_core_type_exists(struct skep_absent);
	results[12] = bpf_core_type_size(struct task_struct);
	results[13] = bpf_core_type_size(struct skep_absent);
	results[14] = bpf_core_type_id_kernel(struct task_struct);
	results[15] = bpf_core_type_id_local(struct skep_absent);
	results[16] = bpf_core_enum_value_exists(enum bpf_map_type___own, BPF_MAP_TYPE_RINGBUF___own);
	results[17] = bpf_core_enum_value_exists(enum bpf_map_type___own, BPF_MAP_TYPE_SKEP___own);
	results[18] = bpf_core_enum_value(enum bpf_map_type___own, BPF_MAP_TYPE_RINGBUF___own);
	results[19] = bpf_core_enum_value(enum bpf_map_type___own, BPF_MAP_TYPE_HASH___own);
	return 0;
}

SEC("tp_btf/kfree_skb")
int direct(__u64 *context)
{
	struct sk_buff *skb = (void *)context[0];
	results[20] = skb->len;
	results[21] = skb->mark;
	results[22] = BPF_CORE_READ_BITFIELD(skb, pkt_type);
	results[23] = BPF_CORE_READ_BITFIELD(skb, cloned);
	return 0;
}

char _license[] SEC("license") = "GPL";
