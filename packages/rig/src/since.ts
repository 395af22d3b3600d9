/**
 * The first kernel that has what a test is about, for tests whose name says it. Debian's 6.1 has no fprobe, so
 * kprobe.multi (5.18) begins with 6.12 there.
 */
const firstKernels: readonly (readonly [RegExp, string])[] = [
  [/\bnetfilter\b/, '6.4'],
  [/\btcx\b/, '6.6'],
  [/^u(ret)?probe\.multi/, '6.6'],
  [/^netkit/, '6.7'],
  [/^cgroup\/\w+_unix/, '6.7'],
  // Sockmaps had attachments before, but no bpf_link.
  [/^sk_(msg|skb\/\w+) counts/, '6.10'],
  [/^k(ret)?probe\.multi/, '6.12'],
  [/^[ku]probe\.session/, '6.13'],
  [/^sched_ext/, '6.13'],
];

/** Tests that start skep from its sources: the guest has one bundled file. */
const needsSources = /^a killed process/;

/** Why a test cannot run in the guest at all, or undefined where it can. */
export function notInGuest(test: string): string | undefined {
  return needsSources.test(test) ? 'needs the sources, which are not in the guest' : undefined;
}

/** Why a test cannot pass on a kernel, or undefined where it has to. `release` is as `uname -r` gives it. */
export function tooOld(test: string, release: string): string | undefined {
  const since = firstKernels.find(([form]) => form.test(test))?.[1];
  return since !== undefined && isOlder(release, since) ? `needs Linux ${since}` : undefined;
}

/** The same from an error of ours that names the first kernel, believed only where this kernel is indeed older. */
export function tooOldByError(error: unknown, release: string): string | undefined {
  if (!(error instanceof Error) || !('reason' in error) || typeof error.reason !== 'string') return undefined;
  const since = /needs Linux (\d+\.\d+)/.exec(error.reason)?.[1];
  return since !== undefined && isOlder(release, since) ? error.reason : undefined;
}

function isOlder(release: string, since: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  const [sinceMajor = 0, sinceMinor = 0] = since.split('.').map(Number);
  return major < sinceMajor || (major === sinceMajor && minor < sinceMinor);
}
