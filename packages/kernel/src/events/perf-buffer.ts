import { SkepError } from '@skep/core/base';
import type { RecordBatch } from '@skep/core/host';
import type { MapSpec } from '@skep/core/object';
import type { Bpf } from '../bpf/bpf.ts';
import { errnoName, kernelError } from '../bpf/errors.ts';
import { syscallNumbers } from '../ffi/syscall-numbers.ts';
import { possibleCpus } from '../map/possible-cpus.ts';
import { pageSize } from './page-size.ts';
import { PerfRing } from './perf-ring.ts';
import { noRecords, type RecordReader } from './record-reader.ts';

/** Pages of data for each CPU; a power of two. */
const PAGES = 64;

/** `struct perf_event_attr` up to PERF_ATTR_SIZE_VER0, and what of it is used. */
const ATTR_SIZE = 64;
const PERF_TYPE_SOFTWARE = 1;
const PERF_COUNT_SW_BPF_OUTPUT = 10;
const PERF_SAMPLE_RAW = 0x400;
/** Bit `watermark` of the flags: wake by bytes, not by records. */
const WATERMARK = 1 << 14;
const PERF_FLAG_FD_CLOEXEC = 8;
const PERF_EVENT_IOC_ENABLE = 0x2400;

const EPOLL_CLOEXEC = 0x80000;
const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;

const ENOENT = -2;
const ENODEV = -19;

interface CpuRing {
  readonly descriptor: number;
  readonly ring: PerfRing;
}

/**
 * Reads a perf event array (`BPF_MAP_TYPE_PERF_EVENT_ARRAY`, Linux 4.3): opens a software event with a ring for each
 * CPU that is there, puts it into the array, and waits for all of them through one epoll descriptor. The order is kept
 * within a CPU, not between CPUs.
 */
export class PerfBufferReader implements RecordReader {
  readonly descriptor: number;
  readonly #bpf: Bpf;
  readonly #rings: CpuRing[] = [];
  /** The ring that is read first: another each time, so that none waits behind a busy one. */
  #first = 0;
  #disposed = false;

  /** @throws SKEP_NOT_PERMITTED, SKEP_MEMORY_LIMIT, SKEP_NOT_SUPPORTED where the kernel refuses. */
  constructor(bpf: Bpf, map: number, spec: MapSpec) {
    this.#bpf = bpf;
    this.descriptor = bpf.ffi.syscall(syscallNumbers().epoll_create1, EPOLL_CLOEXEC);
    if (this.descriptor < 0) throw refused(spec, 'wait for', this.descriptor);
    try {
      const cpus = Math.min(spec.maxEntries, possibleCpus());
      for (let cpu = 0; cpu < cpus; cpu += 1) this.#open(map, spec, cpu);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  get lost(): number {
    return this.#rings.reduce((sum, { ring }) => sum + ring.lost, 0);
  }

  get pending(): boolean {
    return !this.#disposed && this.#rings.some(({ ring }) => ring.pending);
  }

  take(most: number): RecordBatch {
    if (this.#disposed) return noRecords;
    const count = this.#rings.length;
    for (let turn = 0; turn < count; turn += 1) {
      const ring = this.#rings[(this.#first + turn) % count]?.ring;
      if (ring === undefined) continue;
      let batch = ring.take(most);
      // A stretch of the ring may hold nothing but counts of lost records.
      while (batch.starts.length === 0 && batch !== noRecords) batch = ring.take(most);
      if (batch.starts.length === 0) continue;
      this.#first = (this.#first + turn + 1) % count;
      return batch;
    }
    return noRecords;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const { descriptor, ring } of this.#rings) {
      ring.dispose();
      this.#bpf.close(descriptor);
    }
    this.#bpf.close(this.descriptor);
  }

  #open(map: number, spec: MapSpec, cpu: number): void {
    const { ffi } = this.#bpf;
    const event = openOutput(this.#bpf, cpu);
    // A CPU that is possible but not there now.
    if (event === ENODEV) return;
    if (event < 0) throw refused(spec, `open the event of CPU ${cpu} for`, event);
    let ring: PerfRing;
    try {
      const page = pageSize();
      ring = new PerfRing(ffi, event, page, PAGES * page, `the ring of CPU ${cpu} for ${spec.name}`);
    } catch (error) {
      this.#bpf.close(event);
      throw error;
    }
    this.#rings.push({ descriptor: event, ring });
    this.#connect(map, spec, cpu, event);
  }

  /** Puts the event into the array and among those waited for, and lets it begin. */
  #connect(map: number, spec: MapSpec, cpu: number, event: number): void {
    const { ioctl, epoll_ctl } = syscallNumbers();
    const key = Uint8Array.from([cpu, cpu >>> 8, cpu >>> 16, cpu >>> 24]);
    const value = Uint8Array.from([event, event >>> 8, event >>> 16, event >>> 24]);
    const attr = this.#bpf.attr('map_element', { map_fd: map, key, value });
    const put = this.#bpf.call('map_update_elem', attr);
    if (put < 0) throw kernelError('map_update_elem', put, `cannot put the event of CPU ${cpu} into map ${spec.name}`);
    // The largest layout of epoll_event; the data behind the events is not used.
    const waited = Uint8Array.from({ length: 16 }, (_, index) => (index === 0 ? EPOLLIN : 0));
    const added = this.#bpf.ffi.syscall(epoll_ctl, this.descriptor, EPOLL_CTL_ADD, event, waited);
    if (added < 0) throw refused(spec, 'wait for', added);
    const enabled = this.#bpf.ffi.syscall(ioctl, event, PERF_EVENT_IOC_ENABLE, 0);
    if (enabled < 0) throw refused(spec, `enable the event of CPU ${cpu} for`, enabled);
  }
}

/** The event that bpf_perf_event_output writes to, for one CPU: its descriptor, or the negative error number. */
function openOutput(bpf: Bpf, cpu: number): number {
  const attr = new Uint8Array(ATTR_SIZE);
  const view = new DataView(attr.buffer);
  view.setUint32(0, PERF_TYPE_SOFTWARE, true);
  view.setUint32(4, ATTR_SIZE, true);
  view.setUint32(8, PERF_COUNT_SW_BPF_OUTPUT, true);
  view.setUint32(16, 1, true);
  view.setUint32(24, PERF_SAMPLE_RAW, true);
  view.setUint32(40, WATERMARK, true);
  // One byte: whoever waits is woken by the first record.
  view.setUint32(48, 1, true);
  return bpf.ffi.syscall(syscallNumbers().perf_event_open, attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

function refused(spec: MapSpec, verb: string, result: number): SkepError {
  const errno = errnoName(result);
  const what = `cannot ${verb} perf event array ${spec.name}`;
  if (errno === 'EPERM' || errno === 'EACCES') {
    return new SkepError('SKEP_NOT_PERMITTED', what, {
      errno,
      reason: 'events of all processes need CAP_PERFMON',
      remedy: 'run as root, or give the process CAP_PERFMON',
    });
  }
  const reason = result === ENOENT ? 'the kernel has no software event for programs (Linux 4.4)' : undefined;
  return new SkepError('SKEP_NOT_SUPPORTED', what, { errno, ...(reason === undefined ? {} : { reason }) });
}
