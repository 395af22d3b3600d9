import { escapeControls } from '@skep/core/base';

/** A column of a text table. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right. */
  readonly align: 'left' | 'right';
}

/** Lines of a table: the titles, then the rows, cells padded to the widest of their column. Control characters are escaped. */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const safe = rows.map((row) => columns.map((_, index) => escapeControls(row[index] ?? '')));
  const titles = columns.map(({ title }) => escapeControls(title));
  const widths = titles.map((title, index) =>
    safe.reduce((width, row) => Math.max(width, widthOf(row[index] ?? '')), widthOf(title)),
  );
  return [titles, ...safe].map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
}

function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'right' ? space + text : text + space;
}

/** Characters, not UTF-16 units. */
function widthOf(text: string): number {
  return [...text].length;
}
