import { type CollectionSpec, readCollection } from '../../../../core/src/object/index.ts';
import { programs } from './programs.gen.ts';

/** The object of programs/NAME.c. */
export function programObject(name: string): CollectionSpec {
  const text = programs[name];
  if (text === undefined) throw new Error(`there is no program ${name}: run build-programs.ts`);
  return readCollection(new Uint8Array(Buffer.from(text, 'base64')), { file: `${name}.o` });
}
