/**
 * Every stable error code, with the exit status the command line gives for it and the sentence that names it.
 *
 * 1: the answer is no. 2: usage or bad input. 3: not permitted or not supported here.
 */
export const errorCodes = {
  SKEP_USAGE: { exit: 2, title: 'wrong usage' },
  SKEP_NO_FILE: { exit: 2, title: 'file cannot be read' },
  SKEP_NO_WRITE: { exit: 2, title: 'file cannot be written' },
  SKEP_BAD_INSTRUCTION: { exit: 2, title: 'invalid instruction' },
  SKEP_BAD_ASSEMBLY: { exit: 2, title: 'invalid assembly' },
  SKEP_BAD_ELF: { exit: 2, title: 'invalid ELF file' },
  SKEP_BAD_OBJECT: { exit: 2, title: 'invalid eBPF object' },
  SKEP_BAD_BTF: { exit: 2, title: 'invalid BTF' },
  SKEP_BAD_MAP: { exit: 2, title: 'invalid map definition' },
  SKEP_BAD_VALUE: { exit: 2, title: 'value does not fit its type' },
  SKEP_BAD_JSON: { exit: 2, title: 'invalid JSON' },
  SKEP_BAD_CAPTURE: { exit: 2, title: 'invalid capture file' },
  SKEP_BAD_PACKET: { exit: 2, title: 'invalid packet' },
  SKEP_BAD_PROGRAM: { exit: 2, title: 'program cannot be loaded' },
  SKEP_COMPILE: { exit: 2, title: 'source does not compile' },
  SKEP_NO_SUCH_NAME: { exit: 2, title: 'no such name' },
  SKEP_MEMORY_LIMIT: { exit: 2, title: 'memory limit reached' },
  SKEP_FAULT: { exit: 1, title: 'program fault' },
  SKEP_REJECTED: { exit: 1, title: 'program rejected by the verifier' },
  SKEP_MAP_FULL: { exit: 1, title: 'map is full' },
  SKEP_MAP_EXISTS: { exit: 1, title: 'key exists already' },
  SKEP_MAP_NO_ENTRY: { exit: 1, title: 'no such key' },
  SKEP_MAP_REFUSED: { exit: 1, title: 'map refuses the operation' },
  SKEP_BUSY: { exit: 1, title: 'already in use' },
  SKEP_CORE_RELOCATION: { exit: 3, title: 'program does not fit the kernel' },
  SKEP_NO_TOOL: { exit: 3, title: 'a needed tool is missing' },
  SKEP_NOT_SUPPORTED: { exit: 3, title: 'not supported here' },
  SKEP_NOT_PERMITTED: { exit: 3, title: 'not permitted' },
} as const;

/** A stable error code: what scripts and tests may match on. */
export type ErrorCode = keyof typeof errorCodes;
