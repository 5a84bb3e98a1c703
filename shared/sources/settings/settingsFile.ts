// Reads settings as somebody wrote them, in a `.softstop.yaml` or in an editor, into one kind of tree, so that they are
// judged in one place. Knows no setting.
import type { Place } from '../../text/span.ts';
import { parseYaml } from '../yaml/yaml.ts';
import type { YamlNode } from '../yaml/yamlNode.ts';

/** The name of the files that hold settings for their folder and everything below it. */
export const SETTINGS_FILE = '.softstop.yaml';

/** Within one line of a file; absent for what an editor or the command line says. */
type At = Place | undefined;

/** A single value. */
export interface WrittenScalar {
  readonly kind: 'scalar';
  /** `undefined` where there is none: a template's expression, an alias of nothing. */
  readonly value: string | number | boolean | null | undefined;
  /** As it is written, without quotes: of the number `1.30`, the zero is kept. */
  readonly text: string;
  readonly at: At;
}

interface WrittenList {
  readonly kind: 'list';
  readonly items: readonly Written[];
  readonly at: At;
}

interface WrittenMap {
  readonly kind: 'map';
  /** In the order in which they stand there; a name may come twice. */
  readonly entries: readonly WrittenEntry[];
  readonly at: At;
}

/** A key with what stands under it. */
export interface WrittenEntry {
  readonly name: string;
  readonly nameAt: At;
  readonly value: Written;
}

/** Something that a person wrote. */
export type Written = WrittenScalar | WrittenList | WrittenMap;

/** What stands in a settings file. */
interface SettingsText {
  /** Absent in an empty file; where there is an error, what could be read in spite of it. */
  readonly written: Written | undefined;
  readonly error: { readonly at: Place; readonly message: string } | undefined;
}

/** Reads the text of a settings file. */
export function readSettingsText(path: string, text: string): SettingsText {
  const documents = parseYaml(path, text);
  const [document, second] = documents.filter(({ root }) => root !== undefined);
  const written = document?.root && fromYaml(document.root);
  const broken = documents.find(({ error }) => error !== undefined)?.error;
  if (broken)
    return { written, error: { at: onOneLine(text, broken.at), message: `this is no YAML: ${broken.message}` } };
  if (second?.root) {
    const at = onOneLine(text, second.root.at);
    return {
      written,
      error: { at, message: 'a settings file is one YAML document; what stands from here on does not count' },
    };
  }
  const unread =
    documents.length === 0 && /^\uFEFF?[ \t]*[^\s#\uFEFF]/m.test(text.replace(/^(?:---|\.\.\.)[ \t]*$/gm, ''));
  return {
    written,
    error: unread ? { at: { path, start: 0, end: 0 }, message: 'this cannot be read as YAML' } : undefined,
  };
}

/** What an editor or the command line says; parts are looked at when they are asked for. */
export function writtenIn(value: unknown): Written {
  if (Array.isArray(value)) {
    return {
      kind: 'list',
      at: undefined,
      get items() {
        return value.map(writtenIn);
      },
    };
  }
  if (typeof value === 'object' && value !== null) {
    return {
      kind: 'map',
      at: undefined,
      get entries() {
        return Object.entries(value).map(([name, one]) => ({ name, nameAt: undefined, value: writtenIn(one) }));
      },
    };
  }
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return { kind: 'scalar', value: plain, text: String(plain ?? ''), at: undefined };
}

function fromYaml(node: YamlNode): Written {
  const { written } = node;
  const { text } = node.source;
  const at = onOneLine(text, written);
  switch (node.kind) {
    case 'sequence':
      return { kind: 'list', items: node.items.map(fromYaml), at };
    case 'map': {
      const entries = node.pairs.map(({ key, value }) => ({
        name: key.text.text,
        nameAt: key.at,
        value: fromYaml(value),
      }));
      return { kind: 'map', entries, at };
    }
    default:
      if (node.templated) return { kind: 'scalar', value: undefined, text: text.slice(written.start, written.end), at };
      return {
        kind: 'scalar',
        value: typeof node.value === 'bigint' ? Number(node.value) : node.value,
        text: node.text.text,
        at,
      };
  }
}

function onOneLine(text: string, { path, start, end }: Place): Place {
  const line = /[\r\n]/.exec(text.slice(start, end));
  return { path, start, end: line ? start + line.index : Math.min(end, text.length) };
}
