/** 2000..2999: ranges of integers, so that the program means what it means in JavaScript. */
export const values = {
  2001: { text: 'the value does not fit {type} (range {range})', hint: 'convert it with wrap-around: {fix}' },
  2002: {
    text: 'the number may pass 2^53 and lose precision (range {range})',
    hint: 'wrap it: {fix}, or count with bigint',
  },
  2003: { text: 'the bigint may leave 64 bits before `{operator}` (range {range})', hint: 'wrap it: {fix}' },
  2004: { text: 'the divisor may be zero', hint: 'test it first: if ({divisor} === {zero}) return ..' },
  2005: { text: 'the quotient of two numbers may be a fraction', hint: 'round it down: {fix}' },
  2006: { text: 'the operand of `{operator}` may be negative (range {range})', hint: 'make it unsigned: {fix}' },
  2007: { text: 'this comparison is always {result}: {left} and {right} have no value in common', hint: '{fix}' },
  2008: {
    text: 'the index is not proven to be below {length} (range {range})',
    hint: 'mask it or test it first: if ({index} >= {length}) return ..',
  },
  2009: { text: 'the truth of {type} merges 0 with {other}', hint: 'write {fix}' },
  2010: { text: '`{operator}` compares which view it is, not its bytes', hint: 'write {fix}' },
  2011: { text: 'a number is compared with a bigint', hint: 'convert one side: {fix}' },
  2012: { text: 'the shift amount is not in 0..{max} (range {range})', hint: 'mask it: {fix}' },
  2013: { text: 'packet offset is not bounded (range {range})', hint: 'test it first: if ({offset} > 1500) return ..' },
  2014: {
    text: 'a number that may be negative becomes a bigint (range {range})',
    hint: 'make it unsigned first: {fix}',
  },
  2015: { text: 'a number is wanted here, not {type}', hint: 'convert it: u32(x), u64(x)' },
  2016: { text: 'the value must be in {wanted} (range {range})', hint: 'test it first, or mask it' },
} as const;
