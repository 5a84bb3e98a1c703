// How the values of templates come from YAML and become text and YAML again, as Helm does it. Knows no template.
import { NOWHERE, type Place } from '../../text/span.ts';
import { parsePlainYaml } from '../yaml/yaml.ts';
import type { YamlMap, YamlNode } from '../yaml/yamlNode.ts';
import {
  bool,
  dict,
  type From,
  isCollection,
  isWhole,
  list,
  NIL,
  stringOf,
  text,
  UNKNOWN,
  type Val,
} from './helmValues.ts';
import type { Holder, Made, Piece, Rope } from './rope.ts';

/** The value of a node of a values file; `holder` is what an edit of it goes to. */
export function fromYaml(node: YamlNode, holder?: Holder): Val {
  const from = { node, holder };
  if (node.templated) return { kind: 'unknown', ...from };
  if (node.kind === 'sequence') {
    return { kind: 'list', ...from, items: node.items.map((item) => fromYaml(item)) };
  }
  if (node.kind === 'map') {
    // Charts have many values, and a template looks at few.
    let entries: Map<string, Val> | undefined;
    return {
      kind: 'dict',
      ...from,
      open: node.open,
      changed: false,
      get entries() {
        entries ??= entriesOf(node);
        return entries;
      },
    };
  }
  const { value } = node;
  if (value === null) return { kind: 'nil', ...from };
  if (typeof value === 'boolean') return { kind: 'bool', ...from, value };
  if (typeof value === 'number' || typeof value === 'bigint')
    return { kind: 'number', ...from, value: Number(value), float: true };
  return { kind: 'text', ...from, rope: [{ kind: 'made', text: String(value), action: NOWHERE, ...from }] };
}

function entriesOf(map: YamlMap): Map<string, Val> {
  return new Map(
    map.pairs.map(({ key, value, conditional }): [string, Val] => {
      const holder = { map, keys: [key.text.text] };
      return [key.text.text, conditional ? { kind: 'unknown', node: value, holder } : fromYaml(value, holder)];
    }),
  );
}

/** A value as plain data; `undefined` where some of it is not known. */
export function plain(value: Val): unknown {
  switch (value.kind) {
    case 'nil':
      return null;
    case 'bool':
    case 'number':
      return value.value;
    case 'text':
      return stringOf(value);
    case 'list': {
      const items = value.items.map(plain);
      return items.includes(undefined) ? undefined : items;
    }
    case 'dict': {
      if (value.open) return undefined;
      const keys = [...value.entries.keys()].sort();
      const entries = keys.map((key): [string, unknown] => [key, plain(value.entries.get(key) ?? NIL)]);
      return entries.some(([, one]) => one === undefined) ? undefined : Object.fromEntries(entries);
    }
    default:
      return undefined;
  }
}

/** Plain data as a value. */
export function fromPlain(data: unknown): Val {
  if (data === null || data === undefined) return NIL;
  if (typeof data === 'boolean') return bool(data);
  if (typeof data === 'number') return { kind: 'number', value: data, float: true };
  if (typeof data === 'string') return text(data);
  if (Array.isArray(data)) return list(data.map(fromPlain));
  return dict(Object.entries(data).map(([key, value]) => [key, fromPlain(value)]));
}

/** What YAML text says; unknown where it is broken, or more than one document. */
export function parsed(yaml: string): Val {
  const documents = parsePlainYaml('', yaml);
  const [document, more] = documents;
  if (!document?.root || more || document.error) return documents.length === 0 ? dict() : UNKNOWN;
  return detached(fromYaml(document.root));
}

/** A copy that may be changed, without any way back to a file. */
function detached(value: Val): Val {
  return fromPlain(plain(value));
}

/** How a template prints a value; `undefined` where that is not known. */
export function printed(value: Val): string | undefined {
  switch (value.kind) {
    case 'nil':
      return '';
    case 'bool':
      return String(value.value);
    case 'number':
      return printedNumber(value);
    case 'text':
      return stringOf(value);
    case 'list': {
      const items = value.items.map(printed);
      return items.includes(undefined) ? undefined : `[${items.join(' ')}]`;
    }
    case 'dict': {
      const pairs = [...value.entries.keys()]
        .sort()
        .map((key) => [key, printed(value.entries.get(key) ?? NIL)] as const);
      return value.open || pairs.some(([, one]) => one === undefined)
        ? undefined
        : `map[${pairs.map(([key, one]) => `${key}:${one}`).join(' ')}]`;
    }
    default:
      return undefined;
  }
}

/** Go prints large floating numbers, which all numbers of a values file are, with an exponent. */
function printedNumber({ value, float }: { readonly value: number; readonly float: boolean }): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (!float || (exponent >= -4 && exponent < 21)) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A value as YAML, each part with the place that gave it. `action` is the expression that writes it. */
export function asYaml(value: Val, action: Place): Rope {
  const made = (written: string, from: From = {}): Piece => ({
    kind: 'made',
    text: written,
    action,
    ...fromOnly(from),
  });
  const unknown = (from: From): Piece => ({
    kind: 'mark',
    text: 'x',
    action,
    ...fromOnly(from),
    mark: { kind: 'output', alone: false, column: 0 },
  });
  const flow = (one: Val): Piece | undefined => {
    const given = plain(one);
    return given === undefined ? undefined : made(JSON.stringify(given), one);
  };
  const block = (one: Val, indent: string): Piece[] => {
    if (one.kind === 'unknown' || one.kind === 'method') return [unknown(one)];
    if (one.kind === 'dict' && one.open && one.entries.size === 0) return [unknown(one)];
    if (one.kind === 'list' && one.items.length > 0) {
      return one.items.flatMap((item, i) => [made(i > 0 ? `\n${indent}- ` : '- '), ...inner(item, `${indent}  `)]);
    }
    if (one.kind !== 'dict' || one.entries.size === 0) return [scalar(one)];
    const lines = [...one.entries.keys()].sort().flatMap((key, i) => {
      const pair = one.node?.kind === 'map' ? one.node.pairs.find((own) => own.key.text.text === key) : undefined;
      const below = one.entries.get(key) ?? NIL;
      const from = pair && one.node?.kind === 'map' ? { node: pair.key, holder: { map: one.node, keys: [key] } } : {};
      const nested = isCollection(below) && !isWhole(below) ? [made(`\n${indent}  `)] : [];
      return [
        ...(i > 0 ? [made(`\n${indent}`)] : []),
        made(yamlText(key), from),
        made(nested.length > 0 ? ':' : ': '),
        ...nested,
        ...inner(below, `${indent}  `),
      ];
    });
    if (one.open)
      lines.push({ kind: 'mark', text: '', action, mark: { kind: 'output', alone: true, column: indent.length } });
    return lines;
  };
  // What a file gives as a whole stays one, so that its nodes are those of the file.
  const inner = (one: Val, indent: string): Piece[] => {
    const whole = isWhole(one) ? flow(one) : undefined;
    return whole ? [whole] : block(one, indent);
  };
  const scalar = (one: Val): Piece => {
    if (one.kind === 'text') {
      const known = stringOf(one);
      return known === undefined ? unknown(one) : made(yamlText(known), one);
    }
    return flow(one) ?? unknown(one);
  };
  return block(value, '');
}

function fromOnly({ node, holder }: From): Omit<Made, 'action'> {
  return { node, holder };
}

/** A string that YAML reads as that string. */
function yamlText(value: string): string {
  return /^[A-Za-z_/][\w./-]*(?: [\w./-]+)*$/.test(value) &&
    !/^(?:true|false|yes|no|on|off|null|y|n|nan|inf)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
