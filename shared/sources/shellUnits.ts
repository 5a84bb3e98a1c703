// Decodes the words that a shell text holds, unit by unit, each with the stretch that it stands for: quotes, escapes,
// variables whose values are given. Starts nothing and knows no command.
import type { Embedded, Encode } from '../text/embedded.ts';
import { EmbeddedBuilder } from '../text/embeddedBuilder.ts';
import type { Place, Span } from '../text/span.ts';

/** Some units of a decoded text and the stretch of the source that says so. */
export interface Unit extends Span {
  readonly text: string;
}

/** The values of variables; one that is absent or `undefined` is not known. */
type Values = ReadonlyMap<string, string | undefined>;

/** A word as the shell reads it, its quotes taken away; `undefined` where something in it is left open. */
export function unitsOfWord(raw: string, start: number, values: Values): readonly Unit[] | undefined {
  const units: Unit[] = [];
  let quote = '';
  for (let i = 0; i < raw.length; ) {
    const char = raw.charAt(i);
    const rest = raw.slice(i);
    const escaped = quote === '"' ? /^\\([$`"\\\n])/.exec(rest) : quote === '' ? /^\\([\s\S])/.exec(rest) : null;
    if (char === quote || (quote === '' && /['"]/.test(char))) {
      quote = quote === '' ? char : '';
      i++;
    } else if (escaped) {
      if (escaped[1] !== '\n') units.push({ text: escaped[1] ?? '', start: start + i, end: start + i + 2 });
      i += 2;
    } else if (quote !== "'" && /^[$`]/.test(char)) {
      const found = valueAt(rest, values);
      if (!found) return undefined;
      units.push({ text: found.value, start: start + i, end: start + i + found.length });
      i += found.length;
    } else {
      if (quote === '' && /[*?[~]/.test(char)) return undefined;
      units.push({ text: char, start: start + i, end: start + i + 1 });
      i++;
    }
  }
  return quote === '' ? units : undefined;
}

/** The body of a heredoc; one that is quoted stands for itself. `undefined` where something in it is left open. */
export function unitsOfHeredoc(
  body: string,
  start: number,
  { quoted, withoutTabs }: { readonly quoted: boolean; readonly withoutTabs: boolean },
  values: Values,
): readonly Unit[] | undefined {
  const units: Unit[] = [];
  for (let i = 0; i < body.length; ) {
    const rest = body.slice(i);
    const tabs = withoutTabs && (i === 0 || body[i - 1] === '\n') ? /^\t+/.exec(rest) : null;
    const escaped = quoted ? null : /^\\([$`\\\n])/.exec(rest);
    if (tabs) {
      i += tabs[0].length;
    } else if (escaped) {
      if (escaped[1] !== '\n') units.push({ text: escaped[1] ?? '', start: start + i, end: start + i + 2 });
      i += 2;
    } else if (!quoted && /^[$`]/.test(rest)) {
      const found = valueAt(rest, values);
      if (!found) return undefined;
      units.push({ text: found.value, start: start + i, end: start + i + found.length });
      i += found.length;
    } else {
      units.push({ text: rest.charAt(0), start: start + i, end: start + i + 1 });
      i++;
    }
  }
  return units;
}

/** What stands for itself: a `$` that names nothing, a variable with its value. */
function valueAt(text: string, values: Values): { readonly value: string; readonly length: number } | undefined {
  const [whole, short, long] = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/.exec(text) ?? [];
  const value = values.get(short ?? long ?? '');
  if (whole !== undefined) return value === undefined ? undefined : { value, length: whole.length };
  return /^\$(?:[\s"'/.,:;%]|$)/.test(text) ? { value: '$', length: 1 } : undefined;
}

/** The escapes that `printf` and some `echo`s read in their text; `undefined` where it has others. */
export function unescaped(units: readonly Unit[]): readonly Unit[] | undefined {
  const out: Unit[] = [];
  for (let i = 0; i < units.length; i++) {
    const unit = units[i];
    const next = units[i + 1];
    if (unit?.text !== '\\' || !next) {
      if (unit) out.push(unit);
      continue;
    }
    const meant = ESCAPES.get(next.text);
    if (meant === undefined) return undefined;
    out.push({ text: meant, start: unit.start, end: next.end });
    i++;
  }
  return out;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
]);

/** The text that units make, with the way back to their source. */
export function embeddedOf(units: readonly Unit[], source: Embedded, at: Place, encode: Encode): Embedded {
  const builder = new EmbeddedBuilder(source);
  for (const { text, start, end } of units) builder.add(text, start, end);
  return builder.finish(at, encode);
}
