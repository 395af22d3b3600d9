export { ConsoleParser, type GuestRecord, type Row, type RowState, writeRecord } from './console.ts';
export { type CpioEntry, readCpio, writeCpio } from './cpio.ts';
export { type KernelName, kernelSources } from './debian-kernel.ts';
export { countRows, type KernelReport, type TestOptions, testKernel } from './matrix.ts';
export { recordPlatform } from './platform.ts';
export { formatMatrix, summary } from './report.ts';
export { missingPackages } from './tools.ts';
