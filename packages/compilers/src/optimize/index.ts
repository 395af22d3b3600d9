export { optimize, optimizeFunction } from './optimize.ts';
export { type Ranges, rangesOf } from './ranges.ts';
export { checkRequirements } from './requirements.ts';
