// What a server can read about itself: its command line, its environment and the files of its container; and settings that
// stand there. Knows no server.
import type { Embedded } from '../../text/embedded.ts';
import type { Edit, Span } from '../../text/span.ts';
import { glob } from '../image/copiedFiles.ts';
import type { Image, ImageFile } from '../image/image.ts';
import { optionValue } from '../launch/commandOptions.ts';
import type { Word } from '../launch/words.ts';
import { folderOf, resolvePath } from '../paths.ts';
import { type Change, change, refuse, type Setting } from '../setting.ts';
import type { Process } from '../stop/processTree.ts';
import { known, knownValue, unknown, type Value } from '../value.ts';

/** A server that runs, with what it can read. */
export interface Served {
  readonly process: Process;
  readonly image: Image;
  /** The words of the container's launch. */
  readonly words: readonly Word[];
  /** What the image sets and what the container is given; a variable without a value is set to something unknown. */
  readonly environment: ReadonlyMap<string, string | undefined>;
  /** The texts of the scripts that led to it. */
  readonly scripts: readonly string[];
}

/** The file at a path, seen from the working directory. */
export function fileAt(served: Served, path: string): Embedded | undefined {
  const file = lookAt(served, path);
  return file.kind === 'text' ? file.text : undefined;
}

/** Whether something is laid over a path that nobody here knows. */
export function isHidden(served: Served, path: string): boolean {
  const file = lookAt(served, path);
  return file.kind === 'unknown' && file.mounted === true;
}

function lookAt({ image }: Served, path: string): ImageFile {
  return image.file(resolvePath(knownValue(image.workdir) ?? '/', path));
}

/** Files of a container, and whether they are all that it may have there. */
export interface Files {
  readonly paths: readonly string[];
  readonly whole: boolean;
}

/** The files that a pattern such as `conf.d/*.conf` means, as paths, in the order of their names. */
export function filesLike(served: Served, pattern: string): Files {
  if (!/[*?[]/.test(pattern)) return { paths: [pattern], whole: !isHidden(served, pattern) };
  const folder = folderOf(pattern);
  const name = glob(pattern.slice(folder.length + 1));
  const names = served.image.list(folder);
  const paths = (names ?? []).flatMap((file) => (name.test(file) ? [`${folder}/${file}`] : []));
  return { paths, whole: names !== undefined && !paths.some((path) => isHidden(served, path)) };
}

/** Whether something on the way to the server may give a setting by this name, in a way that is not followed. */
export function mayBeGiven({ image, scripts }: Served, name: string): boolean {
  return image.mentions(name) || scripts.some((text) => text.includes(name));
}

/** How a number of seconds is written. */
export type Write = (seconds: number) => string;

/** A setting that is written at a span of a text. */
export function givenAtSpan(text: Embedded, at: Span, value: Value<number>, write: Write = String): Setting<number> {
  return {
    value,
    given: { kind: 'here', at: text.place(at.start, at.end) },
    affects: [],
    set: (seconds) => asChange(text.replace(at.start, at.end, write(seconds))),
  };
}

/** A setting that nobody gives; `insert` writes it down. */
export function byDefault(
  value: Value<number>,
  whose: string,
  insert?: (seconds: number) => Edit | undefined,
): Setting<number> {
  return {
    value,
    given: { kind: 'default', whose },
    affects: [],
    set: (seconds) => (insert ? asChange(insert(seconds)) : refuse('no file of the project holds its settings')),
  };
}

function asChange(edit: Edit | undefined): Change {
  return edit ? change(edit) : refuse('it cannot be written there');
}

/** A line of its own in front of the line at an offset. */
export function lineBefore(text: Embedded, offset: number, line: string): Edit | undefined {
  const start = text.text.lastIndexOf('\n', offset - 1) + 1;
  return text.replace(start, start, `${line}${lineBreakOf(text)}`);
}

/** A line of its own behind the line at an offset, as far indented. */
export function lineBehind(text: Embedded, offset: number, line: string): Edit | undefined {
  const start = text.text.lastIndexOf('\n', offset - 1) + 1;
  const indent = /^[ \t]*/.exec(text.text.slice(start, offset))?.[0] ?? '';
  const rest = /^[^\r\n]*/.exec(text.text.slice(offset))?.[0].length ?? 0;
  return text.replace(offset + rest, offset + rest, `${lineBreakOf(text)}${indent}${line}`);
}

function lineBreakOf({ text }: Embedded): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** The option of a command line that gives a number of seconds, by one of its names. */
export function flagSetting(served: Served, names: readonly string[]): Setting<number> | undefined {
  const { argv, at } = served.process;
  const found = optionValue(
    argv.map((text) => ({ text })),
    ...names,
  );
  if (!found) return undefined;
  const value = /^\d+(?:\.\d+)?$/.test(found.value) ? known(Number(found.value)) : unknown('it is no number');
  for (const written of writtenIn(served, names)) {
    if (written.text.text.slice(written.at.start, written.at.end) === found.value)
      return givenAtSpan(written.text, written.at, value);
  }
  return {
    value,
    given: at ? { kind: 'here', at } : { kind: 'inherited', from: 'the command' },
    affects: [],
    set: () => refuse('it is not written where the command is given'),
  };
}

/** The values of an option in the words of a launch, or in the text that its shell reads. */
function writtenIn(
  { words }: Served,
  names: readonly string[],
): readonly { readonly text: Embedded; readonly at: Span }[] {
  const option = new RegExp(`(?:^|\\s)(?:${names.join('|')})(?:[= ]\\s*)([\\w.]+)`);
  return words.flatMap(({ text, source }, i) => {
    if (!source) return [];
    const before = words[i - 1]?.text;
    if (before !== undefined && names.includes(before)) return [{ text: source, at: { start: 0, end: text.length } }];
    const match = option.exec(text);
    const start = match ? match.index + match[0].length - (match[1]?.length ?? 0) : -1;
    return match && source.text === text ? [{ text: source, at: { start, end: match.index + match[0].length } }] : [];
  });
}
