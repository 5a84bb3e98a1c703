// Reads files of sections and of names with values: the pools of php-fpm, the settings of uWSGI, the properties of Spring.
// Knows the notation, not what any name means. Never throws.
import type { Span } from '../text/span.ts';

/** `name = value` in a section. */
export interface IniEntry {
  /** Empty above the first section. */
  readonly section: string;
  readonly name: string;
  /** Without quotes and what surrounds it; empty where there is none. */
  readonly value: string;
  /** The value as it is written; empty behind the name where there is none. */
  readonly at: Span;
  /** From the name to the end of the value. */
  readonly whole: Span;
}

/** A file of sections. */
export interface IniFile {
  /** In file order; a section may begin twice. */
  readonly sections: readonly { readonly name: string; readonly at: Span }[];
  readonly entries: readonly IniEntry[];
}

const LINE =
  /^[ \t]*(?:\[([^\]\r\n]*)\]|([^\s;#!=:[][^=:\r\n]*?)[ \t]*(?:[=:][ \t]*("[^"\r\n]*"|'[^'\r\n]*'|(?:(?![ \t]+;)[^\r\n])*))?)[ \t]*(?:;[^\r\n]*)?\r?$/gm;

/** The sections and entries of a file; comments begin with `;`, `#` or `!`. */
export function parseIni(text: string): IniFile {
  const sections: { name: string; at: Span }[] = [];
  const entries: IniEntry[] = [];
  for (const match of text.matchAll(LINE)) {
    const [line, section, name, written = ''] = match;
    if (section !== undefined) {
      const start = match.index + line.indexOf('[');
      sections.push({ name: section.trim(), at: { start, end: start + section.length + 2 } });
    } else if (name !== undefined) {
      const start = match.index + line.indexOf(name);
      const value = written.trimEnd();
      const from =
        value === '' ? start + name.length : line.indexOf(value, line.indexOf(name) + name.length) + match.index;
      entries.push({
        section: sections.at(-1)?.name ?? '',
        name: name.trim(),
        value: value.replace(/^(["'])(.*)\1$/, '$2'),
        at: { start: from, end: from + value.length },
        whole: { start, end: from + value.length },
      });
    }
  }
  return { sections, entries };
}
