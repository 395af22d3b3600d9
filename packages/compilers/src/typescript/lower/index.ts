export { ModuleLowering } from './module-lowering.ts';
