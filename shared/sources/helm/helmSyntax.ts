// Reads the language of Helm templates: text, actions, pipelines, blocks, named templates. Knows no function's meaning.
// Parsing never throws: a template that is not whole, as while somebody types, gives nothing.
import type { Place } from '../../text/span.ts';
import { actionsIn, type WrittenAction } from './helm.ts';

/** One operand of a command, and the fields that are read from it. */
export type Term = (
  | { readonly kind: 'dot' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly float: boolean }
  | { readonly kind: 'pipe'; readonly pipe: Pipe }
) & { readonly fields: readonly string[] };

/** A function or value with its operands. */
export type Command = readonly Term[];

/** Commands, each of which gets the result of the one before as its last operand. */
export interface Pipe {
  /** The variables that it sets, `$` included. */
  readonly sets: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly Command[];
}

interface At {
  readonly action: WrittenAction;
  /** The action in its file. */
  readonly at: Place;
}

/** A part of a template. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly at: Place }
  | (At & { readonly kind: 'output'; readonly pipe: Pipe })
  | (At & { readonly kind: 'template'; readonly name: string; readonly pipe: Pipe | undefined })
  | (At & { readonly kind: 'break' | 'continue' })
  | Block;

/** A part that is written once, several times or not at all. */
export interface Block extends At {
  readonly kind: 'if' | 'with' | 'range';
  readonly pipe: Pipe;
  readonly body: readonly Part[];
  readonly otherwise: readonly Part[];
  /** The action that ends it. */
  readonly end: WrittenAction;
  /** The `else`, if it has one. */
  readonly middle: WrittenAction | undefined;
}

/** A file of templates. */
export interface TemplateFile {
  readonly body: readonly Part[];
  readonly defines: ReadonlyMap<string, readonly Part[]>;
}

/** The parts of a template file; `undefined` where it is not one that renders. */
export function parseTemplate(path: string, text: string): TemplateFile | undefined {
  const defines = new Map<string, readonly Part[]>();
  const actions = actionsIn(text);
  let index = 0;
  let at = 0;
  const bodyOf = (action: WrittenAction) => text.slice(action.start + 2, action.end);
  const parts = (top: boolean): { parts: Part[]; end: WrittenAction | undefined } => {
    const found: Part[] = [];
    for (; index <= actions.length; ) {
      const action = actions[index];
      const piece = textPart(path, text, at, action, actions[index - 1]);
      if (piece.text !== '') found.push(piece);
      if (!action) {
        if (!top) throw new SyntaxError('a block has no end');
        return { parts: found, end: undefined };
      }
      index++;
      at = action.end;
      const body = bodyOf(action)
        .replace(/^- ?/, '')
        .replace(/\s-?\}\}$|-?\}\}$/, '')
        .trim();
      if (!text.slice(action.start, action.end).endsWith('}}')) throw new SyntaxError('an action has no end');
      if (action.kind === 'end' || action.kind === 'else') {
        if (top) throw new SyntaxError('an end without a block');
        return { parts: found, end: action };
      }
      const part = partOf(action, body);
      if (part) found.push(part);
    }
    throw new SyntaxError('a block has no end');
  };
  const partOf = (action: WrittenAction, body: string): Part | undefined => {
    if (body === '' || body.startsWith('/*')) return undefined;
    const place = { path, start: action.start, end: action.end };
    const word = /^(?:(if|with|range)\b(?!:)|(?:define|block|template|break|continue)\b(?![.:]))/.exec(body)?.[0];
    const rest = word ? body.slice(word.length).trim() : body;
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        return block(word, action, place, rest);
      case 'define': {
        const { parts: inner } = parts(false);
        defines.set(nameIn(rest).name, inner);
        return undefined;
      }
      case 'block': {
        const { name, after } = nameIn(rest);
        const { parts: inner } = parts(false);
        if (!defines.has(name)) defines.set(name, inner);
        return { kind: 'template', action, at: place, name, pipe: parsePipe(after) };
      }
      case 'template': {
        const { name, after } = nameIn(rest);
        return { kind: 'template', action, at: place, name, pipe: after === '' ? undefined : parsePipe(after) };
      }
      case 'break':
      case 'continue':
        return { kind: word, action, at: place };
      default:
        return { kind: 'output', action, at: place, pipe: parsePipe(body) };
    }
  };
  const block = (kind: Block['kind'], action: WrittenAction, place: Place, condition: string): Block => {
    const pipe = parsePipe(condition);
    const body = parts(false);
    let end = body.end ?? action;
    if (end.kind !== 'else')
      return { kind, action, at: place, pipe, body: body.parts, otherwise: [], end, middle: undefined };
    const middle = end;
    const again = /^else\s+(if|with)\b([\s\S]*)$/.exec(
      bodyOf(middle)
        .replace(/^-?\s*/, '')
        .replace(/\s*-?\}\}$/, ''),
    );
    const at = { path, start: middle.start, end: middle.end };
    if (again) {
      const inner = block(again[1] === 'with' ? 'with' : 'if', middle, at, again[2] ?? '');
      return { kind, action, at: place, pipe, body: body.parts, otherwise: [inner], end: inner.end, middle };
    }
    const otherwise = parts(false);
    end = otherwise.end ?? end;
    return { kind, action, at: place, pipe, body: body.parts, otherwise: otherwise.parts, end, middle };
  };
  try {
    const { parts: body } = parts(true);
    return { body, defines };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The text between two actions, without what their dashes take away. */
function textPart(
  path: string,
  text: string,
  from: number,
  next: WrittenAction | undefined,
  last: WrittenAction | undefined,
) {
  let start = from;
  let end = next?.start ?? text.length;
  if (last && /\s-\}\}$/.test(text.slice(last.start, last.end))) {
    start += /^[ \t\r\n]*/.exec(text.slice(start, end))?.[0].length ?? 0;
  }
  if (next && /^\{\{-\s/.test(text.slice(next.start, next.end))) {
    end = start + text.slice(start, end).replace(/[ \t\r\n]+$/, '').length;
  }
  return { kind: 'text' as const, text: text.slice(start, end), at: { path, start, end } };
}

function nameIn(text: string): { readonly name: string; readonly after: string } {
  const literal = /^(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`)/.exec(text)?.[0];
  if (!literal) throw new SyntaxError('a named template has no name');
  return { name: unquote(literal), after: text.slice(literal.length).trim() };
}

const TOKENS =
  /\s+|\/\*[\s\S]*?\*\/|("(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+')|([-+]?(?:0[xX][\da-fA-F_]+|0[oO]?[0-7_]+(?![\d.])|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+))(?![\w.])|(\$\w*|\.?[A-Za-z_]\w*|\.)|(:=|[=|(),])/y;

interface Token {
  readonly text: string;
  readonly kind: 'string' | 'number' | 'name' | 'sign';
  /** Whether blanks stand in front of it. */
  readonly apart: boolean;
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let apart = true;
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < text.length) {
    const match = TOKENS.exec(text);
    if (!match) throw new SyntaxError('no token');
    const [all, string, number, name, sign] = match;
    const kind = string ? 'string' : number ? 'number' : name ? 'name' : sign ? 'sign' : undefined;
    if (kind) tokens.push({ text: all, kind, apart });
    apart = kind === undefined;
  }
  return tokens;
}

function parsePipe(text: string): Pipe {
  const tokens = tokensOf(text);
  let at = 0;
  const sign = (wanted: string) => tokens[at]?.kind === 'sign' && tokens[at]?.text === wanted;
  const pipe = (): Pipe => {
    const sets = assigned(tokens.slice(at));
    at += sets.length;
    const commands: Command[] = [];
    do {
      if (sign('|')) at++;
      commands.push(command());
    } while (sign('|'));
    return { sets: sets.names, declares: sets.declares, commands };
  };
  const command = (): Command => {
    const terms: Term[] = [];
    while (at < tokens.length && !sign('|') && !sign(')')) terms.push(term());
    if (terms.length === 0) throw new SyntaxError('a command is empty');
    return terms;
  };
  const term = (): Term => {
    const token = tokens[at++];
    if (!token) throw new SyntaxError('an operand is missing');
    const base = baseOf(token);
    const fields: string[] =
      token.text.length > 1 && token.text.startsWith('.') && token.kind === 'name' ? [token.text.slice(1)] : [];
    for (
      let next = tokens[at];
      next && !next.apart && next.kind === 'name' && /^\.\w/.test(next.text);
      next = tokens[at]
    ) {
      fields.push(next.text.slice(1));
      at++;
    }
    return { ...base, fields };
  };
  const baseOf = (token: Token) => {
    if (token.kind === 'string') return { kind: 'literal' as const, value: unquote(token.text), float: false };
    if (token.kind === 'number') {
      return {
        kind: 'literal' as const,
        value: Number(token.text.replaceAll('_', '')),
        float: /[.eE]/.test(token.text),
      };
    }
    if (token.text === '(') {
      const inner = pipe();
      if (!sign(')')) throw new SyntaxError('a bracket is open');
      at++;
      return { kind: 'pipe' as const, pipe: inner };
    }
    if (token.kind === 'sign') throw new SyntaxError(`\`${token.text}\` stands alone`);
    if (token.text.startsWith('.')) return { kind: 'dot' as const };
    if (token.text.startsWith('$')) return { kind: 'variable' as const, name: token.text };
    if (token.text === 'true' || token.text === 'false') {
      return { kind: 'literal' as const, value: token.text === 'true', float: false };
    }
    if (token.text === 'nil') return { kind: 'literal' as const, value: null, float: false };
    return { kind: 'call' as const, name: token.text };
  };
  const parsed = pipe();
  if (at < tokens.length) throw new SyntaxError('more than a pipeline');
  return parsed;
}

/** `$x :=`, `$x =`, `$i, $x :=` at the start of a pipeline. */
function assigned(tokens: readonly Token[]) {
  const names: string[] = [];
  for (let i = 0; tokens[i]?.text.startsWith('$'); i += 2) {
    names.push(tokens[i]?.text ?? '');
    const next = tokens[i + 1]?.text;
    if (next === ':=' || next === '=') return { names, declares: next === ':=', length: i + 2 };
    if (next !== ',') break;
  }
  return { names: [], declares: false, length: 0 };
}

function unquote(literal: string): string {
  if (literal.startsWith('`')) return literal.slice(1, -1);
  const text = literal.slice(1, -1).replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|[0-7]{3}|.)/g, (_, code: string) => {
    if (/^[xu]/.test(code) && code.length > 1) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    return (
      ({ n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' } as { [key: string]: string })[code] ?? code
    );
  });
  return literal.startsWith("'") ? String(text.codePointAt(0) ?? 0) : text;
}
