import {
  type AttachType,
  attachTypes,
  type MapType,
  mapTypes,
  type ProgramType,
  programTypes,
  since,
} from '@skep/core/abi';
import type { KernelReport } from './matrix.ts';

const FEATURES = [
  ['Program types', 'program types', programTypes, (name: string) => since.programType(name as ProgramType)],
  ['Map types', 'map types', mapTypes, (name: string) => since.mapType(name as MapType)],
  ['Attach types', 'attach types', attachTypes, (name: string) => since.attachType(name as AttachType)],
] as const;

/** docs/kernel-matrix.md: what the tests attached in each kernel, and what each kernel has. */
export function formatPage(reports: readonly KernelReport[]): string {
  const kernels = reports.map(({ release, version }) => `Linux ${release} (Debian's ${version})`).join(', ');
  return `# What kernels have and what attaches there

Written by \`npm run test:kernel -- --kernel bookworm,backports,sid --page docs/kernel-matrix.md\` from a run of the tests
in emulated machines; do not edit. The kernels: ${kernels}.

## What attaches

"yes" means: the program was attached, the test caused the event that it waits for, and the count was right. "no" has its
reason below the table; "-" stands where the kernel is too old or was built without it.

${attachTable(reports)}
${FEATURES.map(([title, group, table, first]) => featureSection(reports, title, group, Object.keys(table), first)).join('\n')}`;
}

function attachTable(reports: readonly KernelReport[]): string {
  const all = reports.flatMap(({ rows }) => rows.flatMap(({ attach }) => attach ?? []));
  const names = [...new Map(all.map((row) => [row.name, row])).values()].sort(
    (left, right) => compare(left.type, right.type) || compare(left.name, right.name),
  );
  const notes: string[] = [];
  const lines = names.map(({ name, type, through }) => {
    const cells = reports.map(({ rows, release }) => {
      const row = rows.find(({ attach }) => attach?.name === name)?.attach;
      if (row?.refusal !== undefined) notes.push(`- \`${name}\` on ${release}: ${oneLine(row.refusal)}`);
      return row === undefined ? '-' : row.refusal === undefined ? 'yes' : 'no';
    });
    return tableRow([`\`${name}\``, type, through, ...cells]);
  });
  const head = tableHead(['Section', 'Program type', 'Attached through', ...reports.map(short)]);
  return [head, ...lines, ...(notes.length === 0 ? [] : ['', ...notes]), ''].join('\n');
}

function featureSection(
  reports: readonly KernelReport[],
  title: string,
  group: string,
  names: readonly string[],
  first: (name: string) => string | undefined,
): string {
  const lines = names
    .filter((name) => name !== 'unspec')
    .map((name) => {
      const cells = reports.map(({ rows }) => {
        const row = rows.find((row) => row.group === group && row.name === name);
        return row?.state === 'yes' ? 'yes' : '-';
      });
      return tableRow([`\`${name}\``, first(name) ?? '', ...cells]);
    });
  return `## ${title}\n\n${[tableHead([title.replace(/s$/, ''), 'First Linux', ...reports.map(short)]), ...lines, ''].join('\n')}`;
}

const short = ({ release, name }: KernelReport) => /^\d+\.\d+/.exec(release)?.[0] ?? name;
const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
const oneLine = (text: string) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
const tableRow = (cells: readonly string[]) => `| ${cells.map(oneLine).join(' | ')} |`;
const tableHead = (cells: readonly string[]) => `${tableRow(cells)}\n|${cells.map(() => '---|').join('')}`;
