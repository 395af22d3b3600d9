import { atPlace, type Json, type JsonObject, parseJson, SkepError } from '@skep/core/base';
import {
  type Collection,
  EventStream,
  type Input,
  type MapHandle,
  OuterTable,
  PerCpuTable,
  ProgramTable,
  QueueHandle,
} from '@skep/core/host';
import { readBytes } from '../files/read-file.ts';
import type { Assignment } from './set-arguments.ts';

/** Writes what `--set MAP KEY=VALUE` says. @throws SKEP_NO_SUCH_NAME, SKEP_BAD_VALUE, SKEP_MAP_FULL. */
export function setEntry(collection: Collection, { map, key, value, text }: Assignment): void {
  atPlace({ text }, () => {
    const handle = findMap(collection, map);
    if (handle instanceof QueueHandle) handle.push(handle.codecs.value.parse(value));
    else put(handle, handle.codecs.key.parse(key), parsedValue(collection, handle, value));
  });
}

/** Sets an entry; what the map refuses, such as a key out of range, is a wrong value that the user gave. */
function put(handle: MapHandle, key: Input, value: unknown): void {
  try {
    handle.set(key, value);
  } catch (error) {
    if (!(error instanceof SkepError) || error.code !== 'SKEP_MAP_REFUSED') throw error;
    const { message, reason, errno } = error;
    throw new SkepError('SKEP_BAD_VALUE', message, {
      ...(reason === undefined ? {} : { reason }),
      ...(errno === undefined ? {} : { errno }),
      cause: error,
    });
  }
}

/** A value as typed, in the form that the handle takes: a program by name, one value for every CPU. */
function parsedValue(collection: Collection, handle: MapHandle, text: string): unknown {
  if (handle instanceof ProgramTable) return findProgramHandle(collection, text);
  const bytes = handle.codecs.value.parse(text);
  return handle instanceof PerCpuTable ? new Array(handle.map.cpus).fill(bytes) : bytes;
}

/**
 * Fills maps from a JSON file in the form that `run --json` writes: all of it, or only its `maps`.
 * @throws SKEP_BAD_JSON, SKEP_NO_SUCH_NAME, SKEP_BAD_VALUE, SKEP_NO_FILE.
 */
export async function readMapsFile(collection: Collection, file: string): Promise<void> {
  const json = parseJson(new TextDecoder().decode(await readBytes(file)), file);
  atPlace({ file }, () => {
    const all = isObject(json) && isObject(json.maps) && !('entries' in json.maps) ? json.maps : json;
    if (!isObject(all)) throw wrongForm('an object with a map under each name', all);
    for (const [name, entries] of Object.entries(all)) {
      atPlace({ text: `map ${name}` }, () => fill(collection, findMap(collection, name), entries));
    }
  });
}

function fill(collection: Collection, handle: MapHandle, json: Json | undefined): void {
  // Events of an earlier run are no contents.
  if (handle instanceof EventStream) return;
  const entries = isObject(json) ? json.entries : json;
  if (!Array.isArray(entries)) throw wrongForm('"entries": [{ "key": ..., "value": ... }]', json);
  const numbered = [...(entries as readonly Json[]).entries()];
  // A stack is written from its top: the bottom goes in first.
  if (handle.spec.type === 'stack') numbered.reverse();
  for (const [index, entry] of numbered) {
    atPlace({ text: `map ${handle.name}, entry ${index + 1}` }, () => {
      if (!isObject(entry)) throw wrongForm('{ "key": ..., "value": ... }', entry);
      fillEntry(collection, handle, entry);
    });
  }
}

function fillEntry(collection: Collection, handle: MapHandle, entry: JsonObject): void {
  if (handle instanceof QueueHandle) handle.push(input(entry.value));
  else if (handle instanceof OuterTable) fillInner(collection, handle, input(entry.key), entry.value);
  else put(handle, input(entry.key), jsonValue(collection, handle, entry.value));
}

function fillInner(collection: Collection, outer: OuterTable, key: Input, contents: Json | undefined): void {
  fill(collection, outer.get(key) ?? outer.create(key), contents);
}

/** A value out of JSON, in the form that the handle takes. */
function jsonValue(collection: Collection, handle: MapHandle, json: Json | undefined): unknown {
  if (handle instanceof ProgramTable) return findProgramHandle(collection, String(json));
  const value = input(json);
  return handle instanceof PerCpuTable && !Array.isArray(value) ? new Array(handle.map.cpus).fill(value) : value;
}

/** A JSON value as a key or value; there is no null among them. */
function input(json: Json | undefined): Input {
  if (json === undefined || json === null) throw wrongForm('a key and a value', json);
  return json as Input;
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function wrongForm(expected: string, found: Json | undefined): SkepError {
  const text =
    found === undefined ? 'nothing' : (JSON.stringify(found, (_, v) => (typeof v === 'bigint' ? `${v}` : v)) ?? '');
  return new SkepError('SKEP_BAD_VALUE', 'the file does not have the form of map contents', {
    reason: `expected ${expected}, found ${text.length > 60 ? `${text.slice(0, 60)}...` : text}`,
    remedy: 'write it as skep run --json does',
  });
}

/** The map of that name. @throws SKEP_NO_SUCH_NAME, with the names there are. */
function findMap(collection: Collection, name: string): MapHandle {
  const handle = collection.maps[name];
  if (handle !== undefined) return handle;
  const known = Object.keys(collection.maps).join(', ');
  throw new SkepError('SKEP_NO_SUCH_NAME', `there is no map ${name}`, {
    remedy: known === '' ? 'the program has no maps' : `the program has: ${known}`,
  });
}

function findProgramHandle(collection: Collection, name: string) {
  const handle = collection.programs[name];
  if (handle !== undefined) return handle;
  throw new SkepError('SKEP_NO_SUCH_NAME', `there is no program ${name}`, {
    remedy: `loaded are: ${Object.keys(collection.programs).join(', ')}`,
  });
}
