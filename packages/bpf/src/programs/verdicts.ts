/** The verdicts of an XDP program (enum xdp_action); the type is the union of their values. */
export const XDP: {
  readonly ABORTED: 0;
  readonly DROP: 1;
  readonly PASS: 2;
  readonly TX: 3;
  readonly REDIRECT: 4;
} = { ABORTED: 0, DROP: 1, PASS: 2, TX: 3, REDIRECT: 4 };
export type XDP = 0 | 1 | 2 | 3 | 4;

/** The verdicts of a tc program (TC_ACT_*). */
export const TC: {
  readonly UNSPEC: -1;
  readonly OK: 0;
  readonly SHOT: 2;
  readonly PIPE: 3;
  readonly REDIRECT: 7;
} = { UNSPEC: -1, OK: 0, SHOT: 2, PIPE: 3, REDIRECT: 7 };
export type TC = -1 | 0 | 2 | 3 | 7;

/** The verdicts of a socket lookup (enum sk_action). */
export const SK: { readonly DROP: 0; readonly PASS: 1 } = { DROP: 0, PASS: 1 };
export type SK = 0 | 1;
