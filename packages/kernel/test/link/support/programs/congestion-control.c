/* A congestion control that keeps the window as it is, and counts its connections. */
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))

struct sock;

/* Only the members that are set here, in any order: they go by their names. */
struct tcp_congestion_ops {
  char name[16];
  u32 (*ssthresh)(struct sock *sk);
  u32 (*undo_cwnd)(struct sock *sk);
  void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
  void (*init)(struct sock *sk);
  void (*release)(struct sock *sk);
};

u64 begun;
u64 ended;
u64 asked;

SEC("struct_ops/begin") void begin(u64 *ctx) { __sync_fetch_and_add(&begun, 1); }
SEC("struct_ops/end") void end(u64 *ctx) { __sync_fetch_and_add(&ended, 1); }
SEC("struct_ops/threshold") u32 threshold(u64 *ctx) { return 10; }
SEC("struct_ops/undo") u32 undo(u64 *ctx) { return 10; }
SEC("struct_ops/avoid") void avoid(u64 *ctx) { __sync_fetch_and_add(&asked, 1); }

SEC(".struct_ops.link") struct tcp_congestion_ops linked = {
  .name = "skep_linked",
  .ssthresh = (void *)threshold,
  .undo_cwnd = (void *)undo,
  .cong_avoid = (void *)avoid,
  .init = (void *)begin,
  .release = (void *)end,
};

SEC(".struct_ops") struct tcp_congestion_ops plain = {
  .name = "skep_plain",
  .ssthresh = (void *)threshold,
  .undo_cwnd = (void *)undo,
  .cong_avoid = (void *)avoid,
  .init = (void *)begin,
  .release = (void *)end,
};

SEC("license") char license_text[] = "GPL";
