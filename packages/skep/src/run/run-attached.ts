import { SkepError } from '@skep/core/base';
import type { Collection, Link } from '@skep/core/host';
import { readProgram } from '../program/read-program.ts';
import { type AttachedReport, attachedJson, attachedText } from '../report/attached-report.ts';
import { diagnosticText } from '../report/notes.ts';
import { count } from '../report/report-text.ts';
import type { AttachFlags } from '../settings/run-flags.ts';
import { writeOut } from '../terminal/stdout.ts';
import { stdoutStyle } from '../terminal/style.ts';
import { type Attachment, planAttach } from './attach-plan.ts';
import { writeIterators } from './iterators.ts';
import { LiveEvents } from './live-events.ts';
import { PinDirectory } from './pin-links.ts';
import { prepare, release } from './prepare.ts';
import { Stop } from './stop.ts';

/**
 * What `skep run --kernel` does without a capture: attaches programs in the kernel, writes their events as they come
 * until a signal or the time ends it, detaches them and shows what their maps hold.
 * @throws SKEP_USAGE, SKEP_NO_SUCH_NAME, SKEP_BUSY, SKEP_REJECTED, SKEP_NOT_PERMITTED, SKEP_NOT_SUPPORTED and what
 *   reading the file throws. Nothing is left attached or pinned then.
 */
export async function runAttached(file: string, flags: AttachFlags): Promise<void> {
  const spec = await readProgram(file);
  const { attachments, left } = planAttach(spec, flags);
  const collection = await prepare(spec, flags.prog === undefined ? undefined : [flags.prog], flags);
  // Links that are no descriptors outlive the process: they go also where something calls process.exit.
  const atExit = (): void => collection.dispose();
  process.once('exit', atExit);
  try {
    for (const diagnostic of spec.diagnostics) process.stderr.write(`${diagnosticText(diagnostic)}\n`);
    for (const line of left) process.stderr.write(`note: not attached: ${line}\n`);
    await show(await observe(collection, attachments, flags), flags);
  } finally {
    release(collection);
    process.removeListener('exit', atExit);
  }
}

/** The time between attaching and detaching. */
async function observe(
  collection: Collection,
  attachments: readonly Attachment[],
  flags: AttachFlags,
): Promise<AttachedReport> {
  const pins = flags.pin === undefined ? undefined : new PinDirectory(flags.pin);
  const stop = new Stop(flags.seconds);
  const events = new LiveEvents(collection, { json: flags.json === true, failed: () => stop.now() });
  const links: Link[] = [];
  try {
    events.start();
    for (const attachment of attachments) links.push(attach(collection, attachment));
    const attached = attachments.map((attachment, index) => ({ ...attachment, link: links[index]?.id ?? 0 }));
    attachments.forEach(({ program }, index) => {
      const link = links[index];
      if (link !== undefined) pins?.add(program.name, link);
    });
    const start = performance.now();
    announce(attachments, flags);
    await writeIterators(attachments, links, flags.json === true);
    // What only iterates is done.
    if (flags.seconds === undefined && attachments.every(({ program }) => program.attachType === 'trace_iter'))
      stop.now();
    await stop.stopped;
    const seconds = (performance.now() - start) / 1000;
    pins?.keep();
    if (pins === undefined) for (const link of links) link[Symbol.dispose]();
    await events.finish();
    return { attached, collection, seconds, events: events.count, lost: events.lost };
  } finally {
    stop[Symbol.dispose]();
    pins?.[Symbol.dispose]();
  }
}

function attach(collection: Collection, { program, target }: Attachment): Link {
  const handle = collection.programs[program.name];
  if (handle === undefined) throw new Error(`program ${program.name} was not loaded`);
  try {
    return handle.attach(target);
  } catch (error) {
    throw inOptions(error);
  }
}

/** Remedies that are written for TypeScript, in the options of the command line. */
function inOptions(error: unknown): unknown {
  if (!(error instanceof SkepError) || error.remedy?.includes('{ mode: "skb" }') !== true) return error;
  const { code, message, place, reason, errno } = error;
  return new SkepError(code, message, {
    place,
    remedy: error.remedy.replace('{ mode: "skb" }', '--mode generic'),
    ...(reason === undefined ? {} : { reason }),
    ...(errno === undefined ? {} : { errno }),
    cause: error,
  });
}

/** Says that it has begun. */
function announce(attachments: readonly Attachment[], { seconds, pin }: AttachFlags): void {
  for (const { program, where } of attachments) {
    process.stderr.write(`attached: ${program.name} (${program.type}) to ${where}\n`);
  }
  if (pin !== undefined) process.stderr.write(`pinned in ${pin}: it stays attached until that is removed\n`);
  if (seconds === undefined && process.stderr.isTTY === true) process.stderr.write('Ctrl-C ends it\n');
}

async function show(report: AttachedReport, { json, rows }: AttachFlags): Promise<void> {
  if (report.lost > 0)
    process.stderr.write(`note: ${count(report.lost, 'event')} lost: they came faster than they were read\n`);
  if (json === true) return writeOut(attachedJson(report));
  const gap = report.events === 0 ? '' : '\n';
  const limit = rows === 0 ? Number.POSITIVE_INFINITY : rows;
  await writeOut(gap + attachedText(report, { style: stdoutStyle(), rows: limit }));
}
