import type { DataType } from './data-type.ts';
import type { Block, Instruction, IrFunction, Terminator, Value } from './function.ts';
import type { Module } from './module.ts';
import type { Condition, Operation } from './operation.ts';

/** A module as text, for people and tests. */
export function printModule(module: Module): string {
  const parts: string[] = [];
  for (const map of module.maps) {
    const inner = map.inner === undefined ? '' : ` of ${map.inner.type}`;
    parts.push(
      `map ${map.name}: ${map.type}${inner}, key ${typeText(map.key, map.keySize)}, value ${typeText(map.value, map.valueSize)}, ${map.maxEntries} entries`,
    );
  }
  for (const { name, section, type, initial } of module.variables) {
    parts.push(`variable ${name}: ${typeText(type, initial.length)} in ${section}`);
  }
  if (parts.length > 0) parts.push('');
  for (const target of module.functions) parts.push(printFunction(target), '');
  return parts.join('\n');
}

function typeText(type: DataType | undefined, size: number): string {
  if (type === undefined) return `${size} bytes`;
  switch (type.kind) {
    case 'void':
      return 'void';
    case 'pointer':
      return `${typeText(type.target, 8)} *`;
    case 'array':
      return `${typeText(type.element, 0)}[${type.length}]`;
    default:
      return type.name === '' ? type.kind : type.name;
  }
}

/**
 * A function as text: a line for each instruction, and its place in the source behind it where that changes.
 *
 *     program firewall(ctx: context) in xdp
 *     entry.0:
 *       %1 = load u32 %0 + 0 : packet
 *       branch packet %1 + 14 <= %2, ok.1, short.2
 */
export function printFunction(target: IrFunction): string {
  const parameters = target.parameters.map(({ name, type }) => `${name}: ${type}`).join(', ');
  const head =
    target.section === undefined
      ? `${target.linkage} function ${target.name}(${parameters}): ${target.result.type}`
      : `program ${target.name}(${parameters}) in ${target.section}`;
  const lines = [head];
  for (const slot of target.slots) lines.push(`  slot ${slot.name}: ${slot.size} bytes, align ${slot.align}`);
  let line: number | undefined;
  const add = (text: string, place: { readonly line: number; readonly column: number } | undefined): void => {
    const known = place === undefined || place.line === line;
    lines.push(known ? `  ${text}` : `  ${text.padEnd(60)} ; ${place.line}:${place.column}`);
    if (place !== undefined) line = place.line;
  };
  for (const block of target.blocks) {
    lines.push(`${blockName(block)}:${predecessorsText(block)}`);
    for (const phi of block.phis) add(instructionText(phi), phi.location);
    for (const instruction of block.instructions) {
      // Constants stand where they are used.
      if (instruction.operation.kind !== 'constant') add(instructionText(instruction), instruction.location);
    }
    if (block.terminator !== undefined) add(terminatorText(block.terminator), block.terminator.location);
  }
  return lines.join('\n');
}

function blockName({ name, id }: Block): string {
  return `${name}.${id}`;
}
function predecessorsText({ predecessors }: Block): string {
  return predecessors.length === 0 ? '' : ` from ${predecessors.map(blockName).join(', ')}`;
}
/** How a value is named; constants by their number. */
function valueText({ id, operation }: Value): string {
  return operation.kind === 'constant' ? String(operation.value) : `%${id}`;
}

function instructionText(instruction: Instruction): string {
  const { id, type, operation } = instruction;
  const text = operationText(operation, instruction);
  if (type === 'none') return text;
  return type === 'i64' ? `%${id} = ${text}` : `%${id} = ${text} : ${type}`;
}

function operationText(operation: Operation, { operands, block }: Instruction): string {
  const [first = '', second = ''] = operands.map(valueText);
  const list = operands.map(valueText).join(', ');
  switch (operation.kind) {
    case 'constant':
      return `constant ${operation.value}`;
    case 'parameter':
      return `parameter ${operation.index}`;
    case 'phi': {
      const from = (at: number): string => {
        const predecessor = block?.predecessors[at];
        return predecessor === undefined ? '?' : blockName(predecessor);
      };
      return `phi ${operands.map((operand, at) => `${from(at)}: ${valueText(operand)}`).join(', ')}`;
    }
    case 'binary':
    case 'compare':
      return `${operation.operator}${operation.width} ${list}`;
    case 'negate':
      return `negate${operation.width} ${list}`;
    case 'extend':
      return `extend ${operation.signed ? 'i' : 'u'}${operation.bits} ${list}`;
    case 'byte-swap':
      return `byte-swap${operation.bits} ${list}`;
    case 'load':
      return `load ${operation.signed ? 'i' : 'u'}${operation.size * 8} ${placeText(first, operation.offset)}`;
    case 'store':
      return `store u${operation.size * 8} ${placeText(first, operation.offset)}, ${second}`;
    case 'copy':
      return `copy ${operation.size} bytes to ${placeText(first, operation.targetOffset)} from ${placeText(second, operation.sourceOffset)}`;
    case 'zero':
      return `zero ${operation.size} bytes at ${placeText(first, operation.offset)}`;
    case 'atomic': {
      const values = operands.slice(1).map(valueText).join(', ');
      const fetch = operation.fetch ? ' fetch' : '';
      return `atomic${fetch} ${operation.operator} u${operation.size * 8} ${placeText(first, operation.offset)}, ${values}`;
    }
    case 'slot':
      return `slot ${operation.slot.name}`;
    case 'map':
      return `map ${operation.map.name}`;
    case 'variable':
      return `variable ${placeText(operation.variable.name, operation.offset)}`;
    case 'function':
      return `function ${operation.function.name}`;
    case 'helper':
      return `${operation.helper}(${list})`;
    case 'call':
      return `call ${operation.function.name}(${list})`;
    case 'require':
      return `require ${list}${requirementText(operation.requirement)}`;
    case 'pointer-add':
      return `pointer-add ${list}`;
  }
}

function requirementText({ min, max, notZero }: Extract<Operation, { kind: 'require' }>['requirement']): string {
  const parts = [
    min === undefined ? '' : ` >= ${min}`,
    max === undefined ? '' : ` <= ${max}`,
    notZero === true ? ' != 0' : '',
  ];
  return parts.join('');
}

function placeText(base: string, offset: number): string {
  if (offset === 0) return base;
  return offset < 0 ? `${base} - ${-offset}` : `${base} + ${offset}`;
}

function terminatorText(end: Terminator): string {
  switch (end.kind) {
    case 'jump':
      return `jump ${blockName(end.target)}`;
    case 'branch': {
      const [left, right] = end.operands.map(valueText);
      const condition = conditionText(end.condition, left ?? '', right ?? '');
      return `branch ${condition}, ${blockName(end.then)}, ${blockName(end.otherwise)}`;
    }
    case 'return':
      return end.value === undefined ? 'return' : `return ${valueText(end.value)}`;
    case 'unreachable':
      return 'unreachable';
  }
}

function conditionText(condition: Condition, left: string, right: string): string {
  if (condition.kind === 'packet') return `packet ${placeText(left, condition.size)} <= ${right}`;
  return `${condition.operator}${condition.width} ${left}, ${right}`;
}
