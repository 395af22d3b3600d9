import process from 'node:process';
import { kernel, load } from 'skep';
import type * as Opens from './opens.bpf.ts';

const url = new URL('./opens.bpf.ts', import.meta.url);

await using tracer = await load<typeof Opens>(url, { host: kernel(), config: { onlyPid: process.pid } });
using _link = tracer.programs.onOpen.attach();
for await (const open of tracer.maps.opens) console.log(open.ts, open.pid, open.comm, open.path);
