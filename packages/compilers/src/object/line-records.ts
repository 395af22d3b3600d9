import type { BtfExtLine } from '@skep/core/btf';
import { SLOT_SIZE, slotsOf } from '@skep/core/isa';
import type { Location } from '../ir/index.ts';
import type { PlacedFunction } from './code-sections.ts';

/**
 * Source lines of a function's instructions. One record covers the instructions that follow with the same place. The
 * kernel wants one at the first instruction, so what has no place takes the next one's, or the one before.
 */
export function lineRecords({ code, offset, function: { location } }: PlacedFunction): BtfExtLine[] {
  const first = code.instructions.find((instruction) => instruction.location !== undefined)?.location ?? location;
  const records: BtfExtLine[] = [];
  let at = offset;
  let current: Location | undefined;
  for (const { instruction, location: own } of code.instructions) {
    const place = own ?? current ?? first;
    if (place !== undefined && !isSame(place, current)) records.push(lineRecord(at, place));
    current = place;
    at += slotsOf(instruction) * SLOT_SIZE;
  }
  return records;
}

function isSame(place: Location, other: Location | undefined): boolean {
  return place.file === other?.file && place.line === other.line && place.column === other.column;
}

function lineRecord(offset: number, { file, line, column }: Location): BtfExtLine {
  // BTF strings end at a zero byte.
  const text = (file.lines[line - 1] ?? '').replaceAll('\0', ' ');
  return { offset, file: file.name, text, line, column };
}
