// Reads, in a configuration file that is a program (Ruby, Python), the statements that give a name a literal value.
// Goes by text, not by syntax: whatever is more than such a statement at the top level makes the name open.
import type { Span } from '../text/span.ts';

/** The languages that servers are configured in. */
export type ConfigLanguage = 'ruby' | 'python';

/** A statement that gives a name one value. */
export interface Statement {
  /** As it is written: `30`, `:forever`, `ENV.fetch("X") { 2 }`. */
  readonly value: string;
  readonly at: Span;
  /** The line or lines, without their breaks. */
  readonly whole: Span;
}

/** What a program says of a name. */
export type Named =
  | { readonly kind: 'absent' }
  | { readonly kind: 'given'; readonly statement: Statement }
  /** It depends on something, or is given by other means. */
  | { readonly kind: 'open' };

/** Strings, which may hold anything, and comments. */
const TOKENS: Readonly<Record<ConfigLanguage, RegExp>> = {
  ruby: /^=begin[\s\S]*?^=end|#[^\r\n{][^\r\n]*|#(?=\r?\n|$)|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/gm,
  python: /"""[\s\S]*?"""|'''[\s\S]*?'''|#[^\r\n]*|"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*'/g,
};

/** The file without its comments and texts, at the same offsets. */
function bare(language: ConfigLanguage, text: string): string {
  return text.replace(TOKENS[language], (token) => token.replace(/[^\r\n]/g, /^["']/.test(token) ? '_' : ' '));
}

/** What a file says of a name. */
export function statementsOf(language: ConfigLanguage, text: string, name: string): Named {
  const code = bare(language, text);
  const uses = [...code.matchAll(new RegExp(`(?<![\\w.:@$])${name}\\b(?![?!])`, 'g'))].map(({ index }) => index);
  if (uses.length === 0) return opensAll(language, code) ? { kind: 'open' } : { kind: 'absent' };
  const depths = language === 'ruby' ? rubyDepths(code) : [];
  let found: Statement | undefined;
  for (const index of uses) {
    const start = code.lastIndexOf('\n', index - 1) + 1;
    const rest = /^[^\r\n]*/.exec(code.slice(index + name.length))?.[0] ?? '';
    const nested = language === 'ruby' ? (depths[code.slice(0, start).split('\n').length - 1] ?? 0) > 0 : false;
    const first = code.slice(start, index).trim() === '' && (language === 'ruby' || index === start);
    const opening = (language === 'ruby' ? /^(?:[ \t]+|[ \t]*\([ \t]*)(?=[^\s=])/ : /^[ \t]*=[ \t]*(?!=)/).exec(
      rest,
    )?.[0];
    if (nested || !first || opening === undefined || /\b(?:if|unless)\b/.test(rest)) return { kind: 'open' };
    const from = index + name.length + opening.length;
    const written = text.slice(from, index + name.length + rest.trimEnd().length);
    const value = (opening.includes('(') ? written.replace(/\)\s*$/, '') : written).trimEnd();
    if (/[([{,\\]$/.test(value)) return { kind: 'open' };
    found = {
      value,
      at: { start: from, end: from + value.length },
      whole: { start: index, end: index + name.length + rest.trimEnd().length },
    };
  }
  return found ? { kind: 'given', statement: found } : { kind: 'open' };
}

/** Whether it takes over names from elsewhere, which may be any. */
function opensAll(language: ConfigLanguage, code: string): boolean {
  return language === 'python'
    ? /^\s*from\s+\S+\s+import\s+\*|\b(?:exec|globals|locals|setattr|vars)\s*\(/m.test(code)
    : /^\s*(?:load|eval|instance_eval|send)\b/m.test(code);
}

const OPENS =
  /^\s*(?:if|unless|case|while|until|for|begin|def|class|module)\b|=\s*(?:if|unless|case|begin)\b|\bdo\b(?:\s*\|[^|]*\|)?\s*$/;

/** How many blocks are open where each line begins. */
function rubyDepths(code: string): readonly number[] {
  let depth = 0;
  return code.split('\n').map((line) => {
    const ends = (line.match(/(?<![\w.:])end\b/g) ?? []).length;
    const own = /^\s*end\b/.test(line) ? depth - 1 : depth;
    depth = Math.max(0, depth + (OPENS.test(line) ? 1 : 0) - ends);
    return Math.max(0, own);
  });
}

/** A literal: a whole number, a symbol, `True`, `nil`. */
export type Literal =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'word'; readonly value: string }
  /** A variable of the environment, and what counts without it; absent where nothing does. */
  | { readonly kind: 'environment'; readonly name: string; readonly fallback: number | undefined };

/** What a value says, where it says it literally. */
export function literalOf(value: string): Literal | undefined {
  const number = /^(\d[\d_]*)$/.exec(value)?.[1];
  if (number !== undefined) return { kind: 'number', value: Number(number.replaceAll('_', '')) };
  const word = /^:?([A-Za-z_]\w*)$/.exec(value)?.[1];
  if (word !== undefined && /^(?::|true$|false$|nil$|True$|False$|None$)/.test(value))
    return { kind: 'word', value: word };
  const [, name, fallback] = ENVIRONMENT.exec(value) ?? [];
  return name === undefined
    ? undefined
    : { kind: 'environment', name, fallback: fallback === undefined ? undefined : Number(fallback) };
}

/** `ENV.fetch("X") { 2 }`, `Integer(ENV["X"] || 2)`, `int(os.environ.get("X", "30"))`. */
const ENVIRONMENT =
  /^(?:Integer\(|int\()?\s*(?:ENV\.fetch\(|ENV\[|os\.environ\.get\(|os\.getenv\(|getenv\(|environ\.get\(|os\.environ\[)\s*["'](\w+)["']\s*(?:\]|\))?\s*(?:,|\|\||or\b|\{)?\s*(?:["']?(\d+)["']?)?\s*[)}\s]*(?:\.to_i)?\s*\)?$/;
