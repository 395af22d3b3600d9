import { escapeControls, type JsonInput } from '@skep/core/base';
import { SLOT_SIZE } from '@skep/core/isa';
import type { Built } from './build-file.ts';
import type { Output } from './output-path.ts';

/** `fw.bpf.ts -> fw.bpf.o: firewall (xdp) 62 instructions; 2 maps; 3344 bytes`. */
export function builtText({ source, object }: Output, { spec, object: bytes }: Built): string {
  const programs = [...(spec?.programs.values() ?? [])].map(
    ({ name, type, code }) => `${name} (${type}) ${count(code.length / SLOT_SIZE, 'instruction')}`,
  );
  const maps = [...(spec?.maps.values() ?? [])].filter(({ origin }) => origin === 'maps').length;
  const parts = [
    programs.length === 0 ? 'no program' : programs.join(', '),
    count(maps, 'map'),
    count(bytes?.length ?? 0, 'byte'),
  ];
  return escapeControls(`${source} -> ${object}: ${parts.join('; ')}`).concat('\n');
}

/** The same as data. */
export function builtJson({ source, object }: Output, { spec, object: bytes }: Built): JsonInput {
  return {
    source,
    object,
    bytes: bytes?.length ?? 0,
    programs: [...(spec?.programs.values() ?? [])].map(({ name, type, section, code }) => ({
      name,
      type,
      section,
      instructions: code.length / SLOT_SIZE,
    })),
    maps: [...(spec?.maps.values() ?? [])]
      .filter(({ origin }) => origin === 'maps')
      .map(({ name, type, keySize, valueSize, maxEntries }) => ({ name, type, keySize, valueSize, maxEntries })),
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
