import { cstr, current, EPERM, HashMap, lsm, RingBuf, struct, u32, u64 } from 'skep/bpf';
export const license = 'GPL';
const Inode = struct({ ino: u64 });
const Policy = struct({ allowUid: u32, audit: u32 });
export const Denied = struct({ pid: u32, uid: u32, ino: u64, comm: cstr(16), name: cstr(64) });
export const guarded = new HashMap(Inode, Policy, { maxEntries: 1024 });
export const denied = new RingBuf(Denied, { bytes: 1 << 16 });

export const fileOpen = lsm('file_open', (file) => {
  const ino = file.f_inode.i_ino;
  const policy = guarded.get({ ino });
  if (!policy || current.uid === policy.allowUid) return 0;
  denied.emit({
    pid: current.pid,
    uid: current.uid,
    ino,
    comm: current.comm,
    name: file.f_path.dentry.d_name.name.readString(),
  });
  return policy.audit === 1 ? 0 : -EPERM;
});
