/** Negative error numbers as programs and userland see them (asm-generic/errno-base.h, errno.h). */
export const Errno = {
  EPERM: -1,
  ENOENT: -2,
  E2BIG: -7,
  EBADF: -9,
  EAGAIN: -11,
  ENOMEM: -12,
  EACCES: -13,
  EFAULT: -14,
  EBUSY: -16,
  EEXIST: -17,
  EINVAL: -22,
  ENOSPC: -28,
  ERANGE: -34,
  EOPNOTSUPP: -95,
  ENOTSUPP: -524,
} as const;
