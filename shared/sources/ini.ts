// Reads INI files as Python's ConfigParser does, with the place of everything in them. Knows the notation, not what any key
// is for. Never throws.
import type { Embedded } from '../text/embedded.ts';
import { EmbeddedBuilder } from '../text/embeddedBuilder.ts';
import type { Edit, Place } from '../text/span.ts';

/** A section with its entries. */
export interface IniSection {
  readonly name: string;
  /** The header, brackets included. */
  readonly at: Place;
  readonly entries: readonly IniEntry[];
}

/** A key with its value, which may go on over indented lines. */
export interface IniEntry {
  /** In small letters, as it is looked up. */
  readonly key: string;
  /** What stands between the key and its value: `=`, ` = `. */
  readonly delimiter: string;
  /** Without comments; lines are joined by a line break. */
  readonly value: Embedded;
  /** The edit that puts a line behind it. */
  behind(line: string): Edit | undefined;
}

interface OpenEntry extends Pick<IniEntry, 'key' | 'delimiter'> {
  readonly units: EmbeddedBuilder;
  readonly start: number;
  end: number;
  lineEnd: number;
}

/** The sections of a file in its order; those of the same name stand side by side. Lines that say nothing are left out. */
export function iniSections(source: Embedded): readonly IniSection[] {
  const { text } = source;
  const sections: { readonly name: string; readonly at: Place; readonly entries: OpenEntry[] }[] = [];
  let entry: OpenEntry | undefined;
  let indent = 0;
  for (const { index: start, 0: line } of text.matchAll(/[^\r\n]+/g)) {
    const code = codeOf(line);
    if (code.trim() === '') continue;
    const from = start + code.search(/\S/);
    const end = start + code.trimEnd().length;
    const lineEnd = start + line.length;
    if (entry && from - start > indent) {
      entry.units.add('\n', entry.end, from);
      add(entry, text, from, end, lineEnd);
      continue;
    }
    indent = from - start;
    entry = undefined;
    const written = text.slice(from, end);
    const name = /^\uFEFF?\[([^\]]+)\]/.exec(written)?.[1];
    const [, key = '', delimiter, value = ''] = /^(.*?)(\s*[=:]\s*)(.*)$/.exec(written) ?? [];
    if (name !== undefined) {
      sections.push({ name, at: source.place(from, end), entries: [] });
    } else if (delimiter !== undefined) {
      const at = end - value.length;
      entry = {
        key: key.toLowerCase(),
        delimiter,
        units: new EmbeddedBuilder(source),
        start: at,
        end: at,
        lineEnd,
      };
      add(entry, text, at, end, lineEnd);
      sections.at(-1)?.entries.push(entry);
    }
  }
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  return sections.map(({ entries, ...section }) => ({
    ...section,
    entries: entries.map((one) => finished(source, one, lineBreak)),
  }));
}

/** A line without its comment: `#` and `;` begin one at its start and behind a blank. */
function codeOf(line: string): string {
  const comment = /(?:^|\s)[#;]/.exec(line);
  return comment ? line.slice(0, comment.index) : line;
}

function add(entry: OpenEntry, text: string, start: number, end: number, lineEnd: number): void {
  for (let i = start; i < end; i++) entry.units.add(text.charAt(i), i, i + 1);
  entry.end = end;
  entry.lineEnd = lineEnd;
}

function finished(
  source: Embedded,
  { key, delimiter, units, start, end, lineEnd }: OpenEntry,
  lineBreak: string,
): IniEntry {
  const value = units.finish(source.place(start, end), (added) =>
    /[\r\n]|(?:^|\s)[#;]/.test(added) ? undefined : added,
  );
  return { key, delimiter, value, behind: (line) => source.replace(lineEnd, lineEnd, `${lineBreak}${line}`) };
}
