/* Enumerators: are they there, and their value in the target. */
#include "core.h"

enum color { RED, GREEN = 5, BLUE = 1000000, NEGATIVE = -3 };
enum unsigned_color { CYAN = 1, PINK = 0xffffffff };
enum large { LARGE = 0x123456789abcdefULL, LARGER = 0xfedcba9876543210ULL };
enum large_signed { LOW = -0x7edcba9876543210LL, HIGH = 4 };
typedef enum { LEFT = 7, RIGHT } side_t;
enum color___old { RED___old = 3, PURPLE };
enum absent { NOBODY = 2 };

#define ASK_ENUM(name, type, value) \
	ASK(name##_exists, enum_info(type, value, 0)) \
	ASK(name##_value, enum_info(type, value, 1))

ASK_ENUM(red, enum color, RED)
ASK_ENUM(green, enum color, GREEN)
ASK_ENUM(blue, enum color, BLUE)
ASK_ENUM(negative, enum color, NEGATIVE)
ASK_ENUM(cyan, enum unsigned_color, CYAN)
ASK_ENUM(pink, enum unsigned_color, PINK)
ASK_ENUM(left, side_t, LEFT)
ASK_ENUM(right, side_t, RIGHT)
ASK_ENUM(old_red, enum color___old, RED___old)
ASK_ENUM(purple, enum color___old, PURPLE)
ASK_ENUM(nobody, enum absent, NOBODY)
#if __clang_major__ >= 15
ASK_ENUM(large, enum large, LARGE)
ASK_ENUM(larger, enum large, LARGER)
ASK_ENUM(low, enum large_signed, LOW)
ASK_ENUM(high, enum large_signed, HIGH)
#endif
