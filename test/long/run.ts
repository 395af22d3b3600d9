/**
 * The long tier: runs the stages in this folder, each time-boxed and seeded, and prints what they counted.
 *
 *     npm run test:long -- [--seconds TOTAL] [--seed N] [--only NAME]
 *
 * The time is shared out evenly; TOTAL is 360 seconds unless said otherwise (or SKEP_LONG_SECONDS). The seed is new each
 * time unless it is given (or SKEP_SEED).
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** One stage of the long tier: `export const stage: Stage` of a module in this folder. */
interface Stage {
  readonly name: string;
  run(options: { readonly seconds: number; readonly seed: number }): Promise<StageResult>;
}
interface StageResult {
  readonly passed: number;
  readonly failed: number;
  readonly note: string;
}

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string', multiple: true } },
});
const total = positive('seconds', values.seconds ?? process.env.SKEP_LONG_SECONDS ?? '360');
const seed = positive('seed', values.seed ?? process.env.SKEP_SEED ?? String((Date.now() % 0x7fffffff) + 1));

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) {
    console.error(`--${name} must be a positive number, not ${text}`);
    process.exit(2);
  }
  return value;
}

async function findStages(): Promise<Stage[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && file !== 'run.ts');
  const modules = await Promise.all(files.sort().map((file) => import(new URL(file, import.meta.url).href)));
  return modules.flatMap((module: { stage?: Stage }) => (module.stage === undefined ? [] : [module.stage]));
}

async function runStage(stage: Stage, seconds: number): Promise<StageResult> {
  const from = performance.now();
  let result: StageResult;
  try {
    result = await stage.run({ seconds, seed });
  } catch (error) {
    result = { passed: 0, failed: 1, note: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  const took = ((performance.now() - from) / 1000).toFixed(1);
  const { passed, failed, note } = result;
  console.log(`${stage.name}: ${took} s, ${passed} right, ${failed} wrong${note === '' ? '' : `; ${note}`}`);
  return result;
}

const all = await findStages();
const chosen = values.only === undefined ? all : all.filter(({ name }) => values.only?.includes(name));
if (chosen.length === 0) {
  console.error(`no such stage; there are: ${all.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

console.log(`seed ${seed}, ${total} s for ${chosen.length} stages`);
let passed = 0;
let failed = 0;
for (const stage of chosen) {
  const result = await runStage(stage, total / chosen.length);
  passed += result.passed;
  failed += result.failed;
  // A stage that checked nothing has shown nothing.
  if (result.passed + result.failed === 0) failed += 1;
}
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) console.log(`again: npm run test:long -- --seed ${seed} --seconds ${total}`);
process.exitCode = failed === 0 ? 0 : 1;
