/**
 * What the kernel's verifier log says about a rejection: the last instruction it was at, and the reason.
 *
 * The log ends in a line of statistics (`processed 12 insns ..`); the line before it is the reason. Instructions are
 * printed as `12: (79) r1 = *(u64 *)(r1 +0)`.
 */
export interface LogSummary {
  readonly reason: string;
  readonly instruction?: number;
}

/** Finds instruction and reason in a log of any level; an empty log gives an empty reason. */
export function summarizeLog(log: string): LogSummary {
  const lines = log
    .split('\n')
    .filter(
      (line) =>
        line.trim() !== '' &&
        !/^(processed|verification time|stack depth|max_states|peak_states|mark_read|insns processed)/.test(line),
    );
  const instructions = lines
    .map((line) => /^(\d+): \([0-9a-f]{2}\)/.exec(line)?.[1])
    .filter((slot) => slot !== undefined);
  const last = instructions.at(-1);
  return { reason: lines.at(-1)?.trim() ?? '', ...(last === undefined ? {} : { instruction: Number(last) }) };
}
