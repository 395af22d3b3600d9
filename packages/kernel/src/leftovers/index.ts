export { type Leftover, leftovers } from './leftovers.ts';
