/**
 * Flags of an update: what must hold before (`BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`), and `BPF_F_LOCK`, which needs a
 * value with a spin lock; no map of the VM knows of one, so that it is always refused.
 */
export const UpdateFlag = { ANY: 0, NOEXIST: 1, EXIST: 2, LOCK: 4 } as const;
