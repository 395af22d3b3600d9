/**
 * The user's wish to stop (SIGINT). The first one ends the work in an orderly way; a second one ends the process, as
 * without us.
 */
export class Interruption {
  #happened = false;
  #stop: (() => void) | undefined;
  readonly #listener = (): void => {
    this.#happened = true;
    this.#stop?.();
  };

  constructor() {
    process.once('SIGINT', this.#listener);
  }

  /**
   * Waits for `work`, or until the user interrupts: then it gives undefined. (Promise.race would keep every result
   * alive as long as the signal may come.)
   */
  async wait<T>(work: Promise<T>): Promise<T | undefined> {
    if (this.#happened) return undefined;
    try {
      return await new Promise<T | undefined>((resolve, reject) => {
        this.#stop = () => resolve(undefined);
        work.then(resolve, reject);
      });
    } finally {
      this.#stop = undefined;
    }
  }

  [Symbol.dispose](): void {
    process.removeListener('SIGINT', this.#listener);
  }
}
