// By a star, so that `declare module 'skep/bpf'` reaches the registries of kernel types.
export * from '@skep/bpf';
