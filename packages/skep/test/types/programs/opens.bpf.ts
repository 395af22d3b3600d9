import { config, cstr, current, i32, ktime, RingBuf, struct, tracepoint, u32, u64 } from 'skep/bpf';
export const license = 'GPL';
export const Open = struct({ ts: u64, pid: u32, ppid: i32, flags: i32, comm: cstr(16), path: cstr(128) });
export const opens = new RingBuf(Open, { bytes: 1 << 20 });
export const onlyPid = config(u32, 0);

export const onOpen = tracepoint('syscalls/sys_enter_openat', (e) => {
  if (onlyPid.value !== 0 && current.pid !== onlyPid.value) return;
  opens.emit({
    ts: ktime.ns(),
    pid: current.pid,
    ppid: current.task.real_parent.tgid, // a CO-RE chain
    flags: e.flags,
    comm: current.comm,
    path: e.filename.readString(),
  });
});
