import { SkepError } from '@skep/core/base';
import { EventStream, type ProgramHandle, type RunResult } from '@skep/core/host';
import { type Capture, type CapturePacket, dissect, hasSyntheticHeader, toEthernet } from '@skep/core/net';
import type { CaptureOutput } from '../files/capture-output.ts';
import type { Report } from '../report/report.ts';
import { survivor } from './fate.ts';
import type { Interruption } from './interruption.ts';

/** How a program runs over a capture. */
export interface RunCaptureOptions {
  /** Most packets to run. */
  readonly limit: number;
  /** Go on after a fault. */
  readonly keepGoing: boolean;
  readonly ifindex: number | undefined;
  /** Mirror the kernel's test runs. */
  readonly asTestRun: boolean;
  /** Packets go to the CPUs in turn. */
  readonly cpus: number;
  readonly output: CaptureOutput | undefined;
  /** Takes a line for each packet. */
  readonly print: ((line: string) => void) | undefined;
  /** Called after each batch; awaited, so that readers can keep up. */
  readonly afterBatch: () => Promise<void>;
  readonly interruption: Interruption;
}

/** Runs `program` over every packet of `capture` and notes in `report` what happens. */
export async function runCapture(
  program: ProgramHandle,
  capture: Capture,
  report: Report,
  options: RunCaptureOptions,
): Promise<void> {
  const runner = new CaptureRunner(program, report, options);
  const batches = capture.batches()[Symbol.asyncIterator]();
  while (true) {
    const next = await options.interruption.wait(batches.next());
    if (next === undefined) report.interrupted = true;
    if (next === undefined || next.done) return;
    const more = runner.runBatch(next.value);
    await options.output?.flush();
    await options.afterBatch();
    if (!more) {
      await batches.return?.();
      return;
    }
  }
}

class CaptureRunner {
  readonly #program: ProgramHandle;
  readonly #report: Report;
  readonly #options: RunCaptureOptions;
  readonly #streams: readonly EventStream[];

  constructor(program: ProgramHandle, report: Report, options: RunCaptureOptions) {
    this.#program = program;
    this.#report = report;
    this.#options = options;
    this.#streams = Object.values(report.collection.maps).filter((map) => map instanceof EventStream);
  }

  /** False where the run is over: the limit is reached, or a fault stops it. */
  runBatch(packets: readonly CapturePacket[]): boolean {
    for (const packet of packets) {
      if (this.#report.packets >= this.#options.limit) return false;
      if (!this.#runPacket(packet)) return false;
    }
    return this.#report.packets < this.#options.limit;
  }

  #runPacket(packet: CapturePacket): boolean {
    const frame = this.#frame(packet);
    try {
      const result = this.#run(packet, frame);
      this.#note(packet, result);
      this.#options.print?.(printed(packet, result.verdict));
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      return this.#noteError(packet, error);
    } finally {
      this.#drain();
    }
    return true;
  }

  #frame(packet: CapturePacket): Uint8Array {
    const { linkType } = packet;
    if (packet.truncated) this.#report.truncated += 1;
    if (hasSyntheticHeader(linkType)) {
      this.#report.synthetic += 1;
      this.#report.linkTypes.add(linkType);
    }
    return toEthernet(linkType, packet.data);
  }

  #run(packet: CapturePacket, frame: Uint8Array): RunResult {
    const { ifindex, cpus, asTestRun } = this.#options;
    return this.#program.run(frame, {
      time: packet.timestamp,
      cpu: this.#report.packets % cpus,
      asTestRun,
      ...(ifindex === undefined ? {} : { ifindex }),
    });
  }

  #note(packet: CapturePacket, result: RunResult): void {
    const report = this.#report;
    report.packets += 1;
    report.addVerdict(result.verdict, result.code);
    if (result.redirect !== undefined) report.addRedirect(result.redirect);
    for (const { redirect } of result.copies) report.addRedirect(redirect);
    for (const line of result.printk) report.printk.add(line);
    const output = this.#options.output;
    if (output === undefined) return;
    const data = survivor(report.type, result);
    if (data !== undefined) output.write(packet, data);
  }

  #noteError(packet: CapturePacket, error: SkepError): boolean {
    if (error.code === 'SKEP_BAD_PACKET') {
      this.#report.refused += 1;
      this.#report.refusal ??= error;
      this.#options.print?.(printed(packet, 'refused'));
      return true;
    }
    if (error.code !== 'SKEP_FAULT') throw error;
    this.#report.packets += 1;
    this.#report.faults.add({ packet: packet.number, error });
    this.#options.print?.(printed(packet, 'fault'));
    return this.#options.keepGoing;
  }

  #drain(): void {
    for (const stream of this.#streams) {
      for (const value of stream.drain()) this.#report.events.add({ map: stream.name, value });
    }
  }
}

function printed(packet: CapturePacket, verdict: string): string {
  return `${packet.number}\t${verdict}\t${dissect(packet.data, packet.linkType)}`;
}
