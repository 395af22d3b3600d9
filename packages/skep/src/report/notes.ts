import { type Diagnostic, escapeControls, formatPlace } from '@skep/core/base';
import { linkTypeName } from '@skep/core/net';
import type { Report } from './report.ts';
import { count } from './report-text.ts';

/** What a reader of the results should know about the capture and the run: lines for standard error. */
export function notes(report: Report): string[] {
  const { truncated, synthetic, linkTypes, refused, refusal, events, printk, faults, strayCodes } = report;
  const from = [...linkTypes].map(linkTypeName).join(', ');
  const all: [boolean, string][] = [
    [synthetic > 0, `${count(synthetic, 'packet')} got an Ethernet header that the capture does not have (${from})`],
    [truncated > 0, `${count(truncated, 'packet')} cut short in the capture: the program saw only what was kept`],
    [refused > 0, `${count(refused, 'packet')} left out: ${refusal?.message}; ${refusal?.reason}`],
    [events.dropped > 0, `${count(events.dropped, 'event')} not kept`],
    [printk.dropped > 0, `${count(printk.dropped, 'printk line')} not kept`],
    [faults.count > 0, faultText(report)],
    [strayCodes.size > 0, strayText(report)],
  ];
  const about = all.filter(([applies]) => applies).map(([, text]) => `note: ${text}`);
  return [...report.collection.spec.diagnostics.map(diagnosticText), ...about];
}

/** What was odd in the program's file, on one line. */
export function diagnosticText({ severity, message, place }: Diagnostic): string {
  const where = formatPlace(place);
  return escapeControls(`${severity}: ${where === '' ? '' : `${where} - `}${message}`);
}

function faultText({ faults }: Report): string {
  const which = faults.count === 1 ? 'the fault' : `the first of ${faults.count} faults`;
  return `${which} is at packet ${faults.items[0]?.packet}`;
}

/** XDP knows five verdicts; the kernel takes any other for XDP_ABORTED, and warns once. */
function strayText({ strayCodes }: Report): string {
  const codes = [...strayCodes].slice(0, 5).map(([code, packets]) => `${code} for ${count(packets, 'packet')}`);
  return `the program returned what is no XDP verdict and counts as XDP_ABORTED: ${codes.join(', ')}${strayCodes.size > 5 ? ', ...' : ''}`;
}
