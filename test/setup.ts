import fc from 'fast-check';

/** Properties take new random values in each run, or the same ones where SKEP_SEED is set (as in CI). */
const seed = process.env.SKEP_SEED;
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
