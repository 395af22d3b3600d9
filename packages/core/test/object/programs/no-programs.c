/* A library: functions and a map, but no program. */
/* load: no, there is nothing to load */
#include <skep_bpf.h>

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__type(value, struct { __u16 a; __u16 b; });
	__uint(max_entries, 2);
} stack SEC(".maps");

__noinline int square(int number)
{
	return number * number;
}
