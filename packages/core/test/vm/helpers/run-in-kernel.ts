import type { KernelMap, KernelOracle, KernelProgram } from '../../../../../test/oracle/kernel.ts';
import { assembleProgram, type CaseMap, functionTypes, hexOf, type KernelCase } from './programs.ts';
import { definitionOf, type Outcome } from './run-in-vm.ts';

/** Bytes that a kernel may put behind a perf sample, so that the next starts at a multiple of 8. */
const perfPadding = 8;
const EINVAL = 22;

async function makeMap(kernel: KernelOracle, item: CaseMap, index: number): Promise<KernelMap> {
  const map = await kernel.createMap(definitionOf(item, index));
  for (const { key, value } of item.contents ?? []) {
    const result = await kernel.update(map, item.keySize === 0 ? undefined : key, value);
    if (result !== 0) throw new Error(`the kernel's map ${index} does not take its contents: ${result}`);
  }
  if (item.frozen) await kernel.freeze(map);
  if (item.type === 'perf_event_array') await kernel.openPerf(map);
  return map;
}

async function contentsOf(kernel: KernelOracle, map: KernelMap): Promise<string[]> {
  const { type, keySize, valueSize } = map.definition;
  if (type === 'ringbuf') return (await kernel.consumeRing(map)).map(hexOf);
  if (type === 'perf_event_array') return (await kernel.readPerf(map)).records.map(({ data }) => hexOf(data));
  if (keySize === 0) return [];
  const entries = await kernel.dump(map);
  return entries.map(({ key, value }) => `${hexOf(key)}=${hexOf(value.subarray(0, valueSize))}`).sort();
}

/** The program, or undefined where the kernel refuses a format string, which the VM does when it is used. */
async function load(
  kernel: KernelOracle,
  item: KernelCase,
  maps: readonly KernelMap[],
): Promise<KernelProgram | undefined> {
  const program = assembleProgram(item.text, item.callbacks);
  const references = program.maps.map(({ slot, map: index, offset }) => {
    const map = maps[index];
    if (map === undefined) throw new Error(`the case has no map ${index}`);
    return offset === undefined ? { slot, map } : { slot, map, offset };
  });
  const source = { type: item.type, code: program.code, maps: references };
  const { btf, functions } = functionTypes(program);
  const types = program.callbacks.length === 0 ? undefined : await kernel.loadBtf(btf);
  const loaded = await kernel.load(types === undefined ? source : { ...source, btf: types, functions });
  if (types !== undefined) await kernel.close(types);
  if (!('errno' in loaded)) return loaded;
  if (loaded.log.includes('Invalid format string')) return undefined;
  throw new Error(`the kernel refuses the program: error ${loaded.errno}\n${loaded.log}`);
}

/** Runs a case once in the kernel (BPF_PROG_TEST_RUN). */
export async function runInKernel(kernel: KernelOracle, item: KernelCase): Promise<Outcome> {
  const maps = await Promise.all((item.maps ?? []).map((map, index) => makeMap(kernel, map, index)));
  try {
    const program = await load(kernel, item, maps);
    const { errno, retval, data } =
      program === undefined
        ? { errno: 0, retval: -EINVAL, data: item.packet }
        : await kernel.testRun(program, item.packet);
    if (program !== undefined) await kernel.close(program);
    if (errno !== 0) throw new Error(`the kernel does not run it: error ${errno}`);
    const contents = await Promise.all(maps.map((map) => contentsOf(kernel, map)));
    return { result: retval | 0, data: hexOf(data), maps: contents };
  } finally {
    await Promise.all(maps.map((map) => kernel.close(map)));
  }
}

/** The VM's outcome as the kernel would show it: its perf samples are padded, with what it is unknown. */
export function sameOutcome(vm: Outcome, kernel: Outcome): boolean {
  return JSON.stringify(plain(vm)) === JSON.stringify(plain(kernel, vm));
}

/** Only what both sides tell; a perf sample of the kernel is cut to the length of the VM's. */
export function plain({ result, data, maps }: Outcome, like?: Outcome): Outcome {
  const cut = maps.map((records, map) =>
    records.map((record, at) => {
      const length = like?.maps[map]?.[at]?.length ?? record.length;
      return record.length > length && record.length - length <= 2 * perfPadding ? record.slice(0, length) : record;
    }),
  );
  return { result, data, maps: cut };
}
