import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { needsBpf } from '../../core/test/support/needs.ts';

const child = join(import.meta.dirname, 'events-child.ts');

/** Runs the child in one of its ways: output, exit code and signal. */
function run(way: string): Promise<{ readonly output: string; readonly end: number | string | null }> {
  return new Promise((resolve) => {
    const process = spawn('node', ['--conditions=source', '--import', 'tsx', child, way], { timeout: 15_000 });
    let output = '';
    for (const stream of [process.stdout, process.stderr]) stream.on('data', (data) => (output += data));
    process.on('close', (code, signal) => resolve({ output, end: signal ?? code }));
  });
}

const bpf = needsBpf();

bpf.test('waiting keeps the process alive, in threads too, and nothing else does', async () => {
  const event = { output: 'event 07 00 00 00\n', end: 0 };
  const [waits, thread] = await Promise.all([run('waits'), run('thread')]);
  expect(waits).toEqual(event);
  expect(thread).toEqual(event);
});

bpf.test('a process that waits ends as it is told to, without a crash', async () => {
  const [exits, throws] = await Promise.all([run('exits'), run('throws')]);
  expect(exits).toEqual({ output: '', end: 5 });
  expect(throws).toEqual({ output: expect.stringContaining('Error: thrown at 07 00 00 00'), end: 1 });
});
