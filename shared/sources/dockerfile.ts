// Reads Dockerfiles: stages and the instructions that decide how a container starts and stops. The only file that
// imports dockerfile-ast, which gives ranges; values are decoded here, because it mangles JSON strings. Never throws.
import { DockerfileParser, Onbuild, type Instruction as ParsedInstruction } from 'dockerfile-ast';
import { Embedded, jsonString } from '../text/embedded.ts';
import { EmbeddedBuilder } from '../text/embeddedBuilder.ts';
import { LineIndex } from '../text/lineIndex.ts';
import type { Place } from '../text/span.ts';
import { substitute } from './substitute.ts';

// dockerfile-ast asks Node's Buffer for the bytes of a file's first letter, to tell a byte order mark. In a browser there is
// none, and no file would be read.
const world = globalThis as { Buffer?: unknown };
world.Buffer ??= { from: (letter: string) => (letter === '\uFEFF' ? [0xef, 0xbb, 0xbf] : [0]) };

/** CMD, ENTRYPOINT or SHELL. */
export interface CommandInstruction {
  readonly keyword: 'CMD' | 'ENTRYPOINT' | 'SHELL';
  readonly form: 'exec' | 'shell';
  /** Exec form: the words. */
  readonly words: readonly Embedded[];
  /** The arguments with line continuations joined: in shell form, what the shell reads. */
  readonly text: Embedded;
  /** The whole instruction. */
  readonly at: Place;
}

/** A file that an instruction holds. */
export interface Heredoc {
  readonly name: string;
  readonly text: Embedded;
  /** Whether the builder replaces variables in it: nothing of its name stands in quotes. */
  readonly expands: boolean;
}

/** COPY or ADD. */
export interface CopyInstruction {
  readonly keyword: 'COPY' | 'ADD';
  /** `--from`: a stage's name or number, or an image. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly destination: string;
  /** Files written in place, in the order of their names in `sources`. */
  readonly heredocs: readonly Heredoc[];
  readonly at: Place;
}

/** An instruction whose arguments are one text; of RUN its flags and, in exec form, its array are part of that. */
export interface PlainInstruction {
  readonly keyword: 'STOPSIGNAL' | 'WORKDIR' | 'USER' | 'RUN';
  readonly text: Embedded;
  readonly at: Place;
}

/** ENV or ARG: names and their values; an ARG without a default has none. */
export interface VariableInstruction {
  readonly keyword: 'ENV' | 'ARG';
  readonly pairs: readonly { readonly name: string; readonly value: string | undefined }[];
}

/** An instruction, as far as it has to do with starting and stopping. */
export type Instruction = CommandInstruction | CopyInstruction | PlainInstruction | VariableInstruction;

/** One `FROM` and what follows it. */
export interface Stage {
  readonly index: number;
  readonly name: string | undefined;
  /** The image as written, variables included. */
  readonly from: string;
  readonly fromAt: Place;
  /** The stage that it builds on; absent where that is an image. */
  readonly base?: Stage;
  /** The whole FROM instruction. */
  readonly at: Place;
  /** In their order; those that the stage which it builds on has for it come first. */
  readonly instructions: readonly Instruction[];
  /** ONBUILD: what a build on top of this does before anything else. */
  readonly triggers: readonly Instruction[];
}

/** A Dockerfile, read. */
export interface Dockerfile {
  /** ARGs before the first FROM. */
  readonly globals: readonly VariableInstruction[];
  readonly stages: readonly Stage[];
}

/** Reads a Dockerfile; what cannot be read is left out. */
export function parseDockerfile(path: string, text: string): Dockerfile {
  const reader = new Reader(path, text);
  const globals: VariableInstruction[] = [];
  const stages: (Stage & { instructions: Instruction[]; triggers: Instruction[] })[] = [];
  for (const parsed of reader.instructions()) {
    const stage = stages.at(-1);
    if (parsed.getKeyword() === 'FROM') {
      const from = reader.from(parsed);
      const base = stageNamed({ stages }, substitute(from.from, globalValues(globals)), stages.length);
      const instructions = [...(base?.triggers ?? [])];
      stages.push({ ...from, ...(base && { base }), index: stages.length, instructions, triggers: [] });
      continue;
    }
    const trigger = parsed instanceof Onbuild ? parsed.getTriggerInstruction() : undefined;
    const triggered = trigger && reader.instruction(trigger);
    if (triggered) stage?.triggers.push(triggered);
    const instruction = reader.instruction(parsed);
    if (!instruction) continue;
    if (stage) stage.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') globals.push(instruction);
  }
  return { globals, stages };
}

/** What the ARGs before the first FROM come to, unless whoever builds it says something else. */
export function globalValues(globals: Dockerfile['globals']): ReadonlyMap<string, string | undefined> {
  const values = new Map<string, string | undefined>();
  for (const { name, value } of globals.flatMap(({ pairs }) => pairs)) {
    if (value !== undefined) values.set(name, substitute(value, values));
  }
  return values;
}

/** An earlier stage by its name or number. */
export function stageNamed({ stages }: Pick<Dockerfile, 'stages'>, name: string, before: number): Stage | undefined {
  const lower = name.toLowerCase();
  return stages
    .slice(0, before)
    .findLast((stage) => stage.name?.toLowerCase() === lower || String(stage.index) === name);
}

/** The units of a heredoc; what the builder leaves out is in the group. */
const WITHOUT_RETURNS = /(\r(?=\n))|[\s\S]/g;
const WITHOUT_TABS = /(^\t+|\r(?=\n))|[\s\S]/gm;

class Reader {
  readonly #path: string;
  readonly #text: string;
  readonly #lines: LineIndex;
  #escape = '\\';

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
    this.#lines = new LineIndex(text);
  }

  instructions(): readonly ParsedInstruction[] {
    try {
      const dockerfile = DockerfileParser.parse(this.#text);
      this.#escape = dockerfile.getEscapeCharacter();
      return dockerfile.getInstructions();
    } catch {
      // It overflows the stack on some half-typed files; there is nothing to say about those yet.
      return [];
    }
  }

  from(parsed: ParsedInstruction): Omit<Stage, 'base' | 'index' | 'instructions' | 'triggers'> {
    const text = this.#arguments(parsed);
    const words = [...text.text.matchAll(/\S+/g)].filter((word) => !word[0].startsWith('--'));
    const image = words[0];
    const as = words[1]?.[0].toLowerCase() === 'as' ? words[2] : undefined;
    const start = image?.index ?? 0;
    return {
      name: as?.[0],
      from: image?.[0] ?? '',
      fromAt: text.place(start, start + (image?.[0].length ?? 0)),
      at: this.#whole(parsed),
    };
  }

  instruction(parsed: ParsedInstruction): Instruction | undefined {
    const keyword = parsed.getKeyword();
    switch (keyword) {
      case 'CMD':
      case 'ENTRYPOINT':
      case 'SHELL':
        return this.#command(keyword, parsed);
      case 'COPY':
      case 'ADD':
        return this.#copy(keyword, parsed);
      case 'STOPSIGNAL':
      case 'WORKDIR':
      case 'USER':
      case 'RUN':
        return { keyword, text: this.#arguments(parsed), at: this.#whole(parsed) };
      case 'ENV':
      case 'ARG':
        return { keyword, pairs: pairs(keyword, this.#arguments(parsed).text) };
      default:
        return undefined;
    }
  }

  #command(keyword: CommandInstruction['keyword'], parsed: ParsedInstruction): CommandInstruction {
    const text = this.#arguments(parsed);
    const words = this.#execWords(text);
    return { keyword, form: words ? 'exec' : 'shell', words: words ?? [], text, at: this.#whole(parsed) };
  }

  /** The words of a JSON array of strings; anything else is shell form, however much it looks like an array. */
  #execWords(text: Embedded): readonly Embedded[] | undefined {
    if (!text.text.startsWith('[')) return undefined;
    try {
      const value: unknown = JSON.parse(text.text);
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return undefined;
    } catch {
      return undefined;
    }
    return [...text.text.matchAll(/"(?:[^"\\]|\\.)*"/g)].map((literal) => {
      const place = text.place(literal.index, literal.index + literal[0].length);
      const inOnePiece = this.#text.slice(place.start, place.end) === literal[0];
      return (
        (inOnePiece ? jsonString(this.#path, literal[0], place.start) : undefined) ??
        new Embedded(JSON.parse(literal[0]) as string, place)
      );
    });
  }

  #copy(keyword: CopyInstruction['keyword'], parsed: ParsedInstruction): CopyInstruction | undefined {
    const text = this.#arguments(parsed);
    const firstLine = text.text.split('\n', 1)[0] ?? '';
    const flags = [...firstLine.matchAll(/(?:^|\s)--([\w-]+)(?:=(\S+))?(?=\s)/g)];
    const rest = firstLine.replace(/^(?:\s*--\S+\s+)+/, '').trim();
    const words = rest.startsWith('[') ? jsonWords(rest) : rest.split(/\s+/);
    const destination = words?.at(-1);
    if (!words || destination === undefined || words.length < 2) return undefined;
    return {
      keyword,
      from: flags.find((flag) => flag[1] === 'from')?.[2],
      sources: words.slice(0, -1),
      destination,
      heredocs: this.#heredocs(text),
      at: this.#whole(parsed),
    };
  }

  /** Bodies of `<<NAME`, as they stand. */
  #heredocs(text: Embedded): CopyInstruction['heredocs'] {
    const [firstLine = '', ...lines] = text.text.split('\n');
    const found: Heredoc[] = [];
    let at = firstLine.length + 1;
    let line = 0;
    for (const [, dash = '', quote, name = ''] of firstLine.matchAll(/<<(-?)(["']?)(\w+)\2/g)) {
      // `<<-` takes the tabs at the start of all lines away.
      const without = (one: string) => (dash ? one.replace(/^\t+/, '') : one);
      const start = at;
      let written = 0;
      while (line < lines.length && without(lines[line] ?? '').trimEnd() !== name) {
        written += (lines[line]?.length ?? 0) + 1;
        line++;
      }
      // It is still being typed.
      if (line === lines.length) break;
      at = start + written + (lines[line]?.length ?? 0) + 1;
      line++;
      const place = text.place(start, start + written);
      const raw = Embedded.verbatim(this.#path, this.#text.slice(place.start, place.end), place.start);
      const builder = new EmbeddedBuilder(raw);
      for (const { 0: unit, 1: left, index } of raw.text.matchAll(dash ? WITHOUT_TABS : WITHOUT_RETURNS))
        if (left === undefined) builder.add(unit, index, index + 1);
      found.push({
        name,
        expands: quote === '',
        text: builder.finish(place, (added) => added),
      });
    }
    return found;
  }

  /** The arguments, trimmed, with line continuations, comments and empty lines between them left out as Docker does. */
  #arguments(parsed: ParsedInstruction): Embedded {
    const range = parsed.getRange();
    const keyword = parsed.getInstructionRange();
    const from = this.#offset(keyword.end);
    const raw = this.#text.slice(from, this.#offset(range.end));
    let text = '';
    let isHeredoc = false;
    const offsets: number[] = [];
    const continued = this.#escape === '`' ? /^`[ \t]*\r?\n/ : /^\\[ \t]*\r?\n/;
    const passedOver = /^[ \t]*(?:#[^\n]*)?\r?\n/;
    for (let i = 0; i < raw.length; ) {
      // What follows the end of the line is a heredoc, whose lines are its own.
      const continuation = isHeredoc ? null : continued.exec(raw.slice(i));
      if (continuation) {
        i += continuation[0].length;
        for (let skip = passedOver.exec(raw.slice(i)); skip; skip = passedOver.exec(raw.slice(i))) i += skip[0].length;
        continue;
      }
      if (raw[i] === '\r' && raw[i + 1] === '\n') {
        i++;
        continue;
      }
      text += raw[i];
      isHeredoc ||= raw[i] === '\n';
      offsets.push(from + i);
      i++;
    }
    offsets.push(from + raw.length);
    const start = text.length - text.trimStart().length;
    const end = Math.max(start, text.trimEnd().length);
    const first = offsets[start] ?? from;
    const at = { path: this.#path, start: first, end: end > start ? (offsets[end - 1] ?? from) + 1 : first };
    const starts = [...offsets.slice(start, end), at.end];
    const way = { starts, ends: starts.map((offset) => offset + 1) };
    return new Embedded(text.slice(start, end), at, way, (added) => (added.includes('\n') ? undefined : added));
  }

  #whole(parsed: ParsedInstruction): Place {
    const range = parsed.getRange();
    return { path: this.#path, start: this.#offset(range.start), end: this.#offset(range.end) };
  }

  #offset(position: { line: number; character: number }): number {
    return this.#lines.offset({ line: position.line, column: position.character });
  }
}

function jsonWords(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `NAME=value …`, quotes removed, or the old `ENV NAME value`. */
function pairs(keyword: 'ENV' | 'ARG', text: string): VariableInstruction['pairs'] {
  if (keyword === 'ENV' && !/^[\w.-]+=/.test(text)) {
    const [, name, value] = /^(\S+)\s+(.*)$/s.exec(text) ?? [];
    return name === undefined ? [] : [{ name, value }];
  }
  return [...text.matchAll(/([\w.-]+)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*))?/g)].map((pair) => ({
    name: pair[1] ?? '',
    value: pair[2]?.replace(/^(["'])(.*)\1$/s, '$2').replace(/\\(.)/g, '$1'),
  }));
}
