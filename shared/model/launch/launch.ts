// What the runtime executes: the words, and where each was written. Knows the ENTRYPOINT × CMD × command × args table,
// not what the program does.
import type { Place } from '../../text/span.ts';
import type { Image, ImageCommand } from '../image/image.ts';
import { known, unknown, type Value } from '../value.ts';
import type { Override, Word } from './words.ts';

/** The argument vector that the runtime executes as PID 1. */
export interface Launch {
  readonly words: readonly Word[];
  /** The whole instruction or field that decides what runs; absent when all of it is inherited from outside. */
  readonly at: Place | undefined;
  /** What is taken to be so because nobody here knows; absent where nothing had to be. */
  readonly supposes?: string;
}

/** What replaces an image's commands: a manifest's `command` and `args`, or Compose's `entrypoint` and `command`. */
export interface LaunchOverrides {
  readonly entrypoint?: Override | undefined;
  readonly command?: Override | undefined;
  readonly at?: Place | undefined;
}

/** Compose's `init: true` and `docker run --init` put this in front of everything. */
const DOCKER_INIT: readonly Word[] = [
  { text: 'docker-init', origin: 'init', form: 'exec' },
  { text: '--', origin: 'init', form: 'exec' },
];

/**
 * The words that run. An override of the entrypoint drops the image's CMD too, unless it is empty: then there is no
 * entrypoint (daemon/commit.go, `merge`). An empty command is none. A shell-form ENTRYPOINT ignores whatever follows it (it
 * stands behind the text of `sh -c`, where nothing reads it).
 */
export function resolveLaunch(image: Value<Image>, overrides: LaunchOverrides, init: boolean): Value<Launch> {
  const given = overrides.entrypoint;
  if (given?.kind === 'unknown') return given;
  if (overrides.command?.kind === 'unknown') return overrides.command;
  const entrypoint = given ? wordsOf(given) : undefined;
  const command = overrides.command ? wordsOf(overrides.command) : undefined;
  if (entrypoint === 'several' || command === 'several') return unknown('several commands are possible');

  const replaced = entrypoint !== undefined && entrypoint.length > 0;
  const commanded = command !== undefined && command.length > 0;
  const base = entrypoint && (replaced || commanded) ? undefined : image;
  if (base && base.kind !== 'known') return unknown(base.kind === 'unknown' ? base.why : 'several images are possible');
  const from = base?.value;
  const imageEntrypoint = entrypoint ? undefined : from?.entrypoint;
  const imageCmd = replaced || commanded ? undefined : from?.cmd;
  if (imageCmd && imageCmd.kind !== 'known') return unknown('the CMD is not known');
  const lacks = imageEntrypoint && imageEntrypoint.kind !== 'known';

  const ownEntrypoint = imageEntrypoint?.kind === 'known' ? imageEntrypoint.value : undefined;
  const head = entrypoint ?? ownEntrypoint?.words ?? [];
  const tail = commanded ? command : (imageCmd?.value?.words ?? []);
  const words = [...(init ? DOCKER_INIT : []), ...head, ...tail];
  if (head.length + tail.length === 0) return unknown('nothing says what runs');
  const at = overrides.at ?? decidingInstruction(ownEntrypoint, imageCmd?.value);
  // Most images that people build upon set none.
  return known({ words, at, ...(lacks && { supposes: `\`${from?.origin ?? 'the image'}\` sets no ENTRYPOINT` }) });
}

function wordsOf(override: Override): readonly Word[] | 'several' | undefined {
  if (override.kind === 'known') return override.value;
  return override.kind === 'oneOf' ? 'several' : undefined;
}

/** A shell-form ENTRYPOINT decides alone; otherwise the CMD names the program, and without one the ENTRYPOINT does. */
function decidingInstruction(entrypoint: ImageCommand | undefined, cmd: ImageCommand | undefined): Place | undefined {
  if (entrypoint?.form === 'shell') return entrypoint.at;
  return cmd?.at ?? entrypoint?.at;
}
