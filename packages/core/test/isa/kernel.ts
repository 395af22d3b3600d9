import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from './llvm.ts';

/**
 * Loads programs from its input (length in bytes, then the code) as socket filters and prints a line for each. Only
 * what the kernel says of opcodes, registers and fields counts; a program it refuses for what it would do is fine.
 */
const loader = `
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
static char log[65536], code[65536];
static const char *faults[] = { "unknown opcode", "uses reserved fields", "reserved field", "is invalid", "invalid BPF_",
  "frame pointer is read only", "unknown insn", "BPF_STX uses", "invalid bpf_ld_imm64", "unrecognized bpf_ld_imm64",
  "invalid atomic operand size", "invalid atomic", "invalid insn", "addr_space_cast", 0 };
int main(void) {
  unsigned size;
  while (fread(&size, 4, 1, stdin) == 1 && size <= sizeof code && fread(code, size, 1, stdin) == 1) {
    union bpf_attr attr;
    memset(&attr, 0, sizeof attr);
    memset(log, 0, sizeof log);
    attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
    attr.insns = (unsigned long)code;
    attr.insn_cnt = size / 8;
    attr.license = (unsigned long)"GPL";
    attr.log_buf = (unsigned long)log;
    attr.log_size = sizeof log;
    attr.log_level = 1;
    int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof attr);
    if (fd >= 0) close(fd);
    const char *fault = 0;
    for (int i = 0; fd < 0 && faults[i]; i++) if (strstr(log, faults[i])) fault = faults[i];
    for (char *at = log; *at; at++) if (*at == '\\n') *at = '|';
    printf("%s %s\\n", fault || (fd < 0 && !log[0]) ? "fault" : "fine", log);
  }
  return 0;
}
`;

/** What the kernel says of each program: a line that begins with `fine` or with `fault`. */
export function askKernel(programs: readonly Uint8Array[]): string[] {
  return inFolder((folder) => {
    const source = join(folder, 'loader.c');
    const program = join(folder, 'loader');
    writeFileSync(source, loader);
    execFileSync('clang-19', ['-O1', '-w', '-o', program, source]);
    const input = Buffer.concat(
      programs.flatMap((code) => {
        const size = Buffer.alloc(4);
        size.writeUInt32LE(code.length);
        return [size, code];
      }),
    );
    const output = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
    return output.trimEnd().split('\n');
  });
}
