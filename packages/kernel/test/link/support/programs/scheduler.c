/* A scheduler (sched_ext) that leaves the order to the kernel, and counts the tasks that a process makes. */
typedef int s32;
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))

static u64 (*get_current_pid_tgid)(void) = (void *)14;

struct task_struct;
struct scx_init_task_args;

/* Only the members that are set here: they go by their names. */
struct sched_ext_ops {
  s32 (*init_task)(struct task_struct *p, struct scx_init_task_args *args);
  u32 timeout_ms;
  char name[128];
};

u32 parent;
u64 made;

SEC("struct_ops.s/make_task") s32 make_task(u64 *ctx) {
  if (get_current_pid_tgid() >> 32 == parent) __sync_fetch_and_add(&made, 1);
  return 0;
}

SEC(".struct_ops.link") struct sched_ext_ops scheduler = {
  .init_task = (void *)make_task,
  .timeout_ms = 5000,
  .name = "skep_scheduler",
};

SEC("license") char license_text[] = "GPL";
