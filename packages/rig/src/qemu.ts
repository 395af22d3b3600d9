import { spawn } from 'node:child_process';
import { ConsoleParser, type GuestRecord } from './console.ts';
import { toolPath } from './tools.ts';

/** How a boot ended. */
export interface BootResult {
  readonly records: readonly GuestRecord[];
  /** Records that a kernel message broke into. */
  readonly damaged: number;
  /** What came over the console besides records. */
  readonly log: readonly string[];
  readonly timedOut: boolean;
  readonly seconds: number;
}

/** What to boot. */
export interface BootOptions {
  readonly image: string;
  readonly initramfs: string;
  /** The machine is stopped after this many seconds. */
  readonly timeout: number;
  /** Megabytes of memory. Default 512. */
  readonly memory?: number;
  /** Sees every record when it comes. */
  readonly onRecord?: (record: GuestRecord) => void;
}

const COMMAND_LINE = 'console=ttyS0 quiet panic=-1 lsm=lockdown,capability,landlock,bpf mitigations=off';

/** Arguments for a machine in software emulation without network, display and disk, that ends where it would reboot. */
function qemuArguments({ image, initramfs, memory = 512 }: BootOptions): string[] {
  return [
    ...['-kernel', image, '-initrd', initramfs, '-append', COMMAND_LINE],
    ...['-nic', 'none', '-nographic', '-no-reboot', '-m', String(memory), '-cpu', 'max,-cx16'],
  ];
}

/**
 * Boots a kernel and collects what its init reports over the serial console, until the machine ends or time is up.
 * The machine never outlives this process.
 * @throws SKEP_NO_TOOL without QEMU.
 */
export async function boot(options: BootOptions): Promise<BootResult> {
  const from = performance.now();
  const qemu = spawn(toolPath('qemu-system-x86_64'), qemuArguments(options), { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => void qemu.kill('SIGKILL');
  process.once('exit', kill);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.timeout * 1000);
  const parser = new ConsoleParser();
  const records: GuestRecord[] = [];
  qemu.stdout.on('data', (piece: Buffer) => {
    for (const record of parser.push(piece)) {
      records.push(record);
      options.onRecord?.(record);
    }
  });
  qemu.stderr.on('data', (piece: Buffer) => parser.log.push(piece.toString().trimEnd()));
  try {
    await new Promise<void>((resolve, reject) => qemu.once('error', reject).once('close', () => resolve()));
  } finally {
    clearTimeout(timer);
    process.off('exit', kill);
  }
  parser.end();
  const seconds = (performance.now() - from) / 1000;
  return { records, damaged: parser.damaged, log: parser.log, timedOut, seconds };
}
