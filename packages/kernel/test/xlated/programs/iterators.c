/* Iterator and tracing programs, and storage that belongs to tasks and sockets. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct bpf_spin_lock);
} sockets SEC(".maps");

SEC("iter/task")
int tasks(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	if (!task)
		return 0;
	BPF_SEQ_PRINTF(context->meta->seq, "%d %s\n", task->pid, task->comm);
	return 0;
}

SEC("iter/bpf_map")
int maps(struct bpf_iter__bpf_map *context)
{
	struct bpf_map *map = context->map;
	char text[64];
	if (map)
		BPF_SNPRINTF(text, sizeof(text), "%s %u", map->name, map->id);
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(count, struct pt_regs *registers, long number)
{
	__u64 *value = bpf_task_storage_get(&seen, bpf_get_current_task_btf(), 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (value)
		*value += number;
	return 0;
}

SEC("sockops")
int sock(struct bpf_sock_ops *context)
{
	struct bpf_sock *sk = context->sk;
	if (sk && bpf_sk_storage_get(&sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE))
		return 1;
	return 1;
}

char _license[] SEC("license") = "GPL";
