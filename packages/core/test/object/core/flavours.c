/* Views of one type under several names. */
#include "core.h"

struct task {
	int pid;
	__u64 start;
} CORE;
struct task___old {
	int old_pid;
	__u32 start;
} CORE;
struct task___with___two {
	int pid;
} CORE;
struct task____four {
	int pid;
} CORE;
struct ___nothing {
	int pid;
} CORE;
struct task___ {
	int pid;
} CORE;

ASK(pid, ((struct task *)context)->pid)
ASK(start, ((struct task *)context)->start)
ASK(old_pid, ((struct task___old *)context)->old_pid)
ASK(old_start, ((struct task___old *)context)->start)
ASK(two, ((struct task___with___two *)context)->pid)
ASK(four, ((struct task____four *)context)->pid)
ASK(nothing, ((struct ___nothing *)context)->pid)
ASK(open, ((struct task___ *)context)->pid)
ASK_FIELD(old, struct task___old, old_pid)
