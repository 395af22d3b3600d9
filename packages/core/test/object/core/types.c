/* Types as a whole: are they there, how large, which id, do they match. */
#include "core.h"

struct point {
	int x;
	int y;
};
union number {
	long integer;
	char text[8];
};
enum color { RED, GREEN = 5 };
struct opaque;
typedef struct point point_t;
typedef struct { __u16 low; } low_t;
typedef __u32 count_t;
typedef void nothing_t;
typedef void *pointer_t;
typedef int numbers_t[4];
typedef int (*callback_t)(struct point *, long, ...);
typedef int function_t(const char *, union number *);
typedef float real_t;

struct holder {
	struct point point;
	struct point *pointer;
	struct opaque *opaque;
	union number number;
	enum color color;
	callback_t callback;
	int (*plain)(struct holder *, enum color);
	unsigned int unsigned_number;
	char name[16];
	struct {
		int hidden;
	};
};
struct holder___part {
	enum color color;
	struct point *pointer;
};
struct point___x {
	int x;
};
struct absent___now {
	int x;
};

ASK_TYPE(point, struct point)
ASK_TYPE(number, union number)
ASK_TYPE(color, enum color)
ASK_TYPE(point_typedef, point_t)
ASK_TYPE(low, low_t)
ASK_TYPE(count, count_t)
ASK_TYPE(pointer, pointer_t)
ASK_TYPE(numbers, numbers_t)
ASK_TYPE(callback, callback_t)
ASK_TYPE(holder, struct holder)
ASK_TYPE(part, struct holder___part)
ASK_TYPE(point_x, struct point___x)
ASK_TYPE(absent, struct absent___now)
ASK(function_exists, __builtin_preserve_type_info(*(function_t *)0, 0))
ASK(anonymous_local, __builtin_btf_type_id(*(struct { int a; } *)0, 0))
