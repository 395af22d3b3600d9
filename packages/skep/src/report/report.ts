import type { ProgramType } from '@skep/core/abi';
import type { SkepError } from '@skep/core/base';
import type { Value } from '@skep/core/btf';
import type { Collection, RunResult } from '@skep/core/host';

/** A redirect that packets took. */
export type Redirect = NonNullable<RunResult['redirect']>;

/** Items that are kept, up to a number that memory bears, and how many there were. */
export class Kept<T> {
  readonly items: T[] = [];
  count = 0;

  add(item: T): void {
    this.count += 1;
    if (this.items.length < LIMIT) this.items.push(item);
  }
  get dropped(): number {
    return this.count - this.items.length;
  }
}

const LIMIT = 100_000;

/** The highest verdict of XDP (`enum xdp_action`). */
const XDP_REDIRECT = 4;

/** An event that a program sent through a ring buffer or perf event array. */
export interface Event {
  readonly map: string;
  readonly value: Value;
}

/** A run that ended with a fault; `packet` is its number in the capture, from 1. */
export interface Fault {
  readonly packet: number;
  readonly error: SkepError;
}

/** What happened when a program ran over a capture. */
export class Report {
  readonly program: string;
  readonly type: ProgramType;
  readonly collection: Collection;
  packets = 0;
  readonly verdicts = new Map<string, number>();
  /** Return values that are no verdict, with how often they came; after a thousand different ones no more are added. */
  readonly strayCodes = new Map<number, number>();
  readonly events = new Kept<Event>();
  readonly printk = new Kept<string>();
  readonly faults = new Kept<Fault>();
  /** By their JSON form. */
  readonly redirects = new Map<string, { readonly redirect: Redirect; packets: number }>();
  /** Packets of which the capture kept only a part. */
  truncated = 0;
  /** Packets that got an Ethernet header because the capture has none, and the link types they came from. */
  synthetic = 0;
  readonly linkTypes = new Set<number>();
  /** Packets that the host would not run the program on, and why. */
  refused = 0;
  refusal: SkepError | undefined;
  interrupted = false;
  /** What ended the capture before its end: packets before the damage are counted. */
  damage: SkepError | undefined;

  constructor(program: string, type: ProgramType, collection: Collection) {
    this.program = program;
    this.type = type;
    this.collection = collection;
  }

  addVerdict(verdict: string, code: number): void {
    this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1);
    if (this.type !== 'xdp' || code <= XDP_REDIRECT) return;
    if (this.strayCodes.size < 1000) this.strayCodes.set(code, (this.strayCodes.get(code) ?? 0) + 1);
  }

  addRedirect(redirect: Redirect): void {
    const key = JSON.stringify(redirect);
    const known = this.redirects.get(key);
    if (known === undefined) this.redirects.set(key, { redirect, packets: 1 });
    else known.packets += 1;
  }
}
