import type { Input } from './codec.ts';
import { littleEndian } from './codec.ts';
import { MapTable } from './map-table.ts';
import { ProgramHandle } from './program-handle.ts';

/** Entry of a devmap or cpumap: where to, and the program that runs there (Linux 5.8, 5.9; values of 8 bytes). */
export interface RedirectEntry {
  /** Number of the interface (devmap) or length of the queue (cpumap). */
  readonly to: number;
  /** A program of section `xdp/devmap` or `xdp/cpumap`. */
  readonly program: ProgramHandle;
}

/** A map that packets are redirected to: devmap, devmap_hash (Linux 4.14, 5.4), cpumap (4.15). */
export class RedirectTable extends MapTable {
  /** @param value as its type says, or `{ to, program }`. */
  override set(key: Input, value: Input | RedirectEntry): void {
    if (isEntry(value)) {
      this.map.updateReference(this.codecs.key.encode(key), value.program.program, littleEndian(value.to, 4));
    } else {
      super.set(key, value);
    }
  }
}

function isEntry(value: Input | RedirectEntry): value is RedirectEntry {
  return typeof value === 'object' && 'program' in value && value.program instanceof ProgramHandle;
}
