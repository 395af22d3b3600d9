export { type AssembleElfOptions, assembleElf } from './assemble-elf.ts';
