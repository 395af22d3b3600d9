/* Something of everything, small enough to be kept as an object file. */
#include "core.h"

struct point {
	int x, y;
} CORE;
enum color { RED, GREEN = 5, BLUE = -3 };
enum large { LARGE = 0x123456789abcdefULL };
struct item {
	__u16 u16;
	__u32 u32;
	__u64 u64;
	int s32;
	struct item *next;
	struct point points[3];
	union {
		struct {
			int deep;
			__u32 deeper;
		};
		__u64 overlay;
	};
	__u32 first : 1, second : 7;
	long wide : 33;
	enum color color;
	struct point flexible[];
} CORE;
struct item___old {
	__u32 gone;
	__u32 u32;
} CORE;
struct absent {
	int x;
} CORE;
typedef int (*callback_t)(struct item *, enum color);
typedef struct {
	__u16 low;
} CORE low_t;

#define at ((struct item *)context)

ASK(load_u16, at->u16)
ASK(load_u32, at->u32)
ASK(load_u64, at->u64)
ASK(load_s32, at->s32)
ASK(load_next, at->next->next->u32)
ASK(load_element, at->points[2].y)
ASK(load_deeper, at->deeper)
ASK(load_overlay, at->overlay)
ASK(load_flexible, at->flexible[2].x)
ASK(load_array, at[2].u32)
ASK(load_low, ((low_t *)context)->low)
ASK(load_old, ((struct item___old *)context)->u32)
ASK(load_gone, ((struct item___old *)context)->gone)
ASK(store, (at->u32 = (unsigned long)at, 0))
ASK(store_pointer, (at->next = context, 0))
ASK(address, __builtin_preserve_access_index(&at->points[1]))
ASK(gone_exists, field_info(((struct item___old *)context)->gone, FIELD_EXISTS))
ASK(absent_load, ((struct absent *)context)->x)
ASK(absent_exists, field_info(((struct absent *)context)->x, FIELD_EXISTS))
ASK_RECORD(points, struct item, points)
ASK_FIELD(u16, struct item, u16)
ASK_FIELD(second, struct item, second)
ASK_FIELD(wide, struct item, wide)
ASK_TYPE(item, struct item)
ASK_TYPE(none, struct absent)
ASK(color_matches, type_info(enum color, 2))
ASK(callback_exists, type_info(callback_t, 0))
ASK(callback_matches, type_info(callback_t, 2))
ASK(green_exists, enum_info(enum color, GREEN, 0))
ASK(green_value, enum_info(enum color, GREEN, 1))
ASK(blue_value, enum_info(enum color, BLUE, 1))
ASK(large_value, enum_info(enum large, LARGE, 1))
