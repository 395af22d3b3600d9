/** What the verifier knows of numbers. */
export { applyAlu } from './alu.ts';
export { isContradiction, synchronize } from './bounds.ts';
export { decide, refine } from './branch.ts';
export { constantScalar, isConstant, Kind, Register, unknownScalar } from './register.ts';
