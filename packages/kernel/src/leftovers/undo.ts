import { closeSync, openSync } from 'node:fs';
import type { Bpf } from '../bpf/bpf.ts';
import { queryPrograms } from '../link/query.ts';
import { deleteRoute } from '../netlink/route.ts';
import { deleteClsact, deleteFilter, filtersOf, hasFilters } from '../netlink/traffic-control.ts';
import { setXdp, xdpProgramId } from '../netlink/xdp.ts';
import type { Attachment, AttachmentRecord } from './record.ts';

const ESRCH = -3;

type Kind = Attachment['kind'];
type Of<K extends Kind> = Extract<Attachment, { readonly kind: K }>;

/** How an attachment of a kind is found again and undone; both run in the network namespace of the record. */
export interface Undo<K extends Kind = Kind> {
  /** The place in words, behind `attached to`. */
  place(attachment: Of<K>): string;
  /** True while the very same program is attached there. */
  present(bpf: Bpf, attachment: Of<K>, program: number): boolean;
  /** Undoes it: 0, or the negative error number. */
  remove(bpf: Bpf, attachment: Of<K>, program: number, name: string): number;
}

const clsact: Undo<'clsact'> = {
  place: ({ device, direction }) => `device ${device}, ${direction}, as a filter of clsact`,
  present: ({ ffi }, { ifindex, direction }, program) =>
    filtersOf(ffi, ifindex, direction).some((filter) => filter.program === program),
  remove({ ffi }, { ifindex, direction, qdisc }, program) {
    for (const filter of filtersOf(ffi, ifindex, direction)) {
      if (filter.program !== program) continue;
      const { errno } = deleteFilter(ffi, filter);
      if (errno < 0) return errno;
    }
    return qdisc && !hasFilters(ffi, ifindex) ? deleteClsact(ffi, ifindex).errno : 0;
  },
};

const xdp: Undo<'xdp'> = {
  place: ({ device }) => `device ${device}, as its XDP program`,
  present: ({ ffi }, { ifindex }, program) => xdpProgramId(ffi, ifindex) === program,
  remove: ({ ffi }, { ifindex, mode }) => setXdp(ffi, ifindex, -1, mode).errno,
};

const cgroup: Undo<'cgroup'> = {
  place: ({ path }) => `cgroup ${path}`,
  present: (bpf, { path, attachType }, program) =>
    withDirectory(path, (target) => queryPrograms(bpf, target, attachType).includes(program)) === true,
  remove: (bpf, { path, attachType }, program) =>
    withDirectory(path, (target) => detach(bpf, target, attachType, program)) ?? 0,
};

const sockmap: Undo<'sockmap'> = {
  place: ({ map }) => `the sockets of the map with id ${map}`,
  present: (bpf, { map, attachType }, program) =>
    withMap(bpf, map, (target) => queryPrograms(bpf, target, attachType).includes(program)) === true,
  remove: (bpf, { map, attachType }, program) =>
    withMap(bpf, map, (target) => detach(bpf, target, attachType, program)) ?? 0,
};

const structOps: Undo<'struct_ops'> = {
  place: ({ name, map }) => `the kernel, as struct_ops ${name} (map with id ${map})`,
  present: (bpf, { map }) => withMap(bpf, map, () => true) === true,
  remove: (bpf, { map }) =>
    withMap(bpf, map, (target) =>
      bpf.call('map_delete_elem', bpf.attr('map_element', { map_fd: target, key: new Uint8Array(4) })),
    ) ?? 0,
};

const route: Undo<'route'> = {
  place: ({ destination }) => `route ${destination}`,
  // The kernel compares encapsulations by the program's name: a route of another is not touched.
  present: (bpf, _attachment, program) => withProgram(bpf, program, () => true) === true,
  remove: (bpf, { route: gone }, program, name) =>
    withProgram(bpf, program, (descriptor) => {
      const { errno } = deleteRoute(bpf.ffi, gone, { descriptor, name });
      return errno === ESRCH ? 0 : errno;
    }) ?? 0,
};

const byKind: { readonly [K in Kind]: Undo<K> } = { clsact, xdp, cgroup, sockmap, struct_ops: structOps, route };

/** How a record's attachment is undone, or undefined for a kind that this version does not know. */
export function undoOf({ attachment }: AttachmentRecord): Undo | undefined {
  return (byKind as Readonly<Record<string, Undo | undefined>>)[attachment.kind];
}

function withDirectory<T>(path: string, use: (descriptor: number) => T): T | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function withMap<T>(bpf: Bpf, id: number, use: (descriptor: number) => T): T | undefined {
  const descriptor = bpf.call('map_get_fd_by_id', bpf.attr('get_id', { map_id: id }));
  if (descriptor < 0) return undefined;
  try {
    return use(descriptor);
  } finally {
    bpf.close(descriptor);
  }
}

function withProgram<T>(bpf: Bpf, id: number, use: (descriptor: number) => T): T | undefined {
  const descriptor = bpf.call('prog_get_fd_by_id', bpf.attr('get_id', { prog_id: id }));
  if (descriptor < 0) return undefined;
  try {
    return use(descriptor);
  } finally {
    bpf.close(descriptor);
  }
}

function detach(bpf: Bpf, target: number, attachType: number, program: number): number {
  const gone = withProgram(bpf, program, (descriptor) => {
    const where = { target_fd: target, attach_bpf_fd: descriptor, attach_type: attachType };
    return bpf.call('prog_detach', bpf.attr('prog_attach', where));
  });
  return gone ?? 0;
}
