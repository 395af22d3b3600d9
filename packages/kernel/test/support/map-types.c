/* A map of every type that the kernel takes from an object, but for struct_ops. */
#include <skep_bpf.h>

/* enum bpf_map_type, what skep_bpf.h leaves out */
enum {
	BPF_MAP_TYPE_STACK_TRACE = 7,
	BPF_MAP_TYPE_CGROUP_ARRAY = 8,
	BPF_MAP_TYPE_SOCKMAP = 15,
	BPF_MAP_TYPE_CPUMAP = 16,
	BPF_MAP_TYPE_XSKMAP = 17,
	BPF_MAP_TYPE_SOCKHASH = 18,
	BPF_MAP_TYPE_CGROUP_STORAGE = 19,
	BPF_MAP_TYPE_REUSEPORT_SOCKARRAY = 20,
	BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE = 21,
	BPF_MAP_TYPE_SK_STORAGE = 24,
	BPF_MAP_TYPE_DEVMAP_HASH = 25,
	BPF_MAP_TYPE_INODE_STORAGE = 28,
	BPF_MAP_TYPE_TASK_STORAGE = 29,
	BPF_MAP_TYPE_CGRP_STORAGE = 32,
	BPF_MAP_TYPE_ARENA = 33,
};

struct bpf_cgroup_storage_key {
	__u64 cgroup_inode_id;
	__u32 attach_type;
};

#define KEYED(name, map_type, flags)                                                                                   \
	struct {                                                                                                       \
		__uint(type, BPF_MAP_TYPE_##map_type);                                                                 \
		__type(key, __u32);                                                                                    \
		__type(value, __u64);                                                                                  \
		__uint(max_entries, 4);                                                                                \
		__uint(map_flags, flags);                                                                              \
	} name SEC(".maps")

#define VALUES(name, map_type)                                                                                         \
	struct {                                                                                                       \
		__uint(type, BPF_MAP_TYPE_##map_type);                                                                 \
		__type(value, __u32);                                                                                  \
		__uint(max_entries, 4);                                                                                \
	} name SEC(".maps")

#define REFERENCES(name, map_type, value_bytes)                                                                        \
	struct {                                                                                                       \
		__uint(type, BPF_MAP_TYPE_##map_type);                                                                 \
		__uint(key_size, 4);                                                                                   \
		__uint(value_size, value_bytes);                                                                       \
		__uint(max_entries, 4);                                                                                \
	} name SEC(".maps")

#define STORAGE(name, map_type)                                                                                        \
	struct {                                                                                                       \
		__uint(type, BPF_MAP_TYPE_##map_type);                                                                 \
		__uint(map_flags, BPF_F_NO_PREALLOC);                                                                  \
		__type(key, int);                                                                                      \
		__type(value, __u64);                                                                                  \
	} name SEC(".maps")

KEYED(a_hash, HASH, 0);
KEYED(a_array, ARRAY, 0);
KEYED(a_percpu_hash, PERCPU_HASH, 0);
KEYED(a_percpu_array, PERCPU_ARRAY, 0);
KEYED(a_lru_hash, LRU_HASH, 0);
KEYED(a_lru_percpu_hash, LRU_PERCPU_HASH, 0);
REFERENCES(a_prog_array, PROG_ARRAY, 4);
REFERENCES(a_perf_event_array, PERF_EVENT_ARRAY, 4);
REFERENCES(a_cgroup_array, CGROUP_ARRAY, 4);
REFERENCES(a_devmap, DEVMAP, 8);
REFERENCES(a_devmap_hash, DEVMAP_HASH, 8);
REFERENCES(a_cpumap, CPUMAP, 8);
REFERENCES(a_xskmap, XSKMAP, 4);
REFERENCES(a_sockmap, SOCKMAP, 4);
REFERENCES(a_sockhash, SOCKHASH, 4);
REFERENCES(a_reuseport_sockarray, REUSEPORT_SOCKARRAY, 4);
VALUES(a_queue, QUEUE);
VALUES(a_stack, STACK);
VALUES(a_bloom_filter, BLOOM_FILTER);
STORAGE(a_sk_storage, SK_STORAGE);
STORAGE(a_inode_storage, INODE_STORAGE);
STORAGE(a_task_storage, TASK_STORAGE);
STORAGE(a_cgrp_storage, CGRP_STORAGE);

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, 4);
	__uint(value_size, 8 * 16);
	__uint(max_entries, 64);
} a_stack_trace SEC(".maps");

struct prefix {
	__u32 length;
	__be32 address;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, __u64);
	__uint(max_entries, 4);
} a_lpm_trie SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 2);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 4);
	__array(values, struct inner);
} a_array_of_maps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 4);
	__array(values, struct inner);
} a_hash_of_maps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} a_cgroup_storage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} a_percpu_cgroup_storage SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} a_ringbuf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} a_user_ringbuf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARENA);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 4);
} a_arena SEC(".maps");

SEC("xdp/devmap")
int at_device(struct xdp_md *context)
{
	return XDP_PASS;
}

SEC("xdp/cpumap")
int at_cpu(struct xdp_md *context)
{
	return XDP_PASS;
}

SEC("cgroup_skb/egress")
int counted(struct __sk_buff *context)
{
	static long (*get_local_storage)(void *map, __u64 flags) = (void *)81;
	__u64 *value = (__u64 *)get_local_storage(&a_cgroup_storage, 0);
	*value += 1;
	return 1;
}

SEC("raw_tracepoint/task_rename")
int where(void *context)
{
	static long (*get_stackid)(void *context, void *map, __u64 flags) = (void *)27;
	return get_stackid(context, &a_stack_trace, 0);
}

char _license[] SEC("license") = "GPL";
