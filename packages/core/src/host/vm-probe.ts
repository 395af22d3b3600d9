import { attachProgramType } from '../abi/attach-program-type.ts';
import { helpers } from '../abi/helpers.gen.ts';
import { canCreateMap } from '../maps/create-map.ts';
import { helperTable } from '../vm/helpers/index.ts';
import { runnableTypes } from '../vm/load.ts';
import { TAIL_CALL_HELPER } from '../vm/predecode.ts';
import type { Feature, ProbeResult } from './host.ts';

const yes: ProbeResult = { supported: true };

function no(reason: string): ProbeResult {
  return { supported: false, reason };
}

/** Whether the VM has a program type, map type, attach type or helper. The VM attaches nothing: it runs programs. */
export function probeVm(feature: Feature): ProbeResult {
  switch (feature.kind) {
    case 'program-type':
      return runnableTypes.has(feature.name) ? yes : no(`the VM runs ${[...runnableTypes].join(', ')}`);
    case 'map-type':
      return canCreateMap(feature.name) ? yes : no(`the VM has no maps of type ${feature.name}`);
    case 'attach-type':
      return runnableTypes.has(attachProgramType(feature.name))
        ? yes
        : no(`the VM has no place for programs of attach type ${feature.name}`);
    default:
      return probeHelper(feature);
  }
}

function probeHelper({ name, programType }: Feature & { kind: 'helper' }): ProbeResult {
  if (!runnableTypes.has(programType)) return no(`the VM does not run programs of type ${programType}`);
  const id = helpers[name];
  if (id === TAIL_CALL_HELPER) return yes;
  const definition = helperTable.get(id);
  if (definition === undefined) return no(`the VM does not have the helper ${name}`);
  if (definition.programTypes.includes(programType)) return yes;
  return no(`programs of type ${programType} may not call ${name}`);
}
