import { openSync, writeSync } from 'node:fs';
import { measurePlatform } from '@skep/kernel';
import { writeRecord } from './console.ts';

/** What runs inside where a kernel is measured: the record goes over the serial console. */
const consoleFile = openSync('/dev/console', 'w');
const record = measurePlatform();
writeSync(consoleFile, writeRecord({ type: 'platform', record }));
