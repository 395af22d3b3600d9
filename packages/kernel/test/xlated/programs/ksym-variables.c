/* Variables of the kernel by their types: a kernel without CONFIG_KALLSYMS_ALL does not find them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct rq {
	unsigned int nr_running;
} __attribute__((preserve_access_index));

extern const struct rq runqueues __ksym;

__u64 running;

SEC("raw_tp/sched_switch")
int use(void *context)
{
	const struct rq *queue = bpf_per_cpu_ptr(&runqueues, bpf_get_smp_processor_id());
	const struct rq *own = bpf_this_cpu_ptr(&runqueues);
	if (queue)
		running += queue->nr_running + own->nr_running;
	return 0;
}

char _license[] SEC("license") = "GPL";
