/** 4000..4999: maps, records of ring buffers, sockets, locks, atomics. */
export const maps = {
  4002: { text: 'maxEntries must be an integer from 1 to 4294967295', hint: 'write maxEntries: 1024' },
  4003: { text: 'the bytes of a ring buffer must be a power of two and at least 4096', hint: 'write bytes: 65_536' },
  4004: {
    text: 'a plain read and write of a value that all CPUs share loses updates',
    hint: 'use {fix}, or a per-CPU map',
    severity: 'warning',
  },
  4005: {
    text: 'the record is not submitted or discarded on every path',
    hint: 'call submit() or discard() before the function ends',
  },
  4006: {
    text: 'the record may have been submitted or discarded before',
    hint: 'use it before submit() and discard()',
  },
  4007: {
    text: 'the value of {size} bytes does not fit the stack of 512 bytes',
    hint: 'keep it in a PerCpuArray of one entry',
  },
  4008: { text: 'a tail call does not come back', hint: 'write return {call} ?? VERDICT' },
  4009: { text: 'this module exports no program {name}', hint: 'export a program of that name' },
  4010: { text: 'the program {name} is of another kind', hint: 'list programs of one kind in a ProgArray' },
  4011: { text: 'the socket is not released on every path', hint: 'call release() before the function ends' },
  4012: { text: 'the socket may have been released before', hint: 'use it before release()' },
  4013: { text: '{name} cannot be called while a spin lock is held', hint: 'call it before or after lock(..)' },
  4014: {
    text: 'an atomic operation needs a 32 or 64 bit field in memory',
    hint: 'use a u32 or u64 field of a map value',
  },
  4015: { text: '{name} is not supported in packet programs', hint: 'use a HashMap with a key of your own' },
  4016: {
    text: 'a spin lock must stand in a map value',
    hint: 'add the field lock: spinLock to the value of a HashMap or ArrayMap',
  },
  4017: { text: 'the map takes no value of this type', hint: 'write a value of its schema' },
} as const;
