// The shapes that settings come in: each takes what fits and says what is wrong with the rest. Knows no setting.
import type { Place } from '../../text/span.ts';
import type { Written, WrittenEntry, WrittenScalar } from './settingsFile.ts';

/** Tells what is wrong, and where: nowhere, if no file says it. */
export type Say = (at: Place | undefined, message: string) => void;

/** Takes what somebody wrote as the value of a setting; gives `undefined` where it does not fit, after saying so. */
export type Shape<T> = (written: Written, name: string, say: Say) => T | undefined;

/** A single value: what `accept` makes of it. `takes` says what that is, for a message. */
export function scalar<T>(takes: string, accept: (written: WrittenScalar) => T | undefined): Shape<T> {
  return (written, name, say) => {
    const value = written.kind === 'scalar' ? accept(written) : undefined;
    if (value === undefined) say(written.at, `\`${name}\` is ${shown(written)}; it takes ${takes}`);
    return value;
  };
}

/** Names with a value each; those that do not fit are left out. */
export function mapOf<T>(takes: string, shape: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return (written, name, say) => {
    if (written.kind !== 'map') {
      say(written.at, `\`${name}\` is ${shown(written)}; it takes ${takes}`);
      return undefined;
    }
    const values = new Map<string, T>();
    for (const entry of onceEach(written.entries, `${name}.`, say)) {
      const value = shape(entry.value, `${name}.${entry.name}`, say);
      if (value !== undefined) values.set(entry.name, value);
    }
    return values;
  };
}

/** A list; what does not fit is left out. */
export function listOf<T>(takes: string, accept: (written: WrittenScalar) => T | undefined): Shape<readonly T[]> {
  return (written, name, say) => {
    if (written.kind !== 'list') {
      say(written.at, `\`${name}\` is ${shown(written)}; it takes a list of ${takes}`);
      return undefined;
    }
    return written.items.flatMap((item) => {
      const value = item.kind === 'scalar' ? accept(item) : undefined;
      if (value === undefined) say(item.at, `\`${name}\` has ${shown(item)} in it; it takes ${takes}`);
      return value ?? [];
    });
  };
}

/** The entries, each name once. */
export function onceEach(entries: readonly WrittenEntry[], prefix: string, say: Say): readonly WrittenEntry[] {
  const names = new Set<string>();
  return entries.filter(({ name, nameAt }) => {
    if (names.has(name)) say(nameAt, `\`${prefix}${name}\` is given twice; only the first counts`);
    return names.size < names.add(name).size;
  });
}

/** Whether nothing is written where something could be. */
export function isNothing(written: Written): boolean {
  return written.kind === 'scalar' && (written.value === null || written.value === '');
}

/** What somebody wrote, for a message. */
export function shown(written: Written): string {
  if (written.kind !== 'scalar') return `a ${written.kind}`;
  if (isNothing(written)) return 'empty';
  const text = written.text.length > 60 ? `${written.text.slice(0, 60)}…` : written.text;
  return typeof written.value === 'number' || typeof written.value === 'boolean' ? text : JSON.stringify(text);
}
