import { helpers } from '../../abi/helpers.gen.ts';
import { helperNumber, helperNames as namesOf } from '../../isa/assemble.ts';

const numbers: ReadonlyMap<string, number> = new Map(Object.entries(helpers).filter(([, number]) => number !== 0));

/** Names of all helpers, as `call` takes them with `bpf_` before. */
export const helperNames: readonly string[] = namesOf(numbers);

/** Number of the helper `map_lookup_elem` or `bpf_map_lookup_elem`. */
export function findHelper(name: string): number | undefined {
  return helperNumber(name, numbers);
}
