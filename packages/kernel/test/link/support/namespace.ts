import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { call } from './calls.ts';

const CLONE_NEWNET = 0x40000000;
const ETHERTYPE = 0x88b5;
const AF_INET = 2;
const AF_PACKET = 17;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_REUSEPORT = 15;

/**
 * This thread in a network namespace of its own: `lo`, and the pair `left` - `right` without addresses. Disposing it
 * brings the thread back; the namespace ends with all that is in it.
 */
export class Namespace implements Disposable {
  readonly #home: number;

  constructor() {
    this.#home = openSync('/proc/thread-self/ns/net', 'r');
    call('unshare', CLONE_NEWNET);
    try {
      const setUp = [
        'link set lo up',
        'link add left type veth peer name right',
        'link set left addrgenmode none',
        'link set right addrgenmode none',
        'link set left up',
        'link set right up',
      ];
      execFileSync('ip', ['-batch', '-'], { input: `${setUp.join('\n')}\n` });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Sends frames of an unused type out of `left`: they arrive at `right`. */
  sendFrames(count: number): void {
    const frame = new Uint8Array(60).fill(0xff, 0, 6);
    new DataView(frame.buffer).setUint16(12, ETHERTYPE);
    this.sendFrame(frame, count);
  }

  /** Sends a frame out of `left`, with its link layer header. */
  sendFrame(frame: Uint8Array, count: number): void {
    const socket = call('socket', AF_PACKET, SOCK_RAW, 0);
    const address = new Uint8Array(20);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_PACKET, true);
    view.setUint16(2, new DataView(frame.buffer, frame.byteOffset).getUint16(12));
    view.setInt32(4, indexOf('left'), true);
    view.setUint8(11, 6);
    for (let sent = 0; sent < count; sent++) call('sendto', socket, frame, frame.length, 0, address, address.length);
    closeSync(socket);
  }

  /** Sends datagrams to a port of 127.0.0.1, or of another address. */
  sendDatagrams(count: number, port: number, to: readonly number[] = [127, 0, 0, 1]): void {
    const socket = call('socket', AF_INET, SOCK_DGRAM, 0);
    const address = loopback(port);
    address.set(to, 4);
    for (let sent = 0; sent < count; sent++) {
      call('sendto', socket, Uint8Array.of(1, 2, 3, 4), 4, 0, address, address.length);
    }
    closeSync(socket);
  }

  /** A socket that receives at a port of 127.0.0.1; the caller closes it. */
  receiver(port: number): number {
    const socket = call('socket', AF_INET, SOCK_DGRAM, 0);
    call('setsockopt', socket, SOL_SOCKET, SO_REUSEPORT, Uint8Array.of(1, 0, 0, 0), 4);
    call('bind', socket, loopback(port), 16);
    return socket;
  }

  /** Both ends of a connection over TCP; the caller closes them. `prepare` may set options of the client's socket. */
  connection(
    port: number,
    prepare: (client: number) => void = () => undefined,
  ): readonly [client: number, server: number] {
    const listener = call('socket', AF_INET, SOCK_STREAM, 0);
    call('setsockopt', listener, SOL_SOCKET, SO_REUSEADDR, Uint8Array.of(1, 0, 0, 0), 4);
    call('bind', listener, loopback(port), 16);
    call('listen', listener, 1);
    const client = call('socket', AF_INET, SOCK_STREAM, 0);
    try {
      prepare(client);
    } catch (error) {
      closeSync(client);
      closeSync(listener);
      throw error;
    }
    call('connect', client, loopback(port), 16);
    const server = call('accept4', listener, null, null, 0);
    closeSync(listener);
    return [client, server];
  }

  [Symbol.dispose](): void {
    call('setns', this.#home, CLONE_NEWNET);
    closeSync(this.#home);
  }
}

function loopback(port: number): Uint8Array {
  const address = new Uint8Array(16);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_INET, true);
  view.setUint16(2, port);
  view.setUint32(4, 0x7f000001);
  return address;
}

/** Index of an interface of this namespace. */
export function indexOf(device: string): number {
  const text = execFileSync('ip', ['-o', 'link', 'show', 'dev', device], { encoding: 'utf8' });
  return Number(text.split(':')[0]);
}

/** Frames that a device has received, as the kernel counts them. */
export function receivedBy(device: string): number {
  const line = readFileSync('/proc/thread-self/net/dev', 'utf8')
    .split('\n')
    .find((text) => text.trim().startsWith(`${device}:`));
  return Number(line?.split(':')[1]?.trim().split(/\s+/)[1]);
}
