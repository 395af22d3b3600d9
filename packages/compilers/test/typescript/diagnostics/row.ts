/** A program with a mistake, what is said of it, and how it is mended. */
export interface Row {
  readonly code: string;
  /** `^^` stands before the place of the diagnostic. */
  readonly source: string;
  /** Start of the message. */
  readonly text: string;
  /** The program with the hint applied; where it is missing, the edits of the diagnostic are applied. */
  readonly mended?: string;
  /** The place, where it is not marked in the text. */
  readonly place?: { readonly line: number; readonly column: number };
}

const around = (body: string, top: string) =>
  `${top}\nexport const main = xdp((ctx): XDP => {\n  ${body}\n  return XDP.PASS;\n});`;

/** A row whose text stands in the body of a program. */
export function inProgram(
  code: string,
  text: string,
  body: string,
  mended?: string,
  top: string = 'export const shared = global(u32);',
): Row {
  return {
    code,
    text,
    source: around(body, top),
    ...(mended === undefined ? {} : { mended: around(mended, top.replace('^^', '')) }),
  };
}

/** A row whose text stands at the top of the module. */
export function atTop(code: string, text: string, top: string, mended?: string, body: string = ''): Row {
  return {
    code,
    text,
    source: around(body, top),
    ...(mended === undefined ? {} : { mended: around(body, mended) }),
  };
}

/** A row that is a whole module. */
export function module(code: string, text: string, source: string, mended: string): Row {
  return { code, text, source, mended };
}
