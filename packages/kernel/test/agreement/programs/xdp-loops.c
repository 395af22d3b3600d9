/* bpf_loop over the packet and bpf_for_each_map_elem over a map. */
#include "packet.h"

MAP(ARRAY, __u32, __u64, 8, table);

struct state {
	struct xdp_md *context;
	__u64 sum;
	__u32 limit;
};

static long step(__u32 index, struct state *state)
{
	__u16 word = 0;
	if (bpf_xdp_load_bytes(state->context, index * 2, &word, 2))
		return 1;
	state->sum += word;
	return index >= state->limit;
}

static long each(void *map, __u32 *key, __u64 *value, struct state *state)
{
	*value += state->sum >> *key;
	return *key == 6;
}

SEC("xdp")
int run(struct xdp_md *context)
{
	struct state state = {context, 0, 300};
	long turns = bpf_loop(1000, step, &state, 0);
	long elements = bpf_for_each_map_elem(&table, each, &state, 0);
	return (__u32)(turns + elements) % 4 + 1;
}
