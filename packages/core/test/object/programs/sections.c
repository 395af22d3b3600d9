/* Programs of many types, by the names of their sections. */
/* load: no, most of the targets do not exist */
#include <skep_bpf.h>

#define PROGRAM(name, section) \
	SEC(section) int name(void *context) { return 0; }

PROGRAM(p01, "socket")
PROGRAM(p02, "kprobe/do_exit")
PROGRAM(p03, "kretprobe/do_exit")
PROGRAM(p04, "tc")
PROGRAM(p05, "classifier")
PROGRAM(p06, "action")
PROGRAM(p07, "tracepoint/syscalls/sys_enter_openat")
PROGRAM(p08, "tp/sched/sched_switch")
PROGRAM(p09, "raw_tracepoint/sys_enter")
PROGRAM(p10, "raw_tp/sched_switch")
PROGRAM(p11, "tp_btf/sched_switch")
PROGRAM(p12, "fentry/do_exit")
PROGRAM(p13, "fexit/do_exit")
PROGRAM(p14, "fmod_ret/skep")
PROGRAM(p15, "fentry.s/do_exit")
PROGRAM(p16, "lsm/file_open")
PROGRAM(p17, "lsm.s/file_open")
PROGRAM(p18, "iter/task")
PROGRAM(p19, "syscall")
PROGRAM(p20, "xdp.frags")
PROGRAM(p21, "xdp/devmap")
PROGRAM(p22, "xdp/cpumap")
PROGRAM(p23, "xdp")
PROGRAM(p24, "perf_event")
PROGRAM(p25, "lwt_in")
PROGRAM(p26, "sockops")
PROGRAM(p27, "sk_skb/stream_verdict")
PROGRAM(p28, "sk_msg")
PROGRAM(p29, "flow_dissector")
PROGRAM(p30, "cgroup_skb/ingress")
PROGRAM(p31, "cgroup/connect4")
PROGRAM(p32, "cgroup/setsockopt")
PROGRAM(p33, "cgroup/dev")
PROGRAM(p34, "sk_lookup")
PROGRAM(p35, "kprobe.multi/tcp_*")
PROGRAM(p36, "uprobe//bin/true:main")
PROGRAM(p37, "?raw_tp/sys_exit")

char _license[] SEC("license") = "GPL";
