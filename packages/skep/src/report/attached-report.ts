import { escapeControls, type JsonInput, stringifyJson } from '@skep/core/base';
import type { Collection } from '@skep/core/host';
import type { Attachment } from '../run/attach-plan.ts';
import { mapsJson } from './report-json.ts';
import { count, joinParts, mapParts, type TextOptions } from './report-text.ts';

/** What there is to say when programs were attached for a while. */
export interface AttachedReport {
  readonly attached: readonly (Attachment & { readonly link: number })[];
  readonly collection: Collection;
  readonly seconds: number;
  /** Events that were written while it ran. */
  readonly events: number;
  /** Events that came faster than they were read, where the kernel counts them. */
  readonly lost: number;
}

/** The report as lines of text: each program and its place, then what the maps hold. */
export function attachedText({ attached, collection, events }: AttachedReport, options: TextOptions): string {
  const headlines = attached.map(({ program, where }) => {
    const { name, type } = program;
    return `${options.style.bold(escapeControls(name))} (${type}): attached to ${escapeControls(where)}`;
  });
  const streamed = events === 0 ? [] : [count(events, 'event')];
  return joinParts([[...headlines, ...streamed], ...mapParts(collection, options)]);
}

/** The report as the last line of `skep run --kernel --json`. */
export function attachedJson({ attached, collection, seconds, events, lost }: AttachedReport): string {
  const json: JsonInput = {
    program: attached[0]?.program.name ?? '',
    type: attached[0]?.program.type ?? '',
    host: collection.host.name,
    engine: collection.host.name,
    attached: attached.map(({ program, where, link }) => ({
      program: program.name,
      type: program.type,
      section: program.section,
      where,
      link,
    })),
    seconds: Math.round(seconds * 1000) / 1000,
    events,
    lost,
    maps: mapsJson(collection),
  };
  return `${stringifyJson(json)}\n`;
}
