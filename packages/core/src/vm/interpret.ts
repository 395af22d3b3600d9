import { atomic32, atomic64 } from './atomic.ts';
import { divide, divideSigned, modulo, moduloSigned, multiplyHigh } from './divide.ts';
import type { InterpreterState } from './interpreter-state.ts';
import { type BoundHelper, FUNCTION_TAG } from './program.ts';
import type { RegisterIndex } from './registers.ts';

/** The bytes of a 32-bit number in reverse. */
function swap(value: number): number {
  return (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
}

/**
 * Runs the execution's program from word `pc` of its code until the function entered there returns; its result is in
 * r0 (RFC 9669, sections 4 and 5).
 *
 * One loop, one switch over operation numbers, everything it touches in typed arrays: registers as signed 32-bit
 * halves, code as words (see operation.ts), memory through one DataView. Labels are opcodes as the RFC numbers them;
 * they must be literals to become a jump table. The words of an instruction (4, see operation.ts) and the size of a
 * frame (512, see frames.ts) are literals too: constants of other modules cost a look-up each time.
 *
 * Memory: an access is inside the current stack frame, or inside the part of memory that the last checked access of
 * its kind (read, write) went to, or it takes the slow path that looks its region up. Each helper call and return
 * closes both windows.
 *
 * Budget: the words executed are `debt + pc`. Only taken jumps change `debt`, so that counting costs the rest nothing.
 * @throws a Fault (SKEP_FAULT) where the program does what it may not.
 */
export function interpret(execution: InterpreterState, pc: number): void {
  const views = execution.views;
  const { low, high } = views;
  const memory = execution.memory;
  const base = execution.depth;
  let program = execution.program;
  let code = program.code;
  let view = memory.view;
  let frame = execution.frame;
  let debt = execution.executed - pc;
  let limit = execution.limit;
  let readLow = 0;
  let readLength = 0;
  let writeLow = 0;
  let writeLength = 0;
  for (;;) {
    const word = code[pc] as number;
    const d = (word >> 16) as RegisterIndex;
    const k = code[pc + 1] as number;
    const s = k as RegisterIndex;
    const o = code[pc + 2] as number;
    pc += 4;
    switch (word & 0xffff) {
      case 0x07: {
        // add64, immediate
        const a = low[d];
        const sum = (a + k) | 0;
        low[d] = sum;
        high[d] = high[d] + (k >> 31) + (sum >>> 0 < a >>> 0 ? 1 : 0);
        continue;
      }
      case 0x0f: {
        // add64, register
        const a = low[d];
        const sum = (a + low[s]) | 0;
        low[d] = sum;
        high[d] = high[d] + high[s] + (sum >>> 0 < a >>> 0 ? 1 : 0);
        continue;
      }
      case 0x17: {
        // sub64, immediate
        const a = low[d];
        const b = k;
        high[d] = high[d] - (k >> 31) - (a >>> 0 < b >>> 0 ? 1 : 0);
        low[d] = a - b;
        continue;
      }
      case 0x1f: {
        // sub64, register
        const a = low[d];
        const b = low[s];
        high[d] = high[d] - high[s] - (a >>> 0 < b >>> 0 ? 1 : 0);
        low[d] = a - b;
        continue;
      }
      case 0x27: {
        // mul64, immediate
        const a = low[d];
        const b = k;
        high[d] = multiplyHigh(a, b) + Math.imul(high[d], b) + Math.imul(a, k >> 31);
        low[d] = Math.imul(a, b);
        continue;
      }
      case 0x2f: {
        // mul64, register
        const a = low[d];
        const b = low[s];
        high[d] = multiplyHigh(a, b) + Math.imul(high[d], b) + Math.imul(a, high[s]);
        low[d] = Math.imul(a, b);
        continue;
      }
      case 0x37: {
        // div64, immediate
        divide(views, d, k, k >> 31);
        continue;
      }
      case 0x3f: {
        // div64, register
        divide(views, d, low[s], high[s]);
        continue;
      }
      case 0x47: {
        // or64, immediate
        low[d] |= k;
        high[d] |= k >> 31;
        continue;
      }
      case 0x4f: {
        // or64, register
        low[d] |= low[s];
        high[d] |= high[s];
        continue;
      }
      case 0x57: {
        // and64, immediate
        low[d] &= k;
        high[d] &= k >> 31;
        continue;
      }
      case 0x5f: {
        // and64, register
        low[d] &= low[s];
        high[d] &= high[s];
        continue;
      }
      case 0x67: {
        // lsh64, immediate
        const n = k & 63;
        const a = low[d];
        if (n < 32) {
          high[d] = (high[d] << n) | ((a >>> 1) >>> (31 - n));
          low[d] = a << n;
        } else {
          high[d] = a << n;
          low[d] = 0;
        }
        continue;
      }
      case 0x6f: {
        // lsh64, register
        const n = low[s] & 63;
        const a = low[d];
        if (n < 32) {
          high[d] = (high[d] << n) | ((a >>> 1) >>> (31 - n));
          low[d] = a << n;
        } else {
          high[d] = a << n;
          low[d] = 0;
        }
        continue;
      }
      case 0x77: {
        // rsh64, immediate
        const n = k & 63;
        const a = high[d];
        if (n < 32) {
          low[d] = (low[d] >>> n) | ((a << 1) << (31 - n));
          high[d] = a >>> n;
        } else {
          low[d] = a >>> n;
          high[d] = 0;
        }
        continue;
      }
      case 0x7f: {
        // rsh64, register
        const n = low[s] & 63;
        const a = high[d];
        if (n < 32) {
          low[d] = (low[d] >>> n) | ((a << 1) << (31 - n));
          high[d] = a >>> n;
        } else {
          low[d] = a >>> n;
          high[d] = 0;
        }
        continue;
      }
      case 0x87: {
        // neg64
        const a = low[d];
        high[d] = ~high[d] + (a === 0 ? 1 : 0);
        low[d] = -a;
        continue;
      }
      case 0x97: {
        // mod64, immediate
        modulo(views, d, k, k >> 31);
        continue;
      }
      case 0x9f: {
        // mod64, register
        modulo(views, d, low[s], high[s]);
        continue;
      }
      case 0xa7: {
        // xor64, immediate
        low[d] ^= k;
        high[d] ^= k >> 31;
        continue;
      }
      case 0xaf: {
        // xor64, register
        low[d] ^= low[s];
        high[d] ^= high[s];
        continue;
      }
      case 0xb7: {
        // mov64, immediate
        low[d] = k;
        high[d] = k >> 31;
        continue;
      }
      case 0xbf: {
        // mov64, register
        low[d] = low[s];
        high[d] = high[s];
        continue;
      }
      case 0xc7: {
        // arsh64, immediate
        const n = k & 63;
        const a = high[d];
        if (n < 32) {
          low[d] = (low[d] >>> n) | ((a << 1) << (31 - n));
          high[d] = a >> n;
        } else {
          low[d] = a >> n;
          high[d] = a >> 31;
        }
        continue;
      }
      case 0xcf: {
        // arsh64, register
        const n = low[s] & 63;
        const a = high[d];
        if (n < 32) {
          low[d] = (low[d] >>> n) | ((a << 1) << (31 - n));
          high[d] = a >> n;
        } else {
          low[d] = a >> n;
          high[d] = a >> 31;
        }
        continue;
      }
      case 0x04: {
        // add32, immediate
        low[d] = low[d] + k;
        high[d] = 0;
        continue;
      }
      case 0x0c: {
        // add32, register
        low[d] = low[d] + low[s];
        high[d] = 0;
        continue;
      }
      case 0x14: {
        // sub32, immediate
        low[d] = low[d] - k;
        high[d] = 0;
        continue;
      }
      case 0x1c: {
        // sub32, register
        low[d] = low[d] - low[s];
        high[d] = 0;
        continue;
      }
      case 0x24: {
        // mul32, immediate
        low[d] = Math.imul(low[d], k);
        high[d] = 0;
        continue;
      }
      case 0x2c: {
        // mul32, register
        low[d] = Math.imul(low[d], low[s]);
        high[d] = 0;
        continue;
      }
      case 0x34: {
        // div32, immediate
        low[d] = k === 0 ? 0 : (low[d] >>> 0) / (k >>> 0);
        high[d] = 0;
        continue;
      }
      case 0x3c: {
        // div32, register
        low[d] = low[s] === 0 ? 0 : (low[d] >>> 0) / (low[s] >>> 0);
        high[d] = 0;
        continue;
      }
      case 0x44: {
        // or32, immediate
        low[d] = low[d] | k;
        high[d] = 0;
        continue;
      }
      case 0x4c: {
        // or32, register
        low[d] = low[d] | low[s];
        high[d] = 0;
        continue;
      }
      case 0x54: {
        // and32, immediate
        low[d] = low[d] & k;
        high[d] = 0;
        continue;
      }
      case 0x5c: {
        // and32, register
        low[d] = low[d] & low[s];
        high[d] = 0;
        continue;
      }
      case 0x64: {
        // lsh32, immediate
        low[d] = low[d] << k;
        high[d] = 0;
        continue;
      }
      case 0x6c: {
        // lsh32, register
        low[d] = low[d] << low[s];
        high[d] = 0;
        continue;
      }
      case 0x74: {
        // rsh32, immediate
        low[d] = low[d] >>> k;
        high[d] = 0;
        continue;
      }
      case 0x7c: {
        // rsh32, register
        low[d] = low[d] >>> low[s];
        high[d] = 0;
        continue;
      }
      case 0x84: {
        // neg32
        low[d] = -low[d];
        high[d] = 0;
        continue;
      }
      case 0x94: {
        // mod32, immediate
        low[d] = k === 0 ? low[d] : (low[d] >>> 0) % (k >>> 0);
        high[d] = 0;
        continue;
      }
      case 0x9c: {
        // mod32, register
        low[d] = low[s] === 0 ? low[d] : (low[d] >>> 0) % (low[s] >>> 0);
        high[d] = 0;
        continue;
      }
      case 0xa4: {
        // xor32, immediate
        low[d] = low[d] ^ k;
        high[d] = 0;
        continue;
      }
      case 0xac: {
        // xor32, register
        low[d] = low[d] ^ low[s];
        high[d] = 0;
        continue;
      }
      case 0xb4: {
        // mov32, immediate
        low[d] = k;
        high[d] = 0;
        continue;
      }
      case 0xbc: {
        // mov32, register
        low[d] = low[s];
        high[d] = 0;
        continue;
      }
      case 0xc4: {
        // arsh32, immediate
        low[d] = low[d] >> k;
        high[d] = 0;
        continue;
      }
      case 0xcc: {
        // arsh32, register
        low[d] = low[d] >> low[s];
        high[d] = 0;
        continue;
      }
      case 0x100: {
        // sdiv64, immediate
        divideSigned(views, d, k, k >> 31);
        continue;
      }
      case 0x101: {
        // sdiv64, register
        divideSigned(views, d, low[s], high[s]);
        continue;
      }
      case 0x102: {
        // smod64, immediate
        moduloSigned(views, d, k, k >> 31);
        continue;
      }
      case 0x103: {
        // smod64, register
        moduloSigned(views, d, low[s], high[s]);
        continue;
      }
      case 0x104: {
        // sdiv32, immediate
        low[d] = k === 0 ? 0 : low[d] / k;
        high[d] = 0;
        continue;
      }
      case 0x105: {
        // sdiv32, register
        low[d] = low[s] === 0 ? 0 : low[d] / low[s];
        high[d] = 0;
        continue;
      }
      case 0x106: {
        // smod32, immediate
        low[d] = k === 0 ? low[d] : low[d] % k;
        high[d] = 0;
        continue;
      }
      case 0x107: {
        // smod32, register
        low[d] = low[s] === 0 ? low[d] : low[d] % low[s];
        high[d] = 0;
        continue;
      }
      case 0x108: {
        // movs8 to 64
        const a = (low[s] << 24) >> 24;
        low[d] = a;
        high[d] = a >> 31;
        continue;
      }
      case 0x109: {
        // movs16 to 64
        const a = (low[s] << 16) >> 16;
        low[d] = a;
        high[d] = a >> 31;
        continue;
      }
      case 0x10a: {
        // movs32 to 64
        const a = low[s];
        low[d] = a;
        high[d] = a >> 31;
        continue;
      }
      case 0x10b: {
        // movs8 to 32
        low[d] = (low[s] << 24) >> 24;
        high[d] = 0;
        continue;
      }
      case 0x10c: {
        // movs16 to 32
        low[d] = (low[s] << 16) >> 16;
        high[d] = 0;
        continue;
      }
      case 0x10d: {
        // le16
        low[d] &= 0xffff;
        high[d] = 0;
        continue;
      }
      case 0x10e: {
        // le32
        high[d] = 0;
        continue;
      }
      case 0x10f: {
        // le64
        continue;
      }
      case 0x110: {
        // be16, bswap16
        const a = low[d];
        low[d] = ((a & 0xff) << 8) | ((a >>> 8) & 0xff);
        high[d] = 0;
        continue;
      }
      case 0x111: {
        // be32, bswap32
        low[d] = swap(low[d]);
        high[d] = 0;
        continue;
      }
      case 0x112: {
        // be64, bswap64
        const a = low[d];
        low[d] = swap(high[d]);
        high[d] = swap(a);
        continue;
      }
      case 0x18: {
        // lddw; the upper half stands where other instructions have their offset
        low[d] = k;
        high[d] = o;
        continue;
      }
      case 0x05: // ja, gotol
        break;
      case 0x15: // jeq64, immediate
        if (low[d] === k && high[d] === k >> 31) break;
        continue;
      case 0x1d: // jeq64, register
        if (low[d] === low[s] && high[d] === high[s]) break;
        continue;
      case 0x55: // jne64, immediate
        if (low[d] !== k || high[d] !== k >> 31) break;
        continue;
      case 0x5d: // jne64, register
        if (low[d] !== low[s] || high[d] !== high[s]) break;
        continue;
      case 0x45: // jset64, immediate
        if (((low[d] & k) | (high[d] & (k >> 31))) !== 0) break;
        continue;
      case 0x4d: // jset64, register
        if (((low[d] & low[s]) | (high[d] & high[s])) !== 0) break;
        continue;
      case 0x25: // jgt64, immediate
        if (high[d] === k >> 31 ? low[d] >>> 0 > k >>> 0 : high[d] >>> 0 > (k >> 31) >>> 0) break;
        continue;
      case 0x2d: // jgt64, register
        if (high[d] === high[s] ? low[d] >>> 0 > low[s] >>> 0 : high[d] >>> 0 > high[s] >>> 0) break;
        continue;
      case 0x35: // jge64, immediate
        if (high[d] === k >> 31 ? low[d] >>> 0 >= k >>> 0 : high[d] >>> 0 >= (k >> 31) >>> 0) break;
        continue;
      case 0x3d: // jge64, register
        if (high[d] === high[s] ? low[d] >>> 0 >= low[s] >>> 0 : high[d] >>> 0 >= high[s] >>> 0) break;
        continue;
      case 0xa5: // jlt64, immediate
        if (high[d] === k >> 31 ? low[d] >>> 0 < k >>> 0 : high[d] >>> 0 < (k >> 31) >>> 0) break;
        continue;
      case 0xad: // jlt64, register
        if (high[d] === high[s] ? low[d] >>> 0 < low[s] >>> 0 : high[d] >>> 0 < high[s] >>> 0) break;
        continue;
      case 0xb5: // jle64, immediate
        if (high[d] === k >> 31 ? low[d] >>> 0 <= k >>> 0 : high[d] >>> 0 <= (k >> 31) >>> 0) break;
        continue;
      case 0xbd: // jle64, register
        if (high[d] === high[s] ? low[d] >>> 0 <= low[s] >>> 0 : high[d] >>> 0 <= high[s] >>> 0) break;
        continue;
      case 0x65: // jsgt64, immediate
        if (high[d] === k >> 31 ? low[d] >>> 0 > k >>> 0 : high[d] > k >> 31) break;
        continue;
      case 0x6d: // jsgt64, register
        if (high[d] === high[s] ? low[d] >>> 0 > low[s] >>> 0 : high[d] > high[s]) break;
        continue;
      case 0x75: // jsge64, immediate
        if (high[d] === k >> 31 ? low[d] >>> 0 >= k >>> 0 : high[d] >= k >> 31) break;
        continue;
      case 0x7d: // jsge64, register
        if (high[d] === high[s] ? low[d] >>> 0 >= low[s] >>> 0 : high[d] >= high[s]) break;
        continue;
      case 0xc5: // jslt64, immediate
        if (high[d] === k >> 31 ? low[d] >>> 0 < k >>> 0 : high[d] < k >> 31) break;
        continue;
      case 0xcd: // jslt64, register
        if (high[d] === high[s] ? low[d] >>> 0 < low[s] >>> 0 : high[d] < high[s]) break;
        continue;
      case 0xd5: // jsle64, immediate
        if (high[d] === k >> 31 ? low[d] >>> 0 <= k >>> 0 : high[d] <= k >> 31) break;
        continue;
      case 0xdd: // jsle64, register
        if (high[d] === high[s] ? low[d] >>> 0 <= low[s] >>> 0 : high[d] <= high[s]) break;
        continue;
      case 0x16: // jeq32, immediate
        if (low[d] === k) break;
        continue;
      case 0x1e: // jeq32, register
        if (low[d] === low[s]) break;
        continue;
      case 0x56: // jne32, immediate
        if (low[d] !== k) break;
        continue;
      case 0x5e: // jne32, register
        if (low[d] !== low[s]) break;
        continue;
      case 0x46: // jset32, immediate
        if ((low[d] & k) !== 0) break;
        continue;
      case 0x4e: // jset32, register
        if ((low[d] & low[s]) !== 0) break;
        continue;
      case 0x26: // jgt32, immediate
        if (low[d] >>> 0 > k >>> 0) break;
        continue;
      case 0x2e: // jgt32, register
        if (low[d] >>> 0 > low[s] >>> 0) break;
        continue;
      case 0x36: // jge32, immediate
        if (low[d] >>> 0 >= k >>> 0) break;
        continue;
      case 0x3e: // jge32, register
        if (low[d] >>> 0 >= low[s] >>> 0) break;
        continue;
      case 0xa6: // jlt32, immediate
        if (low[d] >>> 0 < k >>> 0) break;
        continue;
      case 0xae: // jlt32, register
        if (low[d] >>> 0 < low[s] >>> 0) break;
        continue;
      case 0xb6: // jle32, immediate
        if (low[d] >>> 0 <= k >>> 0) break;
        continue;
      case 0xbe: // jle32, register
        if (low[d] >>> 0 <= low[s] >>> 0) break;
        continue;
      case 0x66: // jsgt32, immediate
        if (low[d] > k) break;
        continue;
      case 0x6e: // jsgt32, register
        if (low[d] > low[s]) break;
        continue;
      case 0x76: // jsge32, immediate
        if (low[d] >= k) break;
        continue;
      case 0x7e: // jsge32, register
        if (low[d] >= low[s]) break;
        continue;
      case 0xc6: // jslt32, immediate
        if (low[d] < k) break;
        continue;
      case 0xce: // jslt32, register
        if (low[d] < low[s]) break;
        continue;
      case 0xd6: // jsle32, immediate
        if (low[d] <= k) break;
        continue;
      case 0xde: // jsle32, register
        if (low[d] <= low[s]) break;
        continue;
      case 0x79: {
        // ldx64
        let a = (low[s] + o) | 0;
        if (high[s] !== 0 || (a - frame) >>> 0 > 504) {
          if (high[s] !== 0 || (a - readLow) >>> 0 >= readLength || (a + 7 - readLow) >>> 0 >= readLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.readAccess(low[s], high[s], o, 8);
            readLow = execution.windowLow;
            readLength = execution.windowLength >>> 0;
          }
        }
        const b = view.getInt32(a >>> 0, true);
        high[d] = view.getInt32((a + 4) >>> 0, true);
        low[d] = b;
        continue;
      }
      case 0x61: {
        // ldx32
        let a = (low[s] + o) | 0;
        if (high[s] !== 0 || (a - frame) >>> 0 > 508) {
          if (high[s] !== 0 || (a - readLow) >>> 0 >= readLength || (a + 3 - readLow) >>> 0 >= readLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.readAccess(low[s], high[s], o, 4);
            readLow = execution.windowLow;
            readLength = execution.windowLength >>> 0;
          }
        }
        low[d] = view.getInt32(a >>> 0, true);
        high[d] = 0;
        continue;
      }
      case 0x69: {
        // ldx16
        let a = (low[s] + o) | 0;
        if (high[s] !== 0 || (a - frame) >>> 0 > 510) {
          if (high[s] !== 0 || (a - readLow) >>> 0 >= readLength || (a + 1 - readLow) >>> 0 >= readLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.readAccess(low[s], high[s], o, 2);
            readLow = execution.windowLow;
            readLength = execution.windowLength >>> 0;
          }
        }
        low[d] = view.getUint16(a >>> 0, true);
        high[d] = 0;
        continue;
      }
      case 0x71: {
        // ldx8
        let a = (low[s] + o) | 0;
        if (high[s] !== 0 || (a - frame) >>> 0 > 511) {
          if (high[s] !== 0 || (a - readLow) >>> 0 >= readLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.readAccess(low[s], high[s], o, 1);
            readLow = execution.windowLow;
            readLength = execution.windowLength >>> 0;
          }
        }
        low[d] = view.getUint8(a >>> 0);
        high[d] = 0;
        continue;
      }
      case 0x81: {
        // ldxs32
        let a = (low[s] + o) | 0;
        if (high[s] !== 0 || (a - frame) >>> 0 > 508) {
          if (high[s] !== 0 || (a - readLow) >>> 0 >= readLength || (a + 3 - readLow) >>> 0 >= readLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.readAccess(low[s], high[s], o, 4);
            readLow = execution.windowLow;
            readLength = execution.windowLength >>> 0;
          }
        }
        const b = view.getInt32(a >>> 0, true);
        low[d] = b;
        high[d] = b >> 31;
        continue;
      }
      case 0x89: {
        // ldxs16
        let a = (low[s] + o) | 0;
        if (high[s] !== 0 || (a - frame) >>> 0 > 510) {
          if (high[s] !== 0 || (a - readLow) >>> 0 >= readLength || (a + 1 - readLow) >>> 0 >= readLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.readAccess(low[s], high[s], o, 2);
            readLow = execution.windowLow;
            readLength = execution.windowLength >>> 0;
          }
        }
        const b = view.getInt16(a >>> 0, true);
        low[d] = b;
        high[d] = b >> 31;
        continue;
      }
      case 0x91: {
        // ldxs8
        let a = (low[s] + o) | 0;
        if (high[s] !== 0 || (a - frame) >>> 0 > 511) {
          if (high[s] !== 0 || (a - readLow) >>> 0 >= readLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.readAccess(low[s], high[s], o, 1);
            readLow = execution.windowLow;
            readLength = execution.windowLength >>> 0;
          }
        }
        const b = view.getInt8(a >>> 0);
        low[d] = b;
        high[d] = b >> 31;
        continue;
      }
      case 0x7a: {
        // st64
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 504) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength || (a + 7 - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 8);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        view.setInt32(a >>> 0, k, true);
        view.setInt32((a + 4) >>> 0, k >> 31, true);
        continue;
      }
      case 0x62: {
        // st32
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 508) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength || (a + 3 - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 4);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        view.setInt32(a >>> 0, k, true);
        continue;
      }
      case 0x6a: {
        // st16
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 510) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength || (a + 1 - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 2);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        view.setInt16(a >>> 0, k, true);
        continue;
      }
      case 0x72: {
        // st8
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 511) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 1);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        view.setInt8(a >>> 0, k);
        continue;
      }
      case 0x7b: {
        // stx64
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 504) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength || (a + 7 - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 8);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        view.setInt32(a >>> 0, low[s], true);
        view.setInt32((a + 4) >>> 0, high[s], true);
        continue;
      }
      case 0x63: {
        // stx32
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 508) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength || (a + 3 - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 4);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        view.setInt32(a >>> 0, low[s], true);
        continue;
      }
      case 0x6b: {
        // stx16
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 510) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength || (a + 1 - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 2);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        view.setInt16(a >>> 0, low[s], true);
        continue;
      }
      case 0x73: {
        // stx8
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 511) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 1);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        view.setInt8(a >>> 0, low[s]);
        continue;
      }
      case 0xc3: {
        // atomic32
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 508) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength || (a + 3 - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 4);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        atomic32(views, view, a >>> 0, s, code[pc - 1] as number);
        continue;
      }
      case 0xdb: {
        // atomic64
        let a = (low[d] + o) | 0;
        if (high[d] !== 0 || (a - frame) >>> 0 > 504) {
          if (high[d] !== 0 || (a - writeLow) >>> 0 >= writeLength || (a + 7 - writeLow) >>> 0 >= writeLength) {
            execution.next = pc;
            execution.executed = debt + pc;
            a = execution.writeAccess(low[d], high[d], o, 8);
            writeLow = execution.windowLow;
            writeLength = execution.windowLength >>> 0;
          }
        }
        atomic64(views, view, a >>> 0, s, code[pc - 1] as number);
        continue;
      }
      case 0x20: // packet load, absolute, 32, 16 and 8 bits
      case 0x28:
      case 0x30:
      case 0x40: // packet load with index
      case 0x48:
      case 0x50: {
        execution.next = pc;
        if (execution.loadPacket(word & 0xffff, o, s)) continue;
        // Outside the packet: the function returns 0.
        debt += pc - program.exit;
        pc = program.exit;
        continue;
      }
      case 0x85: {
        // call of a helper
        execution.next = pc;
        execution.executed = debt + pc;
        execution.callHelper(program.helpers[k] as BoundHelper);
        view = memory.view;
        debt = execution.executed - pc;
        limit = execution.limit;
        readLength = 0;
        writeLength = 0;
        continue;
      }
      case 0x113: {
        // call of a local function
        execution.next = pc;
        execution.executed = debt + pc;
        execution.enter(pc);
        frame = execution.frame;
        break;
      }
      case 0x8d: {
        // callx: a function reference, or the number of a helper
        execution.next = pc;
        execution.executed = debt + pc;
        if (high[s] === FUNCTION_TAG) {
          const start = execution.functionStart(low[s]);
          execution.enter(pc);
          frame = execution.frame;
          debt += pc - start;
          pc = start;
          continue;
        }
        execution.callHelperByNumber(low[s], high[s]);
        view = memory.view;
        debt = execution.executed - pc;
        limit = execution.limit;
        readLength = 0;
        writeLength = 0;
        continue;
      }
      case 0x114: {
        // tail call
        execution.next = pc;
        execution.executed = debt + pc;
        if (!execution.tailCall()) continue;
        program = execution.program;
        code = program.code;
        debt += pc;
        pc = 0;
        if (debt > limit) {
          execution.spend(debt);
          debt = 0;
          limit = execution.limit;
        }
        continue;
      }
      case 0x95: {
        // exit
        if (execution.depth === base) {
          execution.next = pc;
          execution.executed = debt + pc;
          return;
        }
        const back = execution.leave();
        program = execution.program;
        code = program.code;
        frame = execution.frame;
        debt += pc - back;
        pc = back;
        readLength = 0;
        writeLength = 0;
        continue;
      }
      case 0xe5: // may_goto: jumps once the loop has run too often
        if (execution.loopsTooOften()) break;
        continue;
      default:
        execution.next = pc;
        execution.executed = debt + pc;
        execution.endOfProgram();
    }
    // A taken jump.
    pc += o;
    debt -= o;
    if (debt + pc > limit) {
      execution.next = pc + 4;
      execution.spend(debt + pc);
      debt = -pc;
      limit = execution.limit;
    }
  }
}
