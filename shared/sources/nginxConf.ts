// Reads the configuration of nginx into its tree of directives, with spans. Knows the notation, not what any directive
// means. Never throws; what is no such text, or a template of one, is nothing.
import type { Span } from '../text/span.ts';

/** `name argument … ;`, or the same with a block. */
export interface Directive {
  readonly name: string;
  /** Without their quotes. */
  readonly args: readonly Argument[];
  /** From its name to its `;`, or to the `{` of its block. */
  readonly span: Span;
  /** What stands in its block; absent where it has none. */
  readonly block: readonly Directive[] | undefined;
}

/** A word behind the name of a directive. */
export interface Argument {
  readonly text: string;
  /** Quotes included. */
  readonly span: Span;
}

interface Token extends Argument {
  readonly kind: 'word' | ';' | '{' | '}';
}

/** Comments, quoted words, marks, plain words; `${name}` holds a brace that begins no block. */
const TOKENS =
  /#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[;{}]|(?:\\[\s\S]|\$\{|(?<=\$\{[^{}\s;]*)\}|[^\s;{}])+/g;
/** Blocks of another language, whose braces are its own. */
const FOREIGN = /_by_lua_block$|^(?:js_content_block|perl_set)$/;
/** A text that some template engine fills in. */
const TEMPLATE = /\{\{|\{%|<%/;
const MAX_DEPTH = 40;

/** The directives of a file; `undefined` where it is not whole, or a template decides some of it. */
export function parseNginx(text: string): readonly Directive[] | undefined {
  if (TEMPLATE.test(text) || text.length > 1_000_000) return undefined;
  const reader = new Reader(tokensIn(text));
  const directives = reader.directives(0);
  return reader.whole ? directives : undefined;
}

function tokensIn(text: string): readonly Token[] {
  return [...text.matchAll(TOKENS)].flatMap(({ 0: written, index: start }): readonly Token[] => {
    if (written.startsWith('#')) return [];
    const span = { start, end: start + written.length };
    if (/^[;{}]$/.test(written)) return [{ kind: written as ';' | '{' | '}', text: written, span }];
    const quoted = /^(["'])([\s\S]*)\1$/.exec(written)?.[2];
    return [{ kind: 'word', text: (quoted ?? written).replace(/\\(["'\\ ])/g, '$1'), span }];
  });
}

class Reader {
  whole = true;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The directives up to the end of the block, or of the text. */
  directives(depth: number): readonly Directive[] {
    const found: Directive[] = [];
    let words: Token[] = [];
    for (; this.#at < this.#tokens.length; this.#at++) {
      const token = this.#tokens[this.#at];
      if (!token) break;
      if (token.kind === 'word') {
        words.push(token);
        continue;
      }
      const [name, ...args] = words;
      words = [];
      if (token.kind === '}') {
        if (name || depth === 0) this.whole = false;
        return found;
      }
      if (!name) {
        this.whole &&= token.kind === ';';
        continue;
      }
      const span = { start: name.span.start, end: token.span.end };
      found.push({
        name: name.text,
        args,
        span,
        block: token.kind === '{' ? this.#block(name.text, depth) : undefined,
      });
    }
    if (words.length > 0 || depth > 0) this.whole = false;
    return found;
  }

  /** Behind the `{`; stops at the `}`. */
  #block(name: string, depth: number): readonly Directive[] {
    this.#at++;
    if (depth < MAX_DEPTH && !FOREIGN.test(name)) return this.directives(depth + 1);
    for (let open = 1; this.#at < this.#tokens.length; this.#at++) {
      const { kind } = this.#tokens[this.#at] ?? {};
      open += kind === '{' ? 1 : kind === '}' ? -1 : 0;
      if (open === 0) return [];
    }
    this.whole = false;
    return [];
  }
}

/** Seconds of `60`, `1m30s`, `500ms`, `1h`, `1d`; `undefined` if it is no time of nginx. */
export function nginxSeconds(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[yMwdhms])?)+$/.test(text) || text === '') return undefined;
  const parts = [...text.matchAll(/(\d+)(ms|[yMwdhms])?/g)];
  return parts.reduce((total, [, number, unit]) => total + Number(number) * (UNITS[unit ?? 's'] ?? 1), 0);
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_592_000,
  y: 31_536_000,
};
