export * from '@skep/bpf/net';
