/** How deep a comparison of types goes before it is given up: libbpf's and the kernel's limit. */
const MAX_DEPTH = 32;

/**
 * Answers for pairs of types while two types are compared: each pair is compared once, and a pair met again while it
 * is being compared agrees so far. This keeps the comparison linear and lets it end where types refer to themselves.
 */
export class TypePairs {
  readonly #answers = new Map<string, boolean>();
  #depth = 0;

  /** The answer of `compare` for the pair that `key` names, or the one known. */
  once(key: string, compare: () => boolean): boolean {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    if (this.#depth > MAX_DEPTH) return false;
    this.#answers.set(key, true);
    this.#depth += 1;
    const answer = compare();
    this.#depth -= 1;
    this.#answers.set(key, answer);
    return answer;
  }
}
