import type { JsonInput } from '@skep/core/base';
import { type Collection, EventStream, type MapHandle, OuterTable, ProgramTable, QueueHandle } from '@skep/core/host';
import type { Report } from './report.ts';

/** The report as `skep run --json` prints it. */
export function reportJson(report: Report): JsonInput {
  const { program, type, collection, packets } = report;
  return {
    program,
    type,
    host: collection.host.name,
    engine: collection.host.name === 'kernel' ? 'kernel' : 'interpreter',
    packets,
    verdicts: record(report.verdicts),
    maps: mapsJson(collection),
    events: report.events.items,
    redirects: [...report.redirects.values()].map(({ redirect, packets }) => ({ ...redirect, packets })),
    printk: report.printk.items,
    faults: report.faults.items.map(({ packet, error }) => ({ packet, ...error.toJSON() })),
  };
}

/** Maps that hold results: no event streams, which are read already, and no constants. */
export function isResult(handle: MapHandle): boolean {
  const { origin } = handle.spec;
  return !(handle instanceof EventStream) && origin !== 'rodata' && origin !== 'kconfig';
}

/** What the maps of a collection hold, by name. */
export function mapsJson({ maps }: Collection): JsonInput {
  const results = Object.entries(maps).filter(([, handle]) => isResult(handle));
  return record(results.map(([name, handle]) => [name, mapJson(handle)]));
}

function mapJson(handle: MapHandle): JsonInput {
  return { type: handle.spec.type, entries: [...entriesJson(handle)] };
}

function* entriesJson(handle: MapHandle): Generator<JsonInput> {
  if (handle instanceof QueueHandle) {
    for (let value = handle.pop(); value !== undefined; value = handle.pop()) yield { value };
  } else if (handle instanceof OuterTable) {
    for (const [key, inner] of handle) yield { key, value: mapJson(inner) };
  } else if (handle instanceof ProgramTable) {
    for (const [key, program] of handle) yield { key, value: program.name };
  } else {
    for (const [key, value] of handle) yield { key, value: value as JsonInput };
  }
}

/** An object without prototype, so that a map may be called `__proto__`. */
function record(entries: Iterable<readonly [string, JsonInput]>): JsonInput {
  const object: Record<string, JsonInput> = Object.create(null);
  for (const [name, value] of entries) object[name] = value;
  return object;
}
