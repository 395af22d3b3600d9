/** Why a program is refused: thrown by the steps of the walk, caught at its top. */
export class Rejection {
  /** Stable name of the kind of mistake. */
  readonly id: string;
  /** One sentence without a full stop. */
  readonly message: string;
  /** What Linux says of it. */
  readonly kernelText: string;

  constructor(id: string, message: string, kernelText: string) {
    this.id = id;
    this.message = message;
    this.kernelText = kernelText;
  }
}

/** A construct that the walk does not cover: there is no verdict. */
export class Uncovered {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}
