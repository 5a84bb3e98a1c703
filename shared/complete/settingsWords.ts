// What a `.softstop.yaml` may hold: its keys, the rules and what they may be set to. Reads the schema that is shipped.

import { rules } from '../rules/index.ts';
import schema from '../settings/softstop.schema.json';
import { type Completion, type Cursor, lastLetters } from './completion.ts';
import { yamlPlaceAt } from './yamlLines.ts';

interface Property {
  readonly description: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: { readonly type: string; readonly enum?: readonly string[] };
}

const PROPERTIES: Readonly<Record<string, Property>> = schema.properties;

const STATES: readonly [state: string, documentation: string][] = [
  ['off', 'The rule is silent.'],
  ['on', 'The rule speaks, with its own severity.'],
  ['error', 'Its findings are errors.'],
  ['warning', 'Its findings are warnings.'],
  ['info', 'Its findings are information.'],
  ['hint', 'Its findings are hints.'],
];

/** What may be written at the cursor of a `.softstop.yaml`. */
export function settingsWords(cursor: Cursor): readonly Completion[] {
  const place = yamlPlaceAt(cursor);
  if (!place) return [];
  const { parents, key, word } = place;
  const at = lastLetters(cursor, word.length);
  const value = (label: string, documentation: string): Completion => ({
    label,
    detail: key ?? '',
    documentation,
    at,
    newText: label,
    kind: 'value',
  });
  const above = parents.filter((parent) => parent !== '-').join('.');
  if (above === '' && key === undefined) {
    return Object.entries(PROPERTIES).map(([name, { description, type }]) => ({
      label: name,
      detail: 'setting',
      documentation: description,
      at,
      newText: type === 'object' || type === 'array' ? `${name}:` : `${name}: `,
      kind: 'key',
    }));
  }
  if (above === 'rules' && key === undefined) {
    return rules.map(({ id, summary, severity, default: byDefault }) => ({
      label: id,
      detail: byDefault === 'off' ? `${severity}, off by default` : severity,
      documentation: summary,
      at,
      newText: `${id}: `,
      kind: 'rule',
    }));
  }
  if (above === 'rules') return STATES.map(([state, documentation]) => value(state, documentation));
  const property = PROPERTIES[key ?? above];
  const choices = key === undefined ? property?.items?.enum : property?.enum;
  if (above !== '' && key !== undefined) return [];
  return (choices ?? []).flatMap((one) => (typeof one === 'string' ? [value(one, '')] : []));
}
