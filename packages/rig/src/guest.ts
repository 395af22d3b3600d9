import { openSync, readFileSync, writeSync } from 'node:fs';
import { attachTypes, helpers, mapTypes, type ProgramType, programTypes } from '@skep/core/abi';
import type { Feature, Host, ProbeResult } from '@skep/core/host';
import { kernel } from '@skep/kernel';
import { type AttachRow, type GuestRecord, type Row, writeRecord } from './console.ts';
import { collect, type GuestSuite, type GuestTest } from './guest-vitest.ts';
import { lacking, notInGuest, tooOldByError } from './since.ts';

/** A test may take this many milliseconds: emulation is an order of magnitude slower than the machine. */
const PATIENCE = 30_000;

/** The serial console, opened by itself: a terminal that Node set to non-blocking would lose what does not fit. */
const consoleFile = openSync('/dev/console', 'w');
const release = readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim();
const host = kernel();
let rows = 0;

function send(record: GuestRecord): void {
  if (record.type === 'row') rows += 1;
  writeSync(consoleFile, writeRecord(record));
}

/** What runs inside: the test files, then the features of this kernel. Everything is sent as it is known. */
export async function runGuest(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  send({ type: 'start', release, node: process.version, uptime });
  for (const [name, load] of Object.entries(files)) await runFile(name, load);
  sendFeatures();
  send({ type: 'end', rows });
}

async function runFile(name: string, load: () => Promise<unknown>): Promise<void> {
  try {
    await runSuite(await collect(name, load), [], { before: [], after: [] });
  } catch (error) {
    send({ type: 'row', group: name, name: 'is loaded', state: 'failed', note: describeError(error) });
  }
}

interface Around {
  readonly before: readonly (() => unknown)[];
  readonly after: readonly (() => unknown)[];
}

async function runSuite(suite: GuestSuite, path: readonly string[], outer: Around): Promise<void> {
  const here = [...path, suite.name];
  const { beforeAll, afterAll, beforeEach, afterEach } = suite.hooks;
  const around = { before: [...outer.before, ...beforeEach], after: [...afterEach, ...outer.after] };
  try {
    for (const hook of beforeAll) await hook();
    for (const child of suite.children) {
      if ('children' in child) await runSuite(child, here, around);
      else send(await runTest(child, here.join(' > '), around));
    }
    for (const hook of afterAll) await hook();
  } catch (error) {
    send({ type: 'row', group: here.join(' > '), name: 'set-up', state: 'failed', note: describeError(error) });
  }
}

async function runTest(test: GuestTest, group: string, around: Around): Promise<Row> {
  const row = { type: 'row', group, name: test.name } as const;
  if (test.skip) return { ...row, state: 'skipped' };
  const out = notInGuest(test.name);
  if (out !== undefined) return { ...row, state: 'skipped', note: out };
  const lack = lacking(test.name, (feature) => ask(host, feature));
  if (lack !== undefined) return { ...row, state: 'no', note: lack };
  const from = performance.now();
  const meta: { attach?: AttachRow } = {};
  const passed = async (): Promise<void> => {
    for (const hook of around.before) await hook();
    try {
      await test.run({ task: { name: test.name, meta } });
    } finally {
      for (const hook of around.after) await hook();
    }
  };
  try {
    await withPatience(passed());
    return { ...row, ...meta, state: 'passed', milliseconds: Math.round(performance.now() - from) };
  } catch (error) {
    const older = tooOldByError(error, release);
    return older === undefined
      ? { ...row, state: 'failed', note: describeError(error) }
      : { ...row, state: 'no', note: older };
  }
}

async function withPatience(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`takes more than ${PATIENCE / 1000} s`)), PATIENCE);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reason = 'reason' in error && typeof error.reason === 'string' ? `\n${error.reason}` : '';
  return `${error.message}${reason}\n${error.stack?.split('\n    at ').slice(1, 3).join('\n') ?? ''}`;
}

/** Program types whose helpers differ most; between them they have nearly all. */
const helperHosts: readonly ProgramType[] = ['kprobe', 'xdp', 'sched_cls', 'cgroup_skb', 'cgroup_sockopt', 'sk_skb'];

function sendFeatures(): void {
  for (const name of keysOf(programTypes)) sendFeature('program types', { kind: 'program-type', name });
  for (const name of keysOf(mapTypes)) sendFeature('map types', { kind: 'map-type', name });
  for (const name of keysOf(attachTypes)) sendFeature('attach types', { kind: 'attach-type', name });
  for (const name of keysOf(helpers)) {
    const features = helperHosts.map((programType) => ({ kind: 'helper', name, programType }) as const);
    sendFeature('helpers', ...features);
  }
}

function keysOf<T extends object>(table: T): (keyof T & string)[] {
  return (Object.keys(table) as (keyof T & string)[]).filter((name) => name !== 'unspec');
}

/** One row: yes where one of the features is there. */
function sendFeature(group: string, ...features: readonly Feature[]): void {
  const row = { type: 'row', group, name: features[0]?.name ?? '' } as const;
  let note = '';
  for (const feature of features) {
    const result = ask(host, feature);
    if (result.supported) {
      send({ ...row, state: 'yes' });
      return;
    }
    note = result.reason;
  }
  send({ ...row, state: 'no', note });
}

function ask(host: Host, feature: Feature): ProbeResult {
  try {
    return host.probe(feature);
  } catch (error) {
    return { supported: false, reason: describeError(error) };
  }
}
