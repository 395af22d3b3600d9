/** Signals by which users and service managers end a command that waits. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Longest time of one timer of Node: 2^31 - 1 ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * The end of a command that runs until it is told to stop: by a signal, or when its time is over. A second signal ends
 * the process, as without us.
 */
export class Stop {
  readonly stopped: Promise<void>;
  readonly #resolve: () => void;
  #timer: NodeJS.Timeout | undefined;
  readonly #listener = (): void => {
    this.#release();
    this.#resolve();
  };

  /** @param seconds the time it has; undefined for ever. */
  constructor(seconds: number | undefined) {
    let resolve = (): void => undefined;
    this.stopped = new Promise<void>((done) => {
      resolve = done;
    });
    this.#resolve = resolve;
    for (const signal of signals) process.once(signal, this.#listener);
    this.#wait(seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000);
  }

  /** Ends it from within. */
  now(): void {
    this.#listener();
  }

  /** Keeps the process alive until the time is over. */
  #wait(milliseconds: number): void {
    const step = Math.min(milliseconds, LONGEST);
    this.#timer = setTimeout(() => (milliseconds > step ? this.#wait(milliseconds - step) : this.now()), step);
  }

  #release(): void {
    clearTimeout(this.#timer);
    for (const signal of signals) process.removeListener(signal, this.#listener);
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}
