/** Leaves a statement that a diagnostic was reported for. */
export class Abort extends Error {}
