/* Fields of every sort: read and written directly, by address, and asked about. */
#include "core.h"

struct point {
	int x;
	int y;
} CORE;

typedef struct {
	__u16 port;
	__u8 ports[4];
} CORE endpoint_t;

enum state { IDLE, BUSY };

struct item {
	__u8 u8;
	__u16 u16;
	__u32 u32;
	__u64 u64;
	signed char s8;
	short s16;
	int s32;
	long s64;
	void *pointer;
	struct item *next;
	enum state state;
	_Bool flag;
	struct point point;
	struct point points[3];
	int grid[2][3];
	int (*callback)(int);
	union {
		struct {
			int deep;
			__u32 deeper;
		};
		__u64 overlay;
	};
	endpoint_t endpoint;
	const volatile __u32 constant;
	struct point flexible[];
} CORE;

#define at ((struct item *)context)

ASK(load_u8, at->u8)
ASK(load_u16, at->u16)
ASK(load_u32, at->u32)
ASK(load_u64, at->u64)
ASK(load_s8, at->s8)
ASK(load_s16, at->s16)
ASK(load_s32, at->s32)
ASK(load_s64, at->s64)
ASK(load_pointer, at->pointer)
ASK(load_next, at->next->next->u32)
ASK(load_state, at->state)
ASK(load_flag, at->flag)
ASK(load_nested, at->point.y)
ASK(load_element, at->points[2].y)
ASK(load_grid, at->grid[1][2])
ASK(load_deep, at->deep)
ASK(load_deeper, at->deeper)
ASK(load_overlay, at->overlay)
ASK(load_callback, at->callback)
ASK(load_typedef, at->endpoint.ports[3])
ASK(load_constant, at->constant)
ASK(load_flexible, at->flexible[2].x)
ASK(load_array, at[2].u32)
ASK(address, __builtin_preserve_access_index(&at->points[1]))
ASK(address_array, __builtin_preserve_access_index(&at[3]))
ASK(store, (at->u32 = (unsigned long)at, 0))
ASK(store_imm, (at->u64 = 7, 0))
ASK(store_pointer, (at->next = context, 0))
ASK(root_typedef, ((endpoint_t *)context)->port)

ASK_FIELD(u16, struct item, u16)
ASK_FIELD(s32, struct item, s32)
ASK_RECORD(pointer, struct item, pointer)
ASK_FIELD(state, struct item, state)
ASK_RECORD(point, struct item, point)
ASK_RECORD(points, struct item, points)
ASK_FIELD(deeper, struct item, deeper)
