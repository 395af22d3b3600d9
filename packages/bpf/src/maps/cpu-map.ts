import { RedirectMap } from './redirect-map.ts';

/** BPF_MAP_TYPE_CPUMAP (Linux 4.15): to another CPU. */
export class CpuMap extends RedirectMap<'cpumap'> {
  readonly kind = 'cpumap';
}
