/** A program in TypeScript and its twin in C: paths from the root of the repository. */
export interface Twins {
  readonly name: string;
  readonly source: string;
  readonly twin: string;
}

const inExamples = ['balancer', 'dns', 'ipv6-filter', 'protocols', 'tc-marker', 'token-bucket', 'vlan'];
const here = [
  'any-port',
  'arp',
  'echo',
  'egress',
  'flows',
  'histogram',
  'http-filter',
  'nat',
  'payload-hash',
  'redirect',
  'router',
  'sampler',
  'syn',
  'vlan-pop',
  'vlan-push',
  'vxlan',
];

/** The 24 programs whose code is compared. */
export const twins: readonly Twins[] = [
  { name: 'firewall', source: 'examples/firewall/firewall.bpf.ts', twin: 'bench/compiler/firewall.c' },
  ...inExamples.map((name) => ({
    name,
    source: `examples/${name}/${name}.bpf.ts`,
    twin: `examples/${name}/${name}.c`,
  })),
  ...here.map((name) => ({ name, source: `bench/compiler/${name}.bpf.ts`, twin: `bench/compiler/${name}.c` })),
];
