import type { Feature, ProbeResult } from '@skep/core/host';
import type { Bpf } from '../bpf/bpf.ts';
import { probeAttachType } from './attach-type.ts';
import { probeHelper } from './helper.ts';
import { probeMapType } from './map-type.ts';
import { probeProgramType } from './program-type.ts';
import { Trials } from './trial.ts';

/**
 * Asks the kernel by trying: makes a small map, loads a small program, or lets it fail to attach to what does not
 * exist. Everything is closed at once, nothing is attached.
 */
export function probe(bpf: Bpf, feature: Feature): ProbeResult {
  const trials = new Trials(bpf);
  switch (feature.kind) {
    case 'map-type':
      return probeMapType(bpf, feature.name);
    case 'program-type':
      return probeProgramType(trials, feature.name);
    case 'attach-type':
      return probeAttachType(trials, feature.name);
    default:
      return probeHelper(trials, feature.name, feature.programType);
  }
}
