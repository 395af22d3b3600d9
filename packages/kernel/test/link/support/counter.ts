import type { AttachTarget } from '../../../../core/src/host/index.ts';
import { type Collection, type Link, loadCollection } from '../../../../core/src/host/index.ts';
import { assembleElf } from '../../../../core/src/object/assembly/index.ts';
import { collectionFromElf } from '../../../../core/src/object/index.ts';
import { kernel } from '../../../src/index.ts';

/** What a counting program is made of. */
export interface CounterParts {
  readonly section: string;
  /** What it returns; 0 lets a tracing program go on. */
  readonly result?: number;
  /** Counts only events of this process. */
  readonly pid?: number;
  /** Assembly in front; it jumps to `out` for what is not to be counted. r6 is the context. */
  readonly filter?: string;
  /** Directives behind. */
  readonly maps?: string;
}

const source = ({ section, result = 0, pid, filter = '', maps = '' }: CounterParts): string => `
  .section "${section}","ax",@progbits
  .globl count
count:
  r6 = r1
${pid === undefined ? '' : `  call 14\n  r0 >>= 32\n  if r0 != ${pid} goto out\n`}${filter}
  r1 = total ll
  r2 = 1
  lock *(u64 *)(r1 + 0) += r2
out:
  r0 = ${result}
  exit
  .section .bss
  .globl total
  .type total, @object
  .size total, 8
total:
  .zero 8
  .section license,"aw",@progbits
  .asciz "GPL"
${maps}
`;

/** A loaded program that counts how often it ran. */
export class Counter implements Disposable {
  readonly collection: Collection;

  constructor(parts: CounterParts) {
    const elf = assembleElf(source(parts), { file: 'counter.s' });
    this.collection = loadCollection(collectionFromElf(elf, { file: 'counter.s' }), kernel(), { ownsHost: true });
  }

  attach(target: AttachTarget = {}): Link {
    const program = this.collection.programs.count;
    if (program === undefined) throw new Error('no program count');
    return program.attach(target);
  }

  /** The type of the program. */
  get type(): string {
    return this.collection.programs.count?.type ?? '';
  }

  get total(): number {
    const bytes = this.collection.maps['.bss']?.map.lookup(new Uint8Array(4));
    if (bytes === undefined) throw new Error('no counter');
    return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  }

  [Symbol.dispose](): void {
    this.collection.dispose();
  }
}
