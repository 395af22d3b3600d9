const header = `
#define SEC(x) __attribute__((section(x), used))
#define NOINLINE __attribute__((noinline))
typedef unsigned long long u64; typedef unsigned u32; typedef unsigned short u16; typedef unsigned char u8;
`;

/** Programs that make a compiler use each kind of section, symbol, relocation and operand. */
export const programs: Readonly<Record<string, string>> = {
  maps: `${header}
struct { int (*type)[2]; u32 *key; u64 *value; int (*max_entries)[4]; } counters SEC(".maps");
struct inner { int (*type)[2]; u32 *key; u32 *value; int (*max_entries)[4]; } one SEC(".maps"), two SEC(".maps");
struct { int (*type)[12]; int (*max_entries)[4]; u32 *key; struct inner *values[]; } outer SEC(".maps") =
  { .values = { &one, 0, &two } };
static void *(*lookup)(void *, const void *) = (void *)1;
static long (*tail_call)(void *, void *, u32) = (void *)12;
SEC("xdp") int main_program(void *context) {
  u32 key = 0;
  u64 *value = lookup(&counters, &key);
  if (value) __sync_fetch_and_add(value, 1);
  tail_call(context, &outer, 2);
  return 2;
}
SEC("license") char _license[] = "GPL";
`,
  globals: `${header}
int changed = 5; static int hidden = 7; int zeroed; static volatile int counter; u8 large[1000];
const volatile int constant = 3; static const u64 wide = 0x1122334455667788; const volatile u64 *pointer = &wide;
static u16 aligned __attribute__((aligned(64)));
const char *strings[] = { "one", "two\\t\\"x\\"", "three\\377" };
int table[] = { 1, 2, 3, 4, 5 }; void *pointers[] = { table, &changed, &strings[1] };
extern u64 CONFIG_HZ SEC(".kconfig"); extern int kernel_function(int) __attribute__((section(".ksyms")));
extern int variable __attribute__((section(".ksyms"), weak));
SEC("tc") int program(u32 *context) {
  return changed + hidden++ + zeroed + counter++ + constant + *pointer + aligned++ + large[context[0] & 7] +
    strings[context[1] % 3][1] + *(int *)pointers[context[2] & 1] + CONFIG_HZ + kernel_function(3) + (&variable ? 1 : 0);
}
`,
  functions: `${header}
static long (*loop)(u32, void *, void *, u64) = (void *)181;
static int callback(u32 index, void *data) { *(int *)data += index; return 0; }
static NOINLINE u64 local(u64 a, u32 n) {
  for (u32 i = 0; i < n; i++) { a ^= a >> 3; a *= 0x123456789abcdefULL; a = a % (n + 1) + (a << 7); }
  return a;
}
NOINLINE int global(int a) { asm volatile("" : "+r"(a)); return a * 2; }
__attribute__((weak)) int weak(int a) { asm volatile("" : "+r"(a)); return a; }
SEC("kprobe/do_something+0x5") int first(u32 *context) {
  int x = 0;
  loop(10, callback, &x, 0);
  return local(context[0], 5) + global(x) + weak(x);
}
SEC("kprobe/do_something+0x5") int second(u32 *context) { return first(context) + global(7); }
SEC("?fentry/some-name") int third(u64 *c) { return (c[0] & 0xff) == 7 ? -1 : c[1] > (u64)(u32)c[0]; }
`,
  arithmetic: `${header}
struct S { signed char a; short b; int c; u64 d; };
SEC("socket") int program(struct S *s) {
  u64 r = 0;
  for (int i = 0; i < 9; i++) {
    r += s[i].a * s[i].b / (u64)(s[i].c | 1);
    s[i].c = __builtin_bswap32(s[i].c);
    s[i].b = __builtin_bswap16(s[i].b);
    s[i].d = __builtin_bswap64(s[i].d) - r;
    if ((long)r > s[i].c) r -= 0x123456789abcULL;
    r = (long)(int)r;
    switch (s[i].d) { case 0: r += 5; break; case 1: r *= 7; break; case 7: r = s->c; break; case 9: r |= 3; }
    __sync_fetch_and_add(&s[i].d, r);
    __sync_fetch_and_add(&s[i].c, (int)r);
  }
  return r;
}
`,
  core: `${header}
struct task { int pid; char name[16]; struct { u64 a; u32 b : 3; } inner; } __attribute__((preserve_access_index));
enum kind { NONE, SOME };
static long (*probe_read)(void *, u32, const void *) = (void *)4;
SEC("tracepoint/a/b") int program(struct task *task) {
  int pid;
  probe_read(&pid, sizeof pid, &task->pid);
  return pid + __builtin_preserve_field_info(task->inner.b, 0) + __builtin_preserve_enum_value(*(enum kind *)SOME, 1);
}
`,
};
