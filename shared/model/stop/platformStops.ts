// One stop out of several, where nobody says which platform runs something: what each of them does, and only those breaks
// that stand in the way on all of them. Knows no platform by name.
import { samePlace } from '../../text/span.ts';
import { type Alternative, alternatives, oneOf, unknown, type Value } from '../value.ts';
import type { Break } from './breaks.ts';
import { type Stop, storyKey } from './stopPath.ts';

/** What a platform makes of it. */
export interface PlatformStop {
  /** As a person would name it. */
  readonly name: string;
  readonly stop: Value<Stop>;
}

/**
 * The stop on whichever platform that runs such a thing. Where one of them cannot be followed, nothing stands in the way on
 * all of them for sure. Of what nobody here knows, the usual is taken.
 */
export function onWhicheverPlatform(platforms: readonly PlatformStop[]): Value<Stop> {
  if (platforms.length === 1 && platforms[0]) return platforms[0].stop;
  const followed = platforms
    .map(({ name, stop }) => ({ name, ways: usual(alternatives(stop)) }))
    .filter(({ ways }) => ways.length > 0);
  if (followed.length === 0) return platforms[0]?.stop ?? unknown('nobody runs it');
  const all = followed.length === platforms.length;
  const everywhere = (one: Break) =>
    all &&
    followed.every(({ ways }) =>
      ways.some(({ value }) => value.breaks.some((other) => other.kind === one.kind && samePlace(other.at, one.at))),
    );
  const stories = new Map<string, { readonly names: string[]; readonly ways: readonly Alternative<Stop>[] }>();
  for (const { name, ways } of followed) {
    const kept = ways.map((way) => ({ ...way, value: { ...way.value, breaks: way.value.breaks.filter(everywhere) } }));
    const key = kept.map(({ value, when }) => [storyKey(value), ...when.map(({ text, holds }) => `${text} ${holds}`)]);
    const told = stories.get(JSON.stringify(key));
    if (told) told.names.push(name);
    else stories.set(JSON.stringify(key), { names: [name], ways: kept });
  }
  if (stories.size === 1 && all) return oneOf([...stories.values()].flatMap(({ ways }) => ways));
  const named = [...stories.values()].flatMap(({ names, ways }) =>
    ways.map(({ value, when }) => ({ value, when: [{ text: `${inWords(names)} runs it`, holds: true }, ...when] })),
  );
  // One alone is no certainty either.
  return named.length === 1 ? { kind: 'oneOf', alternatives: named } : oneOf(named);
}

/** The ways where what has no place, and so is decided by nothing in the project, is as it mostly is. */
function usual(ways: readonly Alternative<Stop>[]): readonly Alternative<Stop>[] {
  return ways
    .filter(({ when }) => when.every(({ at, holds }) => at || holds))
    .map(({ value, when }) => ({ value, when: when.filter(({ at }) => at) }));
}

function inWords(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : last;
}
