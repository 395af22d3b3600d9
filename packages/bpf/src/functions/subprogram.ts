/** Makes a function that is never inlined: a BPF-to-BPF call (Linux 4.16) with at most five arguments. */
export function subprogram<F extends (...args: never[]) => unknown>(run: F): F {
  return run;
}
