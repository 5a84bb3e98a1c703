// Where a line of YAML stands, read from the lines above it and their indentation: what is half written is no YAML yet.
import type { Cursor } from './completion.ts';

/** Where the cursor stands. */
export interface YamlPlace {
  /** The keys above, outermost first; `-` stands for an item of a list. */
  readonly parents: readonly string[];
  /** The key before the cursor on its line; absent where one is being written. */
  readonly key: string | undefined;
  /** What is written of the value, or of the key. */
  readonly word: string;
  /** Letters before the key. */
  readonly indent: number;
}

const LINE = /^([ ]*(?:- +)*)(?:(["']?)([\w./-]+)\2[ ]*:(?:[ ]|$))?/;

/** `undefined` inside of a comment, a quoted text or a flow collection. */
export function yamlPlaceAt({ text, offset, before }: Cursor): YamlPlace | undefined {
  const [whole = '', lead = '', , key] = LINE.exec(before) ?? [];
  const word = before.slice(whole.length).trimStart();
  if (!/^[\w.+-]*$/.test(word) || (key !== undefined && before.length === whole.length && !/[ ]$/.test(before))) {
    return undefined;
  }
  const indent = lead.length;
  const lineStart = offset - before.length;
  const parents: string[] = [...dashesIn(lead)];
  // A key behind dashes belongs to the list that the dashes make items of.
  let depth = lead.includes('-') ? lead.indexOf('-') : indent;
  for (let at = lineStart; at > 0; ) {
    const from = text.lastIndexOf('\n', at - 2) + 1;
    const line = text.slice(from, at).replace(/\r?\n$/, '');
    at = from;
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, itsLead = '', , itsKey] = LINE.exec(line) ?? [];
    const dash = itsLead.indexOf('-');
    if (itsLead.length < depth && itsKey !== undefined) {
      parents.unshift(...dashesIn(itsLead), itsKey);
      depth = dash < 0 ? itsLead.length : dash;
    } else if (dash >= 0 && dash < depth) {
      // The item that the line is in, whose first key is a sister of ours.
      parents.unshift('-');
      depth = dash;
    } else if (itsLead.length === depth && dash < 0 && itsKey !== undefined && parents[0] === '-') {
      // A list may stand as far left as its key.
      parents.unshift(itsKey);
    }
    if (depth === 0 && parents[0] !== '-') break;
  }
  return { parents, key, word, indent };
}

function dashesIn(lead: string): readonly string[] {
  return lead.includes('-') ? ['-'] : [];
}
