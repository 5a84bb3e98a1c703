// Renders Helm templates as far as their values are known. What is not known leaves a mark in the text: the result is
// what Helm would write, with holes, and every piece of it knows where it comes from.
import { NOWHERE, type Place } from '../../text/span.ts';
import type { Call } from './functions/function.ts';
import type { Mark, WrittenAction } from './helm.ts';
import { callFunction } from './helmFunctions.ts';
import type { Block, Command, Part, Pipe, TemplateFile, Term } from './helmSyntax.ts';
import { parseTemplate } from './helmSyntax.ts';
import { type Dict, fieldOf, NIL, stringOf, text, truth, UNKNOWN, type Val } from './helmValues.ts';
import { printed } from './helmYaml.ts';
import { type Holder, isOpen, type Piece, type Rope, type Slot, textOf } from './rope.ts';
import { find, flattened, restore, type Scope, variablesOf } from './scope.ts';
import { slotsIn } from './slots.ts';

/** What a template sees beside its own text. */
export interface Surroundings {
  /** The named templates of the whole chart, subcharts and libraries included. */
  readonly defines: ReadonlyMap<string, readonly Part[]>;
  /** `.`: `Values`, `Release`, `Chart` and the rest. */
  readonly root: Dict;
}

/** More steps than any chart takes that a person wrote. */
const MAX_STEPS = 200_000;
const MAX_DEPTH = 60;
const MAX_LENGTH = 2_000_000;

/** What a template file renders to; `undefined` where that takes more than any chart does. */
export function renderTemplate(file: TemplateFile, surroundings: Surroundings): Rope | undefined {
  const run = new Run(new Map([...surroundings.defines, ...file.defines]), surroundings.root);
  const rope = run.template(file.body, surroundings.root, surroundings.root);
  return run.isExhausted() ? undefined : rope;
}

/** Where a loop is left early. */
type Leave = 'break' | 'continue' | undefined;

class Run {
  readonly #defines: ReadonlyMap<string, readonly Part[]>;
  readonly #root: Dict;
  #steps = 0;
  #depth = 0;
  #length = 0;
  /** Whether something that is left out is rendered, to see what it would be. */
  readonly #isAside: boolean;
  /** Whether what is rendered now is surely reached. */
  #certain: boolean;

  constructor(defines: ReadonlyMap<string, readonly Part[]>, root: Dict, isAside = false) {
    this.#defines = defines;
    this.#root = root;
    this.#isAside = isAside;
    this.#certain = !isAside;
  }

  /** Whether there is no end to see. */
  isExhausted(): boolean {
    return this.#steps > MAX_STEPS || this.#length > MAX_LENGTH;
  }

  /** Renders a body of its own: `$` is its dot. */
  template(body: readonly Part[], dot: Val, root: Val): Rope {
    const out: Piece[] = [];
    this.#parts(body, dot, { variables: new Map([['$', root]]), outer: undefined }, out);
    return out;
  }

  #parts(parts: readonly Part[], dot: Val, scope: Scope, out: Piece[]): Leave {
    for (const part of parts) {
      if (this.isExhausted()) return 'break';
      this.#steps++;
      switch (part.kind) {
        case 'text':
          this.#length += part.text.length;
          out.push({ kind: 'file', text: part.text, at: part.at });
          break;
        case 'output':
          this.#output(part.pipe, part.action, part.at, dot, scope, out);
          break;
        case 'template': {
          const argument = part.pipe ? this.#pipe(part.pipe, dot, scope, part.at) : NIL;
          this.#write(this.#include(part.name, argument), part.action, part.at, out);
          break;
        }
        case 'break':
        case 'continue':
          return part.kind;
        default: {
          const leave = this.#block(part, dot, scope, out);
          if (leave) return leave;
        }
      }
    }
    return undefined;
  }

  #output(pipe: Pipe, action: WrittenAction, at: Place, dot: Val, scope: Scope, out: Piece[]): void {
    const value = this.#pipe(pipe, dot, scope, at);
    if (pipe.sets.length > 0) {
      this.#assign(scope, pipe.sets.at(-1) ?? '', value, pipe.declares);
      return;
    }
    this.#write(value, action, at, out);
  }

  #write(value: Val, action: WrittenAction, at: Place, out: Piece[]): void {
    const from = { action: at, node: value.node, holder: value.holder };
    if (value.kind === 'text') {
      const inline = action.alone || isOpen(value.rope) ? undefined : textOf(value.rope);
      if (inline !== undefined && !inline.includes('\n')) {
        // Wherever its parts come from, on one line it is what this expression writes.
        const parts = value.rope.filter((piece) => piece.kind === 'made' && piece.text !== '');
        const [part, another] = parts;
        const sole = part?.kind === 'made' && !another && part.text === inline ? part : undefined;
        const symbolic = value.symbolic === true || parts.some((piece) => piece.kind === 'made' && piece.symbolic);
        const own = value.node || value.holder ? from : { action: at, node: sole?.node, holder: sole?.holder };
        out.push({ kind: 'made', text: inline, symbolic, ...own });
        return;
      }
      const [only, more] = value.rope;
      const single = only?.kind === 'made' && !more;
      for (const piece of value.rope) {
        this.#length += piece.text.length;
        if (piece.kind !== 'made') out.push(piece);
        else if (single && (value.node || value.holder)) out.push({ ...piece, ...from });
        else out.push(piece.action.path === '' ? { ...piece, action: at } : piece);
      }
      return;
    }
    const written = printed(value);
    if (written !== undefined) {
      // Where nothing is written, its place still counts: something could be.
      out.push({ kind: 'made', text: written, ...from });
      return;
    }
    if (!action.alone) {
      out.push({ kind: 'mark', text: 'x', mark: { kind: 'output', alone: false, column: action.column }, ...from });
      return;
    }
    if (/\bnindent\b/.test(action.body)) out.push({ kind: 'made', text: `\n${' '.repeat(action.column)}`, action: at });
    out.push({ kind: 'mark', text: '', mark: { kind: 'output', alone: true, column: action.column }, ...from });
  }

  #block(block: Block, dot: Val, scope: Scope, out: Piece[]): Leave {
    const inner: Scope = { variables: new Map(), outer: scope };
    const value = this.#pipe(block.pipe, dot, inner, block.at);
    const [variable, second] = block.pipe.sets;
    if (block.kind !== 'range' && variable) this.#assign(inner, variable, value, block.pipe.declares);
    if (block.kind === 'range') {
      const items = itemsOf(value);
      if (items && items.length === 0) return this.#decided(block, block.otherwise, dot, inner, out);
      if (items) return this.#range(block, items, [variable, second], inner, out);
      for (const name of block.pipe.sets) this.#assign(inner, name, UNKNOWN, true);
      return this.#undecided(block, UNKNOWN, dot, inner, out);
    }
    const holds = truth(value);
    if (holds === undefined) return this.#undecided(block, block.kind === 'with' ? value : dot, dot, inner, out);
    const inside: Val = block.kind === 'with' ? { kind: 'unknown', holder: value.holder } : dot;
    if (!holds) {
      this.#aside(block.body, block.at, inside, inner, value.holder, out);
      return this.#decided(block, block.otherwise, dot, inner, out);
    }
    this.#aside(block.otherwise, block.at, dot, inner, undefined, out);
    return this.#decided(block, block.body, block.kind === 'with' ? value : dot, inner, out);
  }

  #decided(block: Block, parts: readonly Part[], dot: Val, scope: Scope, out: Piece[]): Leave {
    if (parts.length === 0) return undefined;
    out.push({ kind: 'begin', text: '', action: block.at });
    const leave = this.#parts(parts, dot, scope, out);
    out.push({ kind: 'end', text: '', action: block.at });
    return leave;
  }

  #range(
    block: Block,
    items: readonly (readonly [Val, Val])[],
    [first, second]: readonly (string | undefined)[],
    scope: Scope,
    out: Piece[],
  ): Leave {
    for (const [key, value] of items) {
      const inner: Scope = { variables: new Map(), outer: scope };
      if (first) this.#assign(inner, first, second ? key : value, block.pipe.declares);
      if (second) this.#assign(inner, second, value, block.pipe.declares);
      if (this.#decided(block, block.body, value, inner, out) === 'break') break;
    }
    return undefined;
  }

  /** Renders all branches, marked; what they change is not known behind them. */
  #undecided(block: Block, inside: Val, dot: Val, scope: Scope, out: Piece[]): Leave {
    const mark = (kind: Mark['kind'], action: WrittenAction) =>
      markOf(block.at, { kind, alone: action.alone, column: action.column });
    const before = variablesOf(scope);
    const certain = this.#certain;
    this.#certain = false;
    out.push(mark('open', block.action));
    this.#parts(block.body, inside, scope, out);
    const after = variablesOf(scope);
    restore(before);
    if (block.otherwise.length > 0) {
      out.push(mark('else', block.middle ?? block.action));
      this.#parts(block.otherwise, dot, scope, out);
    }
    for (const [own, saved] of before) {
      for (const name of own.keys()) {
        const same = own.get(name) === saved.get(name) && after.get(own)?.get(name) === saved.get(name);
        if (!same) own.set(name, UNKNOWN);
      }
    }
    out.push(mark('end', block.end));
    this.#certain = certain;
    return undefined;
  }

  /**
   * What a part that is left out would write if it were not. Found by rendering it aside, with a value that is not known
   * where there is one that would bring it back; only when somebody wants to write there.
   */
  #aside(parts: readonly Part[], at: Place, dot: Val, scope: Scope, holder: Holder | undefined, out: Piece[]): void {
    if (this.#isAside || parts.length === 0) return;
    const now: Scope = { variables: flattened(scope), outer: undefined };
    let slots: readonly Slot[] | undefined;
    const find = () => {
      const run = new Run(this.#defines, this.#root, true);
      slots ??= slotsIn(run.part(parts, dot, now), holder);
      return slots;
    };
    out.push({ kind: 'aside', text: '', slots: find, action: at });
  }

  /** Renders a part of a body by itself. */
  part(parts: readonly Part[], dot: Val, scope: Scope): Rope {
    const out: Piece[] = [];
    this.#parts(parts, dot, scope, out);
    return out;
  }

  #pipe(pipe: Pipe, dot: Val, scope: Scope, action: Place): Val {
    let result: Val | undefined;
    for (const command of pipe.commands) result = this.#command(command, dot, scope, action, result);
    return result ?? NIL;
  }

  #command(command: Command, dot: Val, scope: Scope, action: Place, last: Val | undefined): Val {
    const [first, ...others] = command;
    if (!first || ++this.#steps > MAX_STEPS) return UNKNOWN;
    const operand = (term: Term) => this.#term(term, dot, scope, action);
    if (first.kind !== 'call') {
      const value = operand(first);
      if (value.kind !== 'method') return others.length === 0 && last === undefined ? value : UNKNOWN;
      return value.call([...others.map(operand), ...(last ? [last] : [])]);
    }
    if (first.name === 'and' || first.name === 'or') {
      return firstThatIs(first.name === 'or', [
        ...others.map((term) => () => operand(term)),
        ...(last ? [() => last] : []),
      ]);
    }
    const args = [...others.map(operand), ...(last ? [last] : [])];
    const value = this.#call(first.name, args, { action, certain: this.#certain });
    return first.fields.reduce(fieldOf, value);
  }

  #term(term: Term, dot: Val, scope: Scope, action: Place): Val {
    const base = this.#base(term, dot, scope, action);
    return term.fields.reduce(fieldOf, base);
  }

  #base(term: Term, dot: Val, scope: Scope, action: Place): Val {
    switch (term.kind) {
      case 'dot':
        return dot;
      case 'variable':
        return find(scope, term.name)?.get(term.name) ?? UNKNOWN;
      case 'pipe':
        return this.#pipe(term.pipe, dot, scope, action);
      case 'call':
        return this.#call(term.name, [], { action, certain: this.#certain });
      default: {
        const { value, float } = term;
        if (value === null) return NIL;
        if (typeof value === 'string') return text(value);
        return typeof value === 'boolean' ? { kind: 'bool', value } : { kind: 'number', value, float };
      }
    }
  }

  #call(name: string, args: readonly Val[], call: Call): Val {
    if (name === 'include') {
      const [named, argument = NIL] = args;
      const known = stringOf(named);
      return known === undefined ? UNKNOWN : this.#include(known, argument);
    }
    if (name === 'tpl') {
      const [given, argument = NIL] = args;
      return this.#tpl(given, argument);
    }
    return callFunction(name, args, call);
  }

  #include(name: string, argument: Val): Val {
    const body = this.#defines.get(name);
    if (!body || this.#depth >= MAX_DEPTH) return UNKNOWN;
    this.#depth++;
    const rope = this.template(body, argument, argument);
    this.#depth--;
    return {
      kind: 'text',
      rope: rope.some((piece) => piece.kind === 'file' && /\S/.test(piece.text)) ? rope : lent(rope),
      symbolic: rope.some((piece) => piece.kind === 'made' && piece.symbolic === true),
    };
  }

  #tpl(given: Val | undefined, argument: Val): Val {
    if (given?.kind !== 'text') return given?.kind === 'nil' ? text('') : { kind: 'unknown', holder: given?.holder };
    const written = textOf(given.rope);
    // Only a text can be a template: no value of another kind may take its place.
    const own = given.node ? undefined : given.holder;
    if (!written.includes('{{') && !isOpen(given.rope))
      return { ...given, holder: own, rope: given.node ? unheld(given.rope) : given.rope };
    const file = isOpen(given.rope) ? undefined : parseTemplate('', written);
    if (!file || this.#depth >= MAX_DEPTH) return { kind: 'unknown', holder: given.holder };
    this.#depth++;
    const rope = this.template(file.body, argument, this.#root);
    this.#depth--;
    // Its text has no place of its own: it is what the expression wrote.
    const pieces = rope.map(
      (piece): Piece =>
        piece.kind === 'file'
          ? { kind: 'made', text: piece.text, action: NOWHERE }
          : piece.kind === 'begin' || piece.kind === 'end'
            ? piece
            : piece.kind === 'aside'
              ? piece
              : { ...piece, action: NOWHERE },
    );
    return { kind: 'text', rope: pieces, holder: own };
  }

  #assign(scope: Scope, name: string, value: Val, declares: boolean): void {
    const target = declares ? scope.variables : (find(scope, name) ?? scope.variables);
    target.set(name, value);
  }
}

/** What a helper only passes on is written by whoever calls it. */
function lent(rope: Rope): Rope {
  return rope.map((piece) => (piece.kind === 'made' || piece.kind === 'mark' ? { ...piece, action: NOWHERE } : piece));
}

function unheld(rope: Rope): Rope {
  return rope.map((piece) => (piece.kind === 'made' ? { ...piece, holder: undefined } : piece));
}

function markOf(action: Place, mark: Mark): Piece {
  return { kind: 'mark', text: '', action, mark };
}

/** `or` gives the first operand that holds, `and` the first that does not; else the last. */
function firstThatIs(wanted: boolean, operands: readonly (() => Val)[]): Val {
  let value: Val = NIL;
  for (const [i, operand] of operands.entries()) {
    value = operand();
    const holds = truth(value);
    if (holds === wanted) return value;
    if (holds !== undefined) continue;
    // A later one may still decide the truth, though not the value.
    const decides = operands.slice(i + 1).some((later) => truth(later()) === wanted);
    return decides ? { kind: 'bool', value: wanted } : UNKNOWN;
  }
  return value;
}

/** What a range goes over, each with its key; `undefined` where that is not known. */
function itemsOf(value: Val): readonly (readonly [Val, Val])[] | undefined {
  if (value.kind === 'nil') return [];
  if (value.kind === 'list') return value.items.map((item, i) => [{ kind: 'number', value: i, float: false }, item]);
  if (value.kind === 'number') {
    return Array.from({ length: Math.min(Math.max(value.value, 0), 1000) }, (_, i): [Val, Val] => {
      const item: Val = { kind: 'number', value: i, float: false };
      return [item, item];
    });
  }
  if (value.kind !== 'dict' || value.open) return undefined;
  return [...value.entries.keys()].sort().map((key): [Val, Val] => [text(key), value.entries.get(key) ?? NIL]);
}
