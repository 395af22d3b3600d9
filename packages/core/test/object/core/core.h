/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs of this folder share: builtins under short names, and one program per question. */
#include <skep_bpf.h>

#define CORE __attribute__((preserve_access_index))

enum { FIELD_OFFSET = 0, FIELD_SIZE = 1, FIELD_EXISTS = 2, FIELD_SIGNED = 3, FIELD_LSHIFT = 4, FIELD_RSHIFT = 5 };
#define field_info(field, what) __builtin_preserve_field_info(field, what)
#define type_id(type, what) __builtin_btf_type_id(*(type *)0, what)
#define type_info(type, what) __builtin_preserve_type_info(*(type *)0, what)
#define enum_info(type, value, what) __builtin_preserve_enum_value(*(type *)value, what)

/* A program of its own, so that a relocation that cannot be resolved spoils no other. */
#define ASK(name, expression) \
	SEC("socket") unsigned long name(void *context) { return (unsigned long)(expression); }

/* What may be asked about a field that no register holds. */
#define ASK_RECORD(name, type, field) \
	ASK(name##_offset, field_info(((type *)context)->field, FIELD_OFFSET)) \
	ASK(name##_size, field_info(((type *)context)->field, FIELD_SIZE)) \
	ASK(name##_exists, field_info(((type *)context)->field, FIELD_EXISTS))

/* All there is to ask about a field of the type that `context` points to. */
#define ASK_FIELD(name, type, field) \
	ASK_RECORD(name, type, field) \
	ASK(name##_signed, field_info(((type *)context)->field, FIELD_SIGNED)) \
	ASK(name##_lshift, field_info(((type *)context)->field, FIELD_LSHIFT)) \
	ASK(name##_rshift, field_info(((type *)context)->field, FIELD_RSHIFT))

#define ASK_TYPE(name, type) \
	ASK(name##_local, type_id(type, 0)) \
	ASK(name##_target, type_id(type, 1)) \
	ASK(name##_exists, type_info(type, 0)) \
	ASK(name##_size, type_info(type, 1)) \
	ASK_MATCHES(name, type)

/* Since clang 15. */
#if __clang_major__ >= 15
#define ASK_MATCHES(name, type) ASK(name##_matches, type_info(type, 2))
#else
#define ASK_MATCHES(name, type)
#endif

char _license[] SEC("license") = "GPL";
