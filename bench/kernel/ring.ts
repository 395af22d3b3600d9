import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Collection, EventStream } from '../../packages/core/src/host/index.ts';
import type { Figure } from '../figure.ts';
import type { Peer } from './peer.ts';

const MILLISECONDS = 1500;
const ROUNDS = 3;
/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 1;
/** Milliseconds that the program goes on when the last events are read. */
const MARGIN = 200;

/** One round: events a second, nanoseconds of CPU an event, and the event loop's 99th percentile of lag. */
interface Round {
  readonly rate: number;
  readonly cpu: number;
  readonly lag: number;
}

/** A ring buffer that a program on another CPU keeps full: how fast it is read, at what cost. */
export async function ringFigures(collection: Collection, programId: number, peer: Peer): Promise<Figure[]> {
  const ours: Round[] = [];
  const theirs: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    theirs.push(await peerRound(peer));
    ours.push(await ourRound(collection, peer, programId));
  }
  const [rate, cpu, lag] = [
    Math.max(...ours.map((one) => one.rate)),
    Math.min(...ours.map((one) => one.cpu)),
    Math.min(...ours.map((one) => one.lag)),
  ];
  const peerRate = Math.max(...theirs.map((one) => one.rate));
  const peerCpu = Math.min(...theirs.map((one) => one.cpu));
  const group = 'ring buffer, saturated';
  const common = { group, peerName: 'libbpf' };
  return [
    {
      ...common,
      ...{ figure: 'events read', ours: rate, peer: peerRate, unit: 'M/s', ratio: rate / peerRate },
      ...{ target: '>= 1x', met: rate >= peerRate },
    },
    {
      ...common,
      ...{ figure: 'CPU of an event', ours: cpu, peer: peerCpu, unit: 'ns', ratio: peerCpu / cpu },
      ...{ target: '<= 3x', met: cpu <= 3 * peerCpu },
    },
    { group, figure: 'lag of the event loop, p99', ours: lag, unit: 'ms', target: '< 5 ms', met: lag < 5 },
  ];
}

async function peerRound(peer: Peer): Promise<Round> {
  const [events = 0, time = 1, cpu = 0] = await peer.ask(`ring ${MILLISECONDS}`);
  return { rate: events / time, cpu: (cpu * 1000) / events, lag: 0 };
}

async function ourRound({ maps }: Collection, peer: Peer, programId: number): Promise<Round> {
  const stream = maps.events;
  if (!(stream instanceof EventStream)) throw new Error('the object has no ring buffer');
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  let events = 0;
  let sum = 0;
  delay.enable();
  const start = process.cpuUsage();
  const from = performance.now();
  const producer = peer.ask(`produce ${programId} ${MILLISECONDS}`).then(() => undefined);
  const batches = stream.batches();
  while (performance.now() - from < MILLISECONDS - MARGIN) {
    const step = await Promise.race([batches.next(), producer]);
    if (step === undefined || step.done) break;
    const batch = step.value;
    for (let index = 0; index < batch.length; index += 1) sum += batch.view.getUint32(batch.start(index), true);
    events += batch.length;
  }
  const time = performance.now() - from;
  const { user, system } = process.cpuUsage(start);
  delay.disable();
  await producer;
  await batches.return(undefined);
  stream.drain();
  if (sum === 0) throw new Error('the events are empty');
  return {
    rate: events / time / 1000,
    cpu: ((user + system) * 1000) / events,
    lag: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION),
  };
}
