/* The header that bpftool makes of the kernel's types, and chains over them. */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct event {
	__u32 pid;
	__u32 netns;
	__u64 start;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, pid_t);
	__type(value, struct event);
	__uint(max_entries, 128);
} events SEC(".maps");

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, pid_t old, struct linux_binprm *binary)
{
	pid_t pid = task->tgid;
	struct event event = {.pid = pid, .start = task->start_time, .netns = task->nsproxy->net_ns->ns.inum};
	bpf_probe_read_kernel_str(event.comm, sizeof(event.comm), BPF_CORE_READ(binary, filename));
	bpf_map_update_elem(&events, &pid, &event, BPF_ANY);
	return 0;
}

SEC("tracepoint/sched/sched_switch")
int on_switch(struct trace_event_raw_sched_switch *context)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 value = BPF_CORE_READ(task, signal, rlim[7].rlim_cur) + BPF_CORE_READ(task, cred, uid.val);
	bpf_printk("%d %llu", context->next_pid, value);
	return 0;
}

SEC("kprobe/tcp_v4_connect")
int BPF_KPROBE(on_connect, struct sock *sk)
{
	pid_t key = 0;
	struct event *found = bpf_map_lookup_elem(&events, &key);
	if (found)
		found->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum) + BPF_CORE_READ(sk, __sk_common.skc_dport);
	return 0;
}

char _license[] SEC("license") = "GPL";
