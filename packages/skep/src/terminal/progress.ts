/** Shows how far long work has come, on a terminal only, and not before it has taken a second. */
export class Progress {
  readonly #shown = process.stderr.isTTY === true;
  #next = performance.now() + 1000;
  #dirty = false;

  update(packets: number): void {
    if (!this.#shown || performance.now() < this.#next) return;
    this.#next = performance.now() + 200;
    this.#dirty = true;
    process.stderr.write(`\r${packets.toLocaleString('en')} packets`);
  }

  /** Removes the line. */
  done(): void {
    if (this.#dirty) process.stderr.write('\r\x1b[K');
    this.#dirty = false;
  }
}
