import { RedirectMap } from './redirect-map.ts';

/** BPF_MAP_TYPE_XSKMAP (Linux 4.18): to an AF_XDP socket. */
export class XskMap extends RedirectMap<'xskmap'> {
  readonly kind = 'xskmap';
}
