/** Operation not permitted. */
export const EPERM = 1;
/** No such file or directory. */
export const ENOENT = 2;
/** Permission denied. */
export const EACCES = 13;
/** Invalid argument. */
export const EINVAL = 22;
