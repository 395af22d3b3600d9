/* Addresses inside of global arrays and structs. */
#include <skep_bpf.h>

struct item {
	__u64 id;
	__u32 values[6];
};

struct item items[4] = { [2] = { 7, { 1, 2, 3, 4, 5, 6 } } };
static volatile __u32 table[16] = { 1 };
const volatile __u32 weights[8] = { 8, 7, 6, 5, 4, 3, 2, 1 };

static __noinline __u64 read(volatile __u32 *from)
{
	return from ? *from : 0;
}

SEC("tc")
int use(struct __sk_buff *context)
{
	__u64 total = items[2].id + items[2].values[3] + table[9] + weights[5];
	items[3].values[1] = total;
	table[15] += 1;
	return (total + weights[context->len & 7]) & 1 ? TC_ACT_OK : TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
