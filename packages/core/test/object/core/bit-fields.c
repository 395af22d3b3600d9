/* Bit fields: where to load them and how to shift them. */
#include "core.h"

struct bits {
	__u32 first : 1;
	__u32 second : 7;
	int third : 5;
	__u32 plain;
	__u64 wide : 40;
	__u8 small : 3;
	__u16 crossing : 9;
	enum { OFF, ON } mode : 2;
	_Bool flag : 1;
	long large : 33;
	struct {
		__u32 inner : 11;
		__u32 rest : 21;
	};
} CORE;

ASK_FIELD(first, struct bits, first)
ASK_FIELD(second, struct bits, second)
ASK_FIELD(third, struct bits, third)
ASK_FIELD(plain, struct bits, plain)
ASK_FIELD(wide, struct bits, wide)
ASK_FIELD(small, struct bits, small)
ASK_FIELD(crossing, struct bits, crossing)
ASK_FIELD(mode, struct bits, mode)
ASK_FIELD(flag, struct bits, flag)
ASK_FIELD(large, struct bits, large)
ASK_FIELD(inner, struct bits, inner)
ASK(load_first, ((struct bits *)context)->first)
ASK(load_third, ((struct bits *)context)->third)
ASK(load_plain, ((struct bits *)context)->plain)
