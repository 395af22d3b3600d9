import type { SkepError } from '@skep/core/base';
import type { Bpf } from '../bpf/bpf.ts';
import { kernelError } from '../bpf/errors.ts';

const BPF_STATS_RUN_TIME = 0;

/**
 * Lets the kernel count how often and how long all programs run (BPF_ENABLE_STATS, Linux 5.8) until it is disposed of.
 * @throws SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED on older kernels.
 */
export function enableStatistics(bpf: Bpf): Disposable {
  const result = bpf.call('enable_stats', bpf.attr('enable_stats', { type: BPF_STATS_RUN_TIME }));
  if (result < 0) throw refused(result);
  let descriptor: number | undefined = result;
  return {
    [Symbol.dispose]: () => {
      if (descriptor !== undefined) bpf.close(descriptor);
      descriptor = undefined;
    },
  };
}

function refused(errno: number): SkepError {
  const what = 'cannot count the runs of programs';
  const reason = 'kernels before Linux 5.8 do not count on demand';
  if (errno !== -22) return kernelError('enable_stats', errno, what);
  return kernelError('enable_stats', errno, what, { code: 'SKEP_NOT_SUPPORTED', reason });
}
