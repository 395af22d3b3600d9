import { stat } from 'node:fs/promises';
import { SkepError } from '@skep/core/base';
import { readCapture } from '@skep/core/net';
import { captureBytes } from '../files/capture-input.ts';
import { CaptureOutput } from '../files/capture-output.ts';
import { STDIN } from '../files/read-file.ts';
import { chooseProgram } from '../program/choose-program.ts';
import { readProgram } from '../program/read-program.ts';
import { Report } from '../report/report.ts';
import type { RunFlags } from '../settings/run-flags.ts';
import { Progress } from '../terminal/progress.ts';
import type { LineBuffer } from '../terminal/stdout.ts';
import { Interruption } from './interruption.ts';
import { prepare, release } from './prepare.ts';
import { runCapture } from './run-capture.ts';

/**
 * What `skep run` does before it shows anything: loads the program into a VM or the kernel, fills its maps and
 * runs it over the capture. The report holds the collection, which is the caller's to dispose.
 * @param lines takes what `--print` prints.
 */
export async function runFile(file: string, flags: RunFlags, lines: LineBuffer): Promise<Report> {
  const spec = await readProgram(file);
  const chosen = chooseProgram(spec, flags.prog);
  // With one program everything in the file is its own, also maps that it does not use.
  const collection = await prepare(spec, spec.programs.size === 1 ? undefined : [chosen.name], flags);
  const report = new Report(chosen.name, chosen.type, collection);
  try {
    await runOver(report, flags, lines);
    return report;
  } catch (error) {
    release(collection);
    throw error;
  }
}

async function runOver(report: Report, flags: RunFlags, lines: LineBuffer): Promise<void> {
  const program = report.collection.programs[report.program];
  if (program === undefined) return;
  const output = flags.out === undefined ? undefined : await openOutput(flags.out, flags.pcap);
  const progress = new Progress();
  const interruption = new Interruption();
  try {
    await runCapture(program, readCapture(captureBytes(flags.pcap)), report, {
      limit: flags.limit ?? Number.POSITIVE_INFINITY,
      keepGoing: flags.keepGoing === true,
      ifindex: flags.ifindex,
      asTestRun: flags.asTestRun === true,
      cpus: flags.cpus,
      output,
      print: flags.print === true ? (line) => lines.add(line) : undefined,
      afterBatch: async () => {
        progress.update(report.packets);
        await lines.flush();
      },
      interruption,
    });
  } catch (error) {
    report.damage = damageOf(error, report, flags.pcap);
  } finally {
    progress.done();
    interruption[Symbol.dispose]();
    await output?.close();
  }
}

/** A capture that breaks off has shown something before; any other error ends the command. */
function damageOf(error: unknown, { packets }: Report, pcap: string): SkepError {
  if (!(error instanceof SkepError)) throw error;
  const placed = error.code === 'SKEP_BAD_CAPTURE' ? error.at({ file: pcap }) : error;
  if (placed.code !== 'SKEP_BAD_CAPTURE' || packets === 0) throw placed;
  return placed;
}

/** Opens the capture to write. @throws SKEP_USAGE where it is the one that is read, SKEP_NO_WRITE. */
async function openOutput(out: string, pcap: string): Promise<CaptureOutput> {
  if (out !== STDIN && pcap !== STDIN && (await isSameFile(out, pcap))) {
    throw new SkepError('SKEP_USAGE', '--out names the capture that is read', { remedy: 'write to another file' });
  }
  return CaptureOutput.open(out);
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((file) => stat(file).catch(() => undefined)));
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}
