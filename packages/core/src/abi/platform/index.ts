/**
 * Kernels as they were measured (`npm run platform`). A part of its own, because the records are large: what needs
 * them imports `@skep/core/abi/platform`.
 */
export { type ContextAccess, decodeContext, encodeContext } from './context-access.ts';
export { Platform, type ProgramKind, type Recorded } from './platform.ts';
export { platform, platformVersions } from './platforms.ts';
export {
  decodeBits,
  encodeBits,
  type PlatformLimits,
  type PlatformRecord,
  type RecordedProgram,
  type RecordedRows,
} from './record.ts';
