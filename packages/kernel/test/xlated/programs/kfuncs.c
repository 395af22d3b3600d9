/* Functions of the kernel, open-coded iterators and dynptrs over packets. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_helpers.h>

struct bpf_iter_num {
	__u64 opaque[1];
} __attribute__((aligned(8)));
struct cgroup {
	int level;
} __attribute__((preserve_access_index));

int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
int bpf_dynptr_from_xdp(struct xdp_md *context, __u64 flags, struct bpf_dynptr *out) __ksym;
void *bpf_dynptr_slice(const struct bpf_dynptr *from, __u32 offset, void *buffer, __u32 size) __ksym;
void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;
void skep_missing_function(int number) __ksym __weak;
struct cgroup *bpf_cgroup_from_id(__u64 id) __ksym __weak;
void bpf_cgroup_release(struct cgroup *cgroup) __ksym __weak;

__u32 counts[16];

static __noinline void count(__u32 index)
{
	counts[index & 15] += 1;
}

SEC("xdp")
int slice(struct xdp_md *context)
{
	struct bpf_dynptr packet;
	struct ethhdr buffer, *ethernet;
	if (bpf_dynptr_from_xdp(context, 0, &packet))
		return XDP_ABORTED;
	ethernet = bpf_dynptr_slice(&packet, 0, &buffer, sizeof(buffer));
	if (!ethernet)
		return XDP_DROP;
	count(ethernet->h_proto);
	return XDP_PASS;
}

SEC("tc")
int iterate(struct __sk_buff *context)
{
	struct bpf_iter_num it;
	int *at, sum = context->mark;
	bpf_iter_num_new(&it, 0, context->len & 1023);
	while ((at = bpf_iter_num_next(&it)))
		count(*at);
	bpf_iter_num_destroy(&it);
	bpf_rcu_read_lock();
	sum += context->len;
	bpf_rcu_read_unlock();
	if (skep_missing_function)
		skep_missing_function(sum);
	return sum & 1;
}

SEC("tp_btf/sys_enter")
int weak(void *context)
{
	if (bpf_cgroup_from_id && bpf_cgroup_release) {
		struct cgroup *cgroup = bpf_cgroup_from_id(1);
		if (cgroup)
			bpf_cgroup_release(cgroup);
	}
	return 0;
}

char _license[] SEC("license") = "GPL";
