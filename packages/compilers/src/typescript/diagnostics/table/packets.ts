/** 5000..5999: packets and contexts. */
export const packets = {
  5001: {
    text: 'this view ended where the packet was moved (adjustHead, adjustTail, pull)',
    hint: 'make a new view with ctx.at after that call, or read what you need before it',
  },
  5002: { text: '{next} does not follow {previous}', hint: 'name the headers between them, or use ctx.at' },
  5003: { text: 'a context of {kind} has no {name}', hint: 'use what its type declares' },
  5005: { text: 'header functions take one header and return one expression', hint: 'write (h) => h.ihl * 4' },
  5006: { text: 'the checksum of {size} bytes is not a header', hint: 'use a header of at most 64 bytes' },
} as const;
