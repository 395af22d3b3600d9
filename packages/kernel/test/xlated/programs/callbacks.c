/* Functions as arguments: bpf_loop, bpf_for_each_map_elem, bpf_find_vma. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct task_struct;
struct vm_area_struct;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32);
	__type(key, __u32);
	__type(value, __u64);
} entries SEC(".maps");

struct state {
	__u64 sum;
	__u32 limit;
};

static __noinline __u64 twice(__u64 number)
{
	return number * 2;
}

static long step(__u32 index, struct state *state)
{
	state->sum += twice(index);
	return index >= state->limit;
}

static long nested(__u32 index, struct state *state)
{
	return bpf_loop(4, step, state, 0) < 0;
}

static long each(void *map, __u32 *key, __u64 *value, struct state *state)
{
	state->sum += *value ^ *key;
	if (*value == 0)
		bpf_map_delete_elem(map, key);
	return 0;
}

static long area(struct task_struct *task, struct vm_area_struct *vma, struct state *state)
{
	state->limit++;
	return 0;
}

SEC("tc")
int loop(struct __sk_buff *context)
{
	struct state state = {0, context->len};
	bpf_loop(context->len, step, &state, 0);
	bpf_loop(3, nested, &state, 0);
	bpf_for_each_map_elem(&entries, each, &state, 0);
	return state.sum & 1;
}

SEC("raw_tp/sys_enter")
int find(void *context)
{
	struct state state = {};
	bpf_find_vma((void *)bpf_get_current_task_btf(), 0x400000, area, &state, 0);
	return bpf_for_each_map_elem(&entries, each, &state, 0) < 0;
}

char _license[] SEC("license") = "GPL";
