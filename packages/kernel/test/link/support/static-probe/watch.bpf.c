/* Takes the arguments of static probes as libbpf's BPF_USDT gives them. */
#include <linux/types.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <asm/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

__u64 fired;
__u64 watched;
__u64 count;
__u64 cookie;
long far_sum;
long turn_sum;
long constants;
long memory;
long small;
long from_table;

SEC("usdt") int BPF_USDT(on_fired, long far, long turn, long constant, long near, long tiny) {
  fired++;
  count = bpf_usdt_arg_cnt(ctx);
  cookie = bpf_usdt_cookie(ctx);
  far_sum += far;
  turn_sum += turn;
  constants += constant;
  memory += near;
  small += tiny;
  return 0;
}

SEC("usdt") int BPF_USDT(on_watched, long value) {
  watched++;
  from_table += value;
  return 0;
}

char license_text[] SEC("license") = "GPL";
