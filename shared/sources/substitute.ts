// Replaces variables in Dockerfile arguments as the builder does, as far as their values are written down.
import type { Embedded } from '../text/embedded.ts';
import { EmbeddedBuilder } from '../text/embeddedBuilder.ts';

const VARIABLE = /\\\$|\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^}]*))?\})/g;

/** The text with its variables replaced; one that has no value stays as written. */
export function substitute(text: string, values: ReadonlyMap<string, string | undefined>): string {
  return text.replace(VARIABLE, (whole, short?: string, long?: string, operator?: string, word = '') => {
    const name = short ?? long;
    if (name === undefined) return '$';
    const value = values.get(name);
    if (operator?.endsWith('+')) return value === undefined && values.has(name) ? whole : value ? word : '';
    if (value !== undefined && (value !== '' || !operator?.startsWith(':'))) return value;
    return operator && !values.has(name) ? word : whole;
  });
}

/** An escaped character, a variable, and what a shell calls its parameters: the builder knows none of those. */
const IN_HEREDOC = /\\([\s\S])|\$(?:[A-Za-z_]\w*|\{[^}]*\}|[\d@*#?$!-])/g;

/**
 * The file that the builder writes for a heredoc without quotes: every backslash gone but what it has escaped, quotes left
 * alone. Absent where that hangs on a value that is not known, or where parameters of the script are lost.
 */
export function expandedHeredoc(
  source: Embedded,
  values: ReadonlyMap<string, string | undefined>,
): Embedded | undefined {
  const builder = new EmbeddedBuilder(source);
  let at = 0;
  const verbatim = (end: number) => {
    for (; at < end; at++) builder.add(source.text.charAt(at), at, at + 1);
  };
  for (const { 0: whole, 1: escaped, index } of source.text.matchAll(IN_HEREDOC)) {
    verbatim(index);
    const value = escaped ?? substitute(whole, values);
    if (escaped === undefined && hasVariable(value)) return undefined;
    if (/^\$\{?[\d@*#?$!-]/.test(whole)) return undefined;
    at += whole.length;
    builder.add(value, index, at);
  }
  verbatim(source.text.length);
  return builder.finish(source.at, (added) => added.replace(/[\\$]/g, '\\$&'));
}

/** Whether a variable is left in the text. */
export function hasVariable(text: string): boolean {
  return /\$[\w{]/.test(text);
}
