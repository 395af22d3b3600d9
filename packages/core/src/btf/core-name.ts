import { readBtfLayout } from './header.ts';
import type { Btf } from './reader.ts';

/** A name with a flavour: exactly three underscores between other characters; the last ones count. */
const flavoured = /^([\s\S]*[^_])___[^_]/;

const UNDERSCORE = 0x5f;

/**
 * A name without its flavour: `task_struct___old` is another view of `task_struct`. The part from the last triple
 * underscore on is left out.
 */
export function essentialName(name: string): string {
  return flavoured.exec(name)?.[1] ?? name;
}

/** Names with a flavour in one BTF (not its base), by their essential name. */
const cache = new WeakMap<Btf, ReadonlyMap<string, readonly string[]>>();

/** All names that BTF and its bases may give to types of this essential name; the name itself comes first. */
export function namesWithFlavours(btf: Btf, essential: string): string[] {
  const names = new Set([essential]);
  for (let at: Btf | undefined = btf; at !== undefined; at = at.base) {
    for (const name of flavoursOf(at).get(essential) ?? []) names.add(name);
  }
  return [...names];
}

function flavoursOf(btf: Btf): ReadonlyMap<string, readonly string[]> {
  const known = cache.get(btf);
  if (known !== undefined) return known;
  const flavours = findFlavours(btf);
  cache.set(btf, flavours);
  return flavours;
}

/** Looks through the string section for triple underscores: cheaper than a look at the name of every type. */
function findFlavours(btf: Btf): Map<string, string[]> {
  const { stringsStart, stringsEnd } = readBtfLayout(btf.bytes, btf.base !== undefined);
  const text = btf.bytes.subarray(stringsStart, stringsEnd);
  const firstString = btf.base?.stringsEnd ?? 0;
  const flavours = new Map<string, string[]>();
  let at = nextTriple(text, 0);
  while (at >= 0) {
    const start = text.lastIndexOf(0, at) + 1;
    const name = btf.string(firstString + start);
    const essential = essentialName(name);
    if (essential !== name) {
      const list = flavours.get(essential);
      if (list === undefined) flavours.set(essential, [name]);
      else list.push(name);
    }
    at = nextTriple(text, text.indexOf(0, at) + 1);
  }
  return flavours;
}

/** Where the next three underscores in a row start, from `from` on; -1 where there are none. */
function nextTriple(text: Uint8Array, from: number): number {
  // Every third byte is enough to meet a run of three.
  for (let at = from + 2; at < text.length; at += 3) {
    if (text[at] !== UNDERSCORE) continue;
    let start = at;
    while (start > from && text[start - 1] === UNDERSCORE) start -= 1;
    let end = at;
    while (text[end + 1] === UNDERSCORE) end += 1;
    if (end - start >= 2) return start;
    at = end;
  }
  return -1;
}
