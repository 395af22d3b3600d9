import { environment } from './environment.ts';
import { type Layout, layoutOf } from './layout.ts';
import { ownSpace, type Space } from './space.ts';
import { accessOf } from './views.ts';

/** A constant or a variable of a module, and the bytes that it starts with. */
export interface Variable {
  readonly constant: boolean;
  readonly schema: object;
  readonly layout: Layout;
  readonly initial: Uint8Array;
}

const variables = new WeakMap<object, Variable>();

/** What an exported `config` or `global` is, or undefined for anything else. */
export function variableOf(value: unknown): Variable | undefined {
  return typeof value === 'object' && value !== null ? variables.get(value) : undefined;
}

function declare(spec: object, constant: boolean, schema: object, initial: unknown): Layout {
  const layout = layoutOf(schema);
  const space = ownSpace(layout.size);
  if (initial !== undefined) accessOf(layout).write(space, 0, initial);
  variables.set(spec, { constant, schema, layout, initial: space.u8 });
  return layout;
}

/** The memory of a variable in whatever host its program runs in now. */
class VariableSpace implements Space {
  spec: object = this;

  get view(): DataView {
    return environment().variable(this.spec).view;
  }
  get u8(): Uint8Array {
    return environment().variable(this.spec).u8;
  }
}

/** A box whose value is in the memory of the host. */
class Box {
  readonly #space = new VariableSpace();
  readonly #layout: Layout;

  constructor(constant: boolean, schema: object, initial: unknown) {
    this.#space.spec = this;
    this.#layout = declare(this, constant, schema, initial);
  }

  get value(): unknown {
    return accessOf(this.#layout).read(this.#space, 0);
  }
  set value(value: unknown) {
    accessOf(this.#layout).write(this.#space, 0, value);
  }
}

/** A constant: only read. */
export class ConfigBox extends Box {
  readonly kind = 'config';
  readonly schema: object;

  constructor(schema: object, initial: unknown) {
    super(true, schema, initial);
    this.schema = schema;
  }

  override get value(): unknown {
    return super.value;
  }
}

/** A variable: a box for a scalar, a live view for anything else. */
export function globalVariable(schema: object, initial: unknown, key: symbol): object {
  const layout = layoutOf(schema);
  if (layout.kind === 'int' || layout.kind === 'text') {
    return Object.defineProperty(new Box(false, schema, initial), key, { value: schema });
  }
  const space = new VariableSpace();
  const view = accessOf(layout).read(space, 0) as object;
  space.spec = view;
  declare(view, false, schema, initial);
  return Object.defineProperty(view, key, { value: schema });
}
