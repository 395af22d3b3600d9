/** Prints the milliseconds that the first load of an object takes in a new process: `first-load.ts FILE`. */
import { readFileSync } from 'node:fs';
import { loadCollection } from '../../packages/core/src/host/index.ts';
import { readCollection } from '../../packages/core/src/object/index.ts';
import { kernel } from '../../packages/kernel/src/index.ts';

const file = process.argv[2] ?? '';
const from = performance.now();
const host = kernel();
const collection = loadCollection(readCollection(readFileSync(file), { file }), host);
collection.dispose();
host.dispose();
console.log(performance.now() - from);
