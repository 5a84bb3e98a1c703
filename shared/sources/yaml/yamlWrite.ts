// Writes plain data as YAML or JSON, in the manner of the text around it. Knows no tree and no places.

/** What can be written. */
export type Data = string | number | boolean | readonly Data[] | DataMap;

/** A map that can be written. */
export interface DataMap {
  readonly [key: string]: Data;
}

/** The manner of a text. */
export interface Manner {
  readonly newline: string;
  /** One step of indentation. */
  readonly step: string;
  /** Whether keys and words take double quotes. */
  readonly json: boolean;
  /** What stands between a key and its value in flow style. */
  readonly colon: string;
}

/** Whether it is a map. */
export function isDataMap(value: Data): value is DataMap {
  return typeof value === 'object' && !Array.isArray(value);
}

/** `key: value` lines, all but the first with `indent` in front. */
export function writeBlock(value: DataMap, indent: string, manner: Manner): string {
  const lines = Object.entries(value).map(([key, inner]) => {
    const deeper = indent + manner.step;
    if (isDataMap(inner)) return `${key}:${manner.newline}${deeper}${writeBlock(inner, deeper, manner)}`;
    if (isMaps(inner)) return `${key}:${manner.newline}${deeper}${writeItems(inner, deeper, manner)}`;
    return `${key}: ${writeFlow(inner, manner)}`;
  });
  return lines.join(manner.newline + indent);
}

function isMaps(value: Data): value is readonly DataMap[] {
  return Array.isArray(value) && value.length > 0 && value.every(isDataMap);
}

/** `- item` lines, all but the first with `indent` in front. */
export function writeItems(items: readonly Data[], indent: string, manner: Manner): string {
  const written = items.map((item) =>
    isDataMap(item) ? writeBlock(item, `${indent}  `, manner) : writeFlow(item, manner),
  );
  return written.map((item) => `- ${item}`).join(manner.newline + indent);
}

/** On one line; with `indent`, maps take a line for every key. */
export function writeFlow(value: Data, manner: Manner, indent?: string): string {
  if (typeof value === 'string') return !manner.json && isPlain(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map((item: Data) => writeWord(item, manner)).join(', ')}]`;
  const inner = indent === undefined ? undefined : indent + manner.step;
  const pairs = Object.entries(value).map(([key, item]) => writePair(key, item, manner, inner));
  if (inner === undefined) return `{${pairs.join(', ')}}`;
  return `{${manner.newline}${inner}${pairs.join(`,${manner.newline}${inner}`)}${manner.newline}${indent}}`;
}

/** `key: value` of a flow map. */
export function writePair(key: string, value: Data, manner: Manner, indent?: string): string {
  return `${manner.json ? JSON.stringify(key) : key}${manner.colon}${writeFlow(value, manner, indent)}`;
}

/** Words of a command line are quoted always, as most people write them. */
function writeWord(item: Data, manner: Manner): string {
  return typeof item === 'string' ? JSON.stringify(item) : writeFlow(item, manner);
}

/** Whether a string stays that string without quotes. */
function isPlain(text: string): boolean {
  return /^(?:[A-Za-z][\w./-]*|\d+[smh])$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text);
}
