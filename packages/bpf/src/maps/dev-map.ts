import { RedirectMap } from './redirect-map.ts';

/** BPF_MAP_TYPE_DEVMAP (Linux 4.14): to a network device. */
export class DevMap extends RedirectMap<'devmap'> {
  readonly kind = 'devmap';
}
