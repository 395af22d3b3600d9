export { type AttachType, attachTypes } from './attach-types.gen.ts';
export { type HelperName, helpers } from './helpers.gen.ts';
export { type MapType, mapTypes } from './map-types.gen.ts';
export { type ProgramType, programTypes } from './program-types.gen.ts';
export { programFlags, type SectionDefinition, sectionDefinition, sectionPatterns } from './section-names.ts';
