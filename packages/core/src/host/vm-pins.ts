import { SkepError } from '../base/errors.ts';
import type { MapSpec } from '../object/map-spec.ts';
import type { PinnedMap, Pins } from './host.ts';
import { checkPinned } from './pins.ts';
import type { VmMap } from './vm-map.ts';

/** The pinned maps of one VM: they live until they are unpinned, or the VM ends. */
export class VmPins implements Pins {
  readonly directory = '/sys/fs/bpf';
  readonly #maps = new Map<string, VmMap>();

  /** Keeps a map under a path. @throws SKEP_BUSY. */
  pin(path: string, map: VmMap): void {
    if (this.#maps.has(path)) {
      throw new SkepError('SKEP_BUSY', `cannot pin map ${map.spec.name} at ${path}`, {
        reason: 'something is pinned there',
        remedy: 'unpin it first, or give another path',
      });
    }
    this.#maps.set(path, map.share(map.spec));
  }

  openMap(path: string, spec?: MapSpec): PinnedMap | undefined {
    const found = this.#maps.get(path);
    if (found === undefined) return undefined;
    if (spec !== undefined) checkPinned(found.spec, spec, path);
    return { map: found.share(spec ?? found.spec) };
  }

  openProgram(): never {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'the VM pins maps, no programs');
  }
  openLink(): never {
    throw new SkepError('SKEP_NOT_SUPPORTED', 'the VM pins maps, no links');
  }

  unpin(path: string): void {
    const map = this.#maps.get(path);
    if (map === undefined) throw new SkepError('SKEP_NO_SUCH_NAME', `nothing is pinned at ${path}`);
    this.#maps.delete(path);
    map.dispose();
  }
}
