/* A program with a function that others replace or watch, and those others: they load only by their names. */
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#define XDP_DROP 1
#define XDP_PASS 2

struct xdp_md {
  u32 data;
  u32 data_end;
};

u64 calls;

__attribute__((noinline)) int choose(struct xdp_md *ctx) {
  volatile int verdict = XDP_PASS;
  return ctx->data == ctx->data_end ? XDP_DROP : verdict;
}

SEC("xdp") int target(struct xdp_md *ctx) { return choose(ctx); }

SEC("?freplace/choose") int replacement(struct xdp_md *ctx) {
  __sync_fetch_and_add(&calls, 1);
  return XDP_DROP;
}

SEC("?fentry/choose") int on_entry(u64 *ctx) {
  __sync_fetch_and_add(&calls, 1);
  return 0;
}

SEC("?fexit/choose") int on_exit(u64 *ctx) {
  if ((u32)ctx[1] == XDP_PASS) __sync_fetch_and_add(&calls, 1);
  return 0;
}

SEC("license") char license_text[] = "GPL";
