import type { ProgramSpec } from '../../src/object/program-spec.ts';

/** Name of the function that holds a slot of a program. */
function functionAt({ functions }: ProgramSpec, slot: number): string {
  return functions.findLast((candidate) => candidate.slot <= slot)?.name ?? '';
}

/** `caller -> callee` for each local call and each reference to a function, in order; the callee by its first slot. */
export function callGraph(program: ProgramSpec): string[] {
  const view = new DataView(program.code.buffer, program.code.byteOffset, program.code.byteLength);
  const edges: string[] = [];
  for (let slot = 0; slot < program.code.length / 8; slot += 1) {
    const opcode = view.getUint8(slot * 8);
    const source = view.getUint8(slot * 8 + 1) >> 4;
    if ((opcode === 0x85 && source === 1) || (opcode === 0x18 && source === 4)) {
      const target = slot + 1 + view.getInt32(slot * 8 + 4, true);
      const callee = program.functions.find((candidate) => candidate.slot === target);
      edges.push(`${functionAt(program, slot)} -> ${callee?.name ?? `slot ${target}`}`);
    }
    if (opcode === 0x18) slot += 1;
  }
  return edges;
}
