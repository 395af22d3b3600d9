/**
 * What test files import as `vitest` inside the guest: the same words, but tests are collected and run one by one in
 * one process. The assertions are vitest's own.
 */
import { setTimeout } from 'node:timers/promises';
import { format } from 'node:util';
import {
  chai,
  customMatchers,
  type ExpectStatic,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from '@vitest/expect';

/** What a test is told about itself. */
export interface GuestContext {
  readonly task: { readonly name: string; readonly meta: Record<string, unknown> };
}

type Work = (context: GuestContext) => unknown;
type Hook = () => unknown;
type EachRow = readonly unknown[] | unknown;
type EachWork = (...row: never[]) => unknown;

/** A test as it was defined. */
export interface GuestTest {
  readonly name: string;
  readonly run: Work;
  /** Why it is not run. */
  readonly skip: boolean;
}

/** A `describe` block, or a file. */
export interface GuestSuite {
  readonly name: string;
  readonly children: (GuestSuite | GuestTest)[];
  readonly hooks: Record<HookName, Hook[]>;
}

type HookName = 'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach';

function newSuite(name: string): GuestSuite {
  return { name, children: [], hooks: { beforeAll: [], afterAll: [], beforeEach: [], afterEach: [] } };
}

let current = newSuite('');
let skipping = false;

/** Collects the tests that `define` defines. */
export async function collect(name: string, define: () => unknown): Promise<GuestSuite> {
  current = newSuite(name);
  await define();
  return current;
}

function addSuite(name: string, define: Hook): void {
  const outer = current;
  const suite = newSuite(name);
  outer.children.push(suite);
  current = suite;
  try {
    define();
  } finally {
    current = outer;
  }
}

function addTest(name: string, run: Work): void {
  current.children.push({ name, run, skip: skipping });
}

/** Defines the block's tests as skipped. */
function skipped<T extends unknown[]>(define: (...args: T) => void): (...args: T) => void {
  return (...args) => {
    const before = skipping;
    skipping = true;
    try {
      define(...args);
    } finally {
      skipping = before;
    }
  };
}

/** The name of a row: `$key` and `%s` forms filled in. */
function rowName(name: string, row: readonly unknown[], index: number): string {
  const first = row[0];
  const named = name.replaceAll(/\$([\w.]+)/g, (whole, path: string) => {
    let value: unknown = first;
    for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
    return typeof first === 'object' && first !== null ? String(value) : whole;
  });
  const numbered = named.replaceAll('%#', String(index));
  const places = numbered.match(/%[sdifjoO]/g)?.length ?? 0;
  return places === 0 ? numbered : format(numbered, ...row.slice(0, places));
}

type Define = (name: string, work: Work) => void;

/** `each` in its usual form: an array is spread over the parameters. */
function each(define: Define) {
  return (rows: readonly EachRow[]) => (name: string, work: EachWork) => {
    for (const [index, row] of rows.entries()) {
      const args = Array.isArray(row) ? row : [row];
      define(rowName(name, args, index), () => (work as (...row: unknown[]) => unknown)(...args));
    }
  };
}

/** `for`: a row is one parameter, whatever it is, and the test's context is the second. */
function forEach(define: Define) {
  return (rows: readonly EachRow[]) => (name: string, work: (row: never, context: GuestContext) => unknown) => {
    for (const [index, row] of rows.entries()) {
      define(rowName(name, Array.isArray(row) ? row : [row], index), (context) => work(row as never, context));
    }
  };
}

interface Definer {
  (name: string, first?: Work | object, second?: Work | number | object): void;
  each: ReturnType<typeof each>;
  for: ReturnType<typeof forEach>;
  skip: Definer;
  skipIf(condition: unknown): Definer;
  runIf(condition: unknown): Definer;
  todo(name: string): void;
}

function definer(define: Define, depth = 0): Definer {
  const call = (name: string, first?: unknown, second?: unknown) => {
    const work = [first, second].find((argument) => typeof argument === 'function') as Work | undefined;
    define(name, work ?? (() => undefined));
  };
  const skip: () => Definer = () => definer(skipped(define), depth + 1);
  const self: Definer = Object.assign(call, {
    each: each(define),
    for: forEach(define),
    skip: undefined as unknown as Definer,
    skipIf: (condition: unknown) => (condition ? skip() : self),
    runIf: (condition: unknown) => (condition ? self : skip()),
    todo: (name: string) => skipped(define)(name, () => undefined),
  });
  self.skip = depth === 0 ? skip() : self;
  return self;
}

export const describe: Definer = definer(addSuite as Define);
export const test: Definer = definer(addTest);
export const it = test;

const hook = (name: HookName) => (work: Hook) => void current.hooks[name].push(work);
export const beforeAll = hook('beforeAll');
export const afterAll = hook('afterAll');
export const beforeEach = hook('beforeEach');
export const afterEach = hook('afterEach');

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

/** Where the asymmetric matchers, such as `objectContaining`, are found once their plugin is in use. */
const asymmetric = Symbol.for('asymmetric-matchers-object');

/** Asks again every `interval` milliseconds until the matcher is content or `timeout` is over. */
function poll(ask: () => unknown, { interval = 50, timeout = 5000 } = {}): object {
  const matcher =
    (negated: boolean, name: string) =>
    async (...args: unknown[]): Promise<void> => {
      for (const until = performance.now() + timeout; ; await setTimeout(interval)) {
        const assertion = chai.expect(await ask());
        try {
          const form = (negated ? assertion.not : assertion) as unknown as Record<string, (...args: unknown[]) => void>;
          return form[name]?.(...args);
        } catch (error) {
          if (performance.now() >= until) throw error;
        }
      }
    };
  const get = (negated: boolean) => (_: object, name: string) => matcher(negated, name);
  const not = new Proxy({}, { get: get(true) });
  return new Proxy({}, { get: (target, name: string) => (name === 'not' ? not : get(false)(target, name)) });
}

/** vitest's `expect` without what needs its runner, such as snapshots. */
export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  { poll },
  (globalThis as Record<symbol, object | undefined>)[asymmetric],
) as unknown as ExpectStatic;
setState({ assertionCalls: 0 }, expect);
(chai.expect as unknown as { extend(target: ExpectStatic, matchers: object): void }).extend(expect, customMatchers);
