/* Accesses that a loader adjusts to the running kernel. */
/* gcc: no, version 12 has no attribute preserve_access_index */
#include <skep_bpf.h>

SKEP_HELPER(35, __u64, bpf_get_current_task, void);
SKEP_HELPER(113, long, bpf_probe_read_kernel, void *to, __u32 size, const void *from);

struct task_struct {
	int pid;
	int tgid;
	struct task_struct *group_leader;
	char comm[16];
} __attribute__((preserve_access_index));

enum bpf_map_type___mine { BPF_MAP_TYPE_HASH___mine = 1 };

int leader, exists, size, value;

static __noinline int pid_of(struct task_struct *task)
{
	int pid = 0;
	bpf_probe_read_kernel(&pid, sizeof(pid), &task->pid);
	return pid;
}

SEC("raw_tp/sys_enter")
int on_enter(void *context)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct *first = NULL;
	bpf_probe_read_kernel(&first, sizeof(first), &task->group_leader);
	leader = pid_of(first);
	exists = __builtin_preserve_field_info(task->comm, 2);
	size = __builtin_preserve_type_info(*(struct task_struct *)0, 1);
	return 0;
}

SEC("raw_tp/sys_exit")
int on_exit(void *context)
{
	return pid_of((void *)bpf_get_current_task()) > 0;
}

char _license[] SEC("license") = "GPL";
