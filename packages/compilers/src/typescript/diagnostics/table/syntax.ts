/** 1000..1999: TypeScript that has no meaning in a BPF program. */
export const syntax = {
  1000: {
    text: 'this construct is not supported in a BPF program: {kind}',
    hint: 'write it with let, const, if, switch, for, functions and the functions of skep/bpf',
  },
  1001: { text: '`this` is not supported in a BPF program', hint: 'give the function what it needs as a parameter' },
  1002: {
    text: 'classes are not supported in a BPF program',
    hint: 'use struct({ .. }) for data and functions for the rest',
  },
  1003: {
    text: 'a function is not a value here: functions are called, or given to loop, lock and forEach',
    hint: 'call the function by its name',
  },
  1004: { text: 'exceptions are not supported in a BPF program', hint: 'return a verdict' },
  1005: {
    text: '{text} is not an integer',
    hint: 'use integers; for a ratio multiply first and then divide: u32(a * 3 / 2)',
  },
  1006: {
    text: 'regular expressions are not supported in a BPF program',
    hint: 'compare the bytes or the text itself',
  },
  1007: {
    text: 'asynchronous functions and generators are not supported in a BPF program',
    hint: 'write a plain function',
  },
  1008: { text: 'a cast changes the type and leaves the value as it is', hint: 'convert the value: u32(x), u64(x)' },
  1009: {
    text: '`!` is for an index of a fixed array only',
    hint: 'test the value first: if (x === undefined) return ..',
  },
  1010: { text: '`{operator}` is not supported', hint: 'write {replacement}' },
  1011: {
    text: '{name} calls itself: recursion is not supported in a BPF program',
    hint: 'use loop(n, ..) or a for loop',
  },
  1012: { text: '`{operator}` is not supported in a BPF program', hint: 'use a map or a field that says it' },
  1013: {
    text: 'text can only be stored in a cstr field, compared and printed',
    hint: 'store the parts in fields of their own',
  },
  1014: { text: '`var` is not supported', hint: 'write let or const' },
  1015: { text: 'spread is not supported in a BPF program', hint: 'name the fields one by one' },
  1016: { text: 'a literal has no place in memory here', hint: 'make a value with a schema: Counter({ packets: 1n })' },
  1017: {
    text: '`new` is for maps at the top of a module',
    hint: 'move it to the top: export const name = new HashMap(..)',
  },
  1018: { text: 'a module has declarations only: this statement never runs', hint: 'move it into a program' },
  1019: {
    text: 'an inner function may not assign to {name}: only callbacks of loop, lock and forEach may',
    hint: 'return the value and assign it at the call',
  },
  1020: { text: 'rest and optional parameters are not supported', hint: 'name each parameter' },
  1021: { text: '`{operator}` needs integers, not {type}', hint: 'take a field of it' },
  1022: { text: '{name} cannot be called in a BPF program', hint: 'call a function of this module or of skep/bpf' },
  1023: { text: '{name} is not known when the program is compiled', hint: 'declare it as a const with a value' },
  1024: {
    text: 'a variable of this module can only be a const',
    hint: 'use const, or export const {name} = global(u32)',
  },
} as const;
