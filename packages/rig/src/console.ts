import { stripVTControlCharacters } from 'node:util';
import type { PlatformRecord } from '@skep/core/abi/platform';

/** What a row of the matrix says: a test passed, failed or was skipped; a feature is there or not. */
export type RowState = 'passed' | 'failed' | 'skipped' | 'yes' | 'no';

/** One row of the matrix of one kernel. */
export interface Row {
  readonly type: 'row';
  /** The heading it stands under. */
  readonly group: string;
  readonly name: string;
  readonly state: RowState;
  /** The reason of a failure, a skip or a no. */
  readonly note?: string;
  readonly milliseconds?: number;
  /** What the test noted for the matrix of attachments. */
  readonly attach?: AttachRow;
}

/** A program that a test attached, or could not attach for a reason. */
export interface AttachRow {
  readonly name: string;
  readonly type: string;
  readonly through: string;
  readonly refusal?: string;
}

/** What the guest tells the host. */
export type GuestRecord =
  | { readonly type: 'start'; readonly release: string; readonly node: string; readonly uptime: number }
  | Row
  | { readonly type: 'platform'; readonly record: PlatformRecord }
  | { readonly type: 'end'; readonly rows: number };

/** RS: starts a record, so that a record is found in whatever the kernel prints (RFC 7464, JSON text sequences). */
const RECORD_SEPARATOR = '\x1e';

/** A record as the guest writes it: RS, one line of JSON, LF. */
export function writeRecord(record: GuestRecord): string {
  return `${RECORD_SEPARATOR}${JSON.stringify(record)}\n`;
}

/**
 * Takes what comes over the serial console in pieces and tells records from everything else. A record that a kernel
 * message broke into is counted as damaged, not lost silently.
 */
export class ConsoleParser {
  /** Everything that is not a record: firmware, kernel messages, output of programs. */
  readonly log: string[] = [];
  damaged = 0;
  #rest = '';
  readonly #decoder = new TextDecoder();

  /** Records that are complete with this piece. */
  push(piece: Uint8Array): GuestRecord[] {
    this.#rest += this.#decoder.decode(piece, { stream: true });
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  /** The end of the stream: an unfinished line goes to the log. */
  end(): void {
    if (this.#rest !== '') this.#log(this.#rest);
    this.#rest = '';
  }

  #line(line: string): GuestRecord[] {
    const [before = '', ...records] = line.split(RECORD_SEPARATOR);
    this.#log(before);
    return records.flatMap((text) => {
      const record = parseRecord(text);
      if (record !== undefined) return [record];
      this.damaged += 1;
      this.#log(text);
      return [];
    });
  }

  #log(text: string): void {
    const shown = stripVTControlCharacters(text).replaceAll('\r', '').trimEnd();
    if (shown !== '') this.log.push(shown);
  }
}

function parseRecord(text: string): GuestRecord | undefined {
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === 'object' && record !== null && 'type' in record ? (record as GuestRecord) : undefined;
  } catch {
    return undefined;
  }
}
