/** 6000..6999: programs, functions, loops. */
export const programs = {
  6001: {
    text: '{kind} programs are not supported yet',
    hint: 'use xdp, tc, socketFilter, cgroupSkb, connect4 or skLookup',
  },
  6002: { text: 'the loop has no bound that can be proven', hint: 'write for (const i of range(n)), or loop(n, ..)' },
  6003: { text: 'the loop may run {count} times; the limit is {limit}', hint: 'use loop(n, (i) => { .. })' },
  6004: {
    text: 'a subprogram takes at most five integers and returns an integer',
    hint: 'give it the fields it needs',
  },
  6005: { text: 'the program is too large: {reason}', hint: 'keep large values in a PerCpuArray of one entry' },
  6006: { text: 'a program is a function written in place', hint: 'write xdp((ctx) => { .. })' },
  6007: { text: '{helper} is for programs with a GPL licence', hint: "add export const license = 'GPL'" },
  6008: { text: 'the module has no program', hint: 'export const name = xdp((ctx) => XDP.PASS)' },
  6009: { text: 'printk takes at most {max} values', hint: 'print in two lines' },
  6010: { text: 'the function does not return a value on every path', hint: 'return a value at its end' },
  6011: { text: 'callbacks are functions written in place', hint: 'write (i) => { .. }' },
  6012: {
    text: 'the callback may only return or assign integers here',
    hint: 'assign integers and booleans to outer variables',
  },
  6013: { text: 'the object is not written: {reason}', hint: 'report this with the source' },
} as const;
