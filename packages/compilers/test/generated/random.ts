import { seeded } from '../../../core/test/vm/random-program.ts';

/** Choices of a generator, all from one seed. */
export class Random {
  readonly #below: (bound: number) => number;

  constructor(seed: number) {
    this.#below = seeded(seed);
    // The first numbers of neighbouring seeds are alike.
    for (let round = 0; round < 8; round += 1) this.#below(2);
  }

  /** 0..bound-1. */
  below(bound: number): number {
    return this.#below(bound);
  }

  /** from..to. */
  between(from: number, to: number): number {
    return from + this.#below(to - from + 1);
  }

  chance(percent: number): boolean {
    return this.#below(100) < percent;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.#below(list.length)] ?? list[0];
  }

  /** One of a list that may be empty. */
  any<T>(list: readonly T[]): T | undefined {
    return list[this.#below(Math.max(1, list.length))];
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#below(256));
  }
}
