import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Btf } from '../../../src/btf/reader.ts';
import { coreFailures } from '../../../src/object/apply-core-relocations.ts';
import type { CollectionSpec } from '../../../src/object/collection-spec.ts';
import { readCollection } from '../../../src/object/read-collection.ts';
import { askLibbpfCore, type LibbpfCode } from './libbpf-core-oracle.ts';
import { relocatedPrograms } from './relocated.ts';
import { shuffleBtf, type Temper } from './shuffle-btf.ts';

/** `call 0xbad2310`, the poisoned instruction. */
const POISON = '850000001023ad0b';
const E2BIG = -7;

/** An object with the file of the BTF it is relocated against. */
export interface Pair {
  readonly label: string;
  readonly object: string;
  readonly btf: string;
}

/** What a comparison counted: programs. */
export interface Counts {
  equal: number;
  /** Of the equal ones, those that both refuse. */
  refused: number;
  /** Of the equal ones, those with an instruction that must not run. */
  poisoned: number;
  /** Left out, as we differ on purpose. */
  ignored: number;
  /** One line for each difference. */
  differences: string[];
}

/** The object with its own BTF shuffled, which is written into `folder`. */
export function shuffledPair(folder: string, object: string, seed: number, temper: Temper): Pair {
  const { btf } = readCollection(readFileSync(object));
  if (btf === undefined) throw new Error(`${object} has no BTF`);
  const label = `${basename(object, '.o')}, ${temper} ${seed}`;
  const file = join(folder, `${label.replace(/\W+/g, '-')}.btf`);
  writeFileSync(file, shuffleBtf(btf, seed, temper));
  return { label, object, btf: file };
}

/** Compares the programs of all pairs with what libbpf makes of them. */
export function compareWithLibbpf(oracle: string, pairs: readonly Pair[]): Counts {
  const counts: Counts = { equal: 0, refused: 0, poisoned: 0, ignored: 0, differences: [] };
  const answers = askLibbpfCore(oracle, pairs);
  for (const [index, pair] of pairs.entries()) {
    const spec = readCollection(readFileSync(pair.object));
    const target = Btf.parse(readFileSync(pair.btf));
    const programs = relocatedPrograms(spec, [target]);
    for (const [name, ours] of programs) {
      const theirs = answers[index]?.get(name) ?? 'nothing';
      if (onPurpose(pair, spec, target, name, ours, theirs)) counts.ignored += 1;
      else count(counts, `${name} of ${pair.label}`, ours, theirs);
    }
  }
  return counts;
}

function count(counts: Counts, label: string, ours: string, theirs: LibbpfCode): void {
  const refused = typeof theirs === 'number';
  const equal = refused ? /^SKEP_CORE_RELOCATION: .*ambiguous/.test(ours) : ours === theirs;
  if (!equal) counts.differences.push(`${label}: ${ours} instead of ${theirs}`);
  else {
    counts.equal += 1;
    if (refused) counts.refused += 1;
    else if (theirs.includes(POISON)) counts.poisoned += 1;
  }
}

/**
 * True where we differ from libbpf 1.1 on purpose: a bit field that no word holds and types that disagree on the size
 * of a field poison the instruction (libbpf refuses the object, and takes the first type's size); 32-bit enumerators
 * may be unsigned (libbpf sign-extends all, and clang 14 does not tell).
 */
function onPurpose(
  pair: Pair,
  spec: CollectionSpec,
  target: Btf,
  name: string,
  ours: string,
  theirs: LibbpfCode,
): boolean {
  if (theirs === E2BIG) return ours.includes(POISON);
  if (name === 'pink_value') return true;
  if (name === 'negative_value' && pair.object.includes('clang-14')) return true;
  const program = spec.programs.get(name);
  if (program === undefined || spec.btf === undefined || !ours.includes(POISON)) return false;
  return coreFailures(program, spec.btf, [target]).some(({ reason }) => reason?.includes('disagree on its size'));
}
