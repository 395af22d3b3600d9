/* Pointers to kernel objects in maps, and lists and trees of a program's own objects. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#ifndef __kptr
#define __kptr __attribute__((btf_type_tag("kptr")))
#endif
#define __contains(name, node) __attribute__((btf_decl_tag("contains:" #name ":" #node)))

struct task_struct *bpf_task_acquire(struct task_struct *task) __ksym;
void bpf_task_release(struct task_struct *task) __ksym;
void *bpf_obj_new_impl(__u64 type, void *meta) __ksym;
void bpf_obj_drop_impl(void *object, void *meta) __ksym;
int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, __u64 offset) __ksym;
struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;

struct held {
	struct task_struct __attribute__((btf_type_tag("kptr"))) *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct held);
} tasks SEC(".maps");

struct item {
	__u64 number;
	struct bpf_list_node node;
};

struct bpf_spin_lock lock SEC(".data.list") __attribute__((aligned(8)));
struct bpf_list_head head SEC(".data.list") __attribute__((aligned(8))) __contains(item, node);

SEC("tp_btf/task_newtask")
int keep(__u64 *context)
{
	__u32 zero = 0;
	struct held *held = bpf_map_lookup_elem(&tasks, &zero);
	struct task_struct *task, *old;
	if (!held)
		return 0;
	task = bpf_task_acquire((struct task_struct *)context[0]);
	if (!task)
		return 0;
	old = bpf_kptr_xchg(&held->task, task);
	if (old)
		bpf_task_release(old);
	return 0;
}

SEC("tc")
int push(struct __sk_buff *context)
{
	struct item *item = bpf_obj_new_impl(bpf_core_type_id_local(struct item), 0);
	struct bpf_list_node *node;
	if (!item)
		return 0;
	item->number = context->len;
	bpf_spin_lock(&lock);
	bpf_list_push_front_impl(&head, &item->node, 0, 0);
	bpf_spin_unlock(&lock);
	bpf_spin_lock(&lock);
	node = bpf_list_pop_front(&head);
	bpf_spin_unlock(&lock);
	if (node)
		bpf_obj_drop_impl((void *)node - __builtin_offsetof(struct item, node), 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
