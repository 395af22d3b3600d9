/** 3000..3999: schemas and constants, which the compiler evaluates. */
export const schemas = {
  3001: { text: 'this is not known when the program is compiled', hint: 'use a literal or a const of literals' },
  3002: {
    text: 'the bit fields before {name} do not fill whole bytes ({bits} bits)',
    hint: 'add bits({missing}) as a reserved field',
  },
  3003: { text: 'bit fields are for headers only', hint: 'use header({ .. }), or u8' },
  3004: { text: 'the size must be an integer from 1 to {max}', hint: 'write a literal such as 16' },
  3005: { text: 'this is not a schema', hint: 'use u32, struct({ .. }), array(u64, 8), ..' },
  3006: { text: 'the licence must be a string literal', hint: "write export const license = 'GPL'" },
  3007: { text: '{text} is not an {kind} address', hint: 'write {example}' },
  3008: { text: 'bits(n) takes 1 to 32 bits', hint: 'split the field' },
  3009: {
    text: 'the text is {size} bytes long and is cut to {room}',
    hint: 'make the field larger: cstr({wanted})',
    severity: 'warning',
  },
  3010: { text: 'a spin lock has no value', hint: 'leave the field out' },
} as const;
