/* Asks the kernel which accesses to a context structure it allows, by loading a program for each of them.
   Usage: measure-rights PROGRAM_TYPE STRUCTURE_SIZE
   Prints a line for every allowed access: r or w, offset, size. */
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int loads(int type, const struct bpf_insn *code, int count)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = type;
	attr.insns = (uintptr_t)code;
	attr.insn_cnt = count;
	attr.license = (uintptr_t)"GPL";
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

int main(int argc, char **argv)
{
	static const int sizes[] = { 1, 2, 4, 8 };
	static const int codes[] = { BPF_B, BPF_H, BPF_W, BPF_DW };

	if (argc != 3)
		return 2;
	int type = atoi(argv[1]), structure = atoi(argv[2]);
	for (int offset = 0; offset < structure; offset++) {
		for (int at = 0; at < 4; at++) {
			struct bpf_insn zero = { .code = BPF_ALU64 | BPF_MOV | BPF_K };
			struct bpf_insn load = { .code = BPF_LDX | BPF_MEM | codes[at], .src_reg = 1, .off = offset };
			struct bpf_insn store = { .code = BPF_STX | BPF_MEM | codes[at], .dst_reg = 1, .off = offset };
			struct bpf_insn leave = { .code = BPF_JMP | BPF_EXIT };
			struct bpf_insn reads[] = { load, zero, leave };
			struct bpf_insn writes[] = { zero, store, leave };

			if (loads(type, reads, 3))
				printf("r %d %d\n", offset, sizes[at]);
			if (loads(type, writes, 3))
				printf("w %d %d\n", offset, sizes[at]);
		}
	}
	return 0;
}
