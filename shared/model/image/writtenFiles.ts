// The files that RUN instructions write with words of their own: `cat <<EOF > /entry.sh`, `echo … > file`, `printf`, `tee`,
// and what they copy or link. Reads shell text; runs nothing, and knows no other instruction.
import type { Dialect } from '../../knowledge/images.ts';
import {
  type Command,
  type List,
  parseShell,
  type Redirection,
  type ShellWord,
  type SimpleCommand,
} from '../../sources/shell.ts';
import { embeddedOf, type Unit } from '../../sources/shellUnits.ts';
import { Embedded } from '../../text/embedded.ts';
import type { Place } from '../../text/span.ts';
import { baseName, folderOf, resolvePath } from '../paths.ts';
import { joined, NOTHING, nameOf, type Output, Printer } from './printedText.ts';

/** What a RUN instruction does to a file, by its absolute path. */
export type FileChange =
  /** `text` is absent where nobody here knows what is written; some `echo`s read escapes, others do not. */
  | {
      readonly kind: 'written';
      readonly path: string;
      readonly appends: boolean;
      readonly text: (dialect: Dialect | undefined) => Embedded | undefined;
    }
  /** It is the same as another: a copy, or a link. */
  | { readonly kind: 'alias'; readonly path: string; readonly of: string };

type Values = ReadonlyMap<string, string | undefined>;

/** The changes of a RUN instruction in their order, run in a directory with variables. */
export function changesOf(run: Embedded, directory: string, values: Values): readonly FileChange[] {
  const flags = /^(?:--\S+\s+)*/.exec(run.text)?.[0].length ?? 0;
  const script = run.text.slice(flags);
  if (script.startsWith('[')) return [];
  const [line, name, body] = /^(<<-?["']?(\w+)["']?[ \t]*\n)([\s\S]*?\n)\2\s*$/.exec(script)?.slice(1) ?? [];
  const isHeredoc = line !== undefined && name !== undefined && body !== undefined;
  if (isHeredoc && (line.startsWith('<<-') || /^#!(?!.*\b(?:ba|da|a|k|z)?sh\b)/.test(body))) return [];
  const text = isHeredoc ? body : script;
  const { list, whole } = parseShell(text);
  if (!whole) return [];
  const reader = new Reader(run, text, flags + (isHeredoc ? line.length : 0), directory, values);
  reader.list(list, true);
  return reader.changes;
}

class Reader {
  readonly changes: FileChange[] = [];
  readonly #source: Embedded;
  /** Where the text begins in its source. */
  readonly #from: number;
  #directory: string | undefined;
  readonly #printer: Printer;

  constructor(source: Embedded, text: string, from: number, directory: string, values: Values) {
    this.#source = source;
    this.#from = from;
    this.#directory = directory;
    this.#printer = new Printer(text, from, values);
  }

  /** Notes what a list writes; what it prints, if all of it surely runs. */
  list(list: List, certain: boolean): Output | undefined {
    const outputs = list.map(({ command, background }) => this.#command(command, certain && !background));
    return joined(outputs);
  }

  #command(command: Command, certain: boolean): Output | undefined {
    switch (command.kind) {
      case 'simple':
        return this.#simple(command, certain);
      case 'andOr': {
        const outputs = command.commands.map((part, i) =>
          this.#command(part, certain && !command.operators.slice(0, i).includes('||')),
        );
        return command.operators.includes('||') ? undefined : joined(outputs);
      }
      case 'pipeline':
        return this.#pipeline(command.commands, certain);
      case 'group':
      case 'subshell': {
        const before = this.#directory;
        const output = this.list(command.body, certain);
        if (command.kind === 'subshell') this.#directory = before;
        return this.#redirected(command.redirections, certain ? output : undefined, command) ? NOTHING : output;
      }
      case 'if':
        for (const { condition, body } of command.branches) {
          this.list(condition, false);
          this.list(body, false);
        }
        this.list(command.otherwise ?? [], false);
        return undefined;
      case 'case':
        for (const { body } of command.items) this.list(body, false);
        return undefined;
      case 'loop':
        this.list(command.body, false);
        return undefined;
      default:
        return undefined;
    }
  }

  #pipeline(commands: readonly Command[], certain: boolean): Output | undefined {
    const [first, last, ...more] = commands;
    const output = first && this.#command(first, certain);
    for (const other of [last, ...more]) if (other && other.kind !== 'simple') this.#command(other, false);
    const tee = more.length === 0 && last?.kind === 'simple' && nameOf(last) === 'tee' ? last : undefined;
    const ends = commands.at(-1);
    if (tee) {
      const words = tee.words.slice(1).map(({ raw }) => raw);
      const appends = words.some((word) => /^(?:-a|--append)$/.test(word));
      for (const word of tee.words.slice(1))
        if (!word.raw.startsWith('-')) this.#write(word, appends, certain ? output : undefined, tee);
    } else if (ends?.kind === 'simple') {
      this.#redirected(ends.redirections, undefined, ends);
    }
    return undefined;
  }

  #simple(command: SimpleCommand, certain: boolean): Output | undefined {
    const [, ...args] = command.words;
    const output = this.#printer.outputOf(command);
    const written = this.#redirected(command.redirections, certain ? output : undefined, command);
    switch (nameOf(command)) {
      case 'cd':
        this.#directory = certain && args[0] ? this.#path(args[0]) : undefined;
        return NOTHING;
      case 'cp':
      case 'mv':
      case 'ln':
      case 'install':
        if (certain) this.#alias(command);
        return NOTHING;
      default:
        return written ? NOTHING : output;
    }
  }

  /** `cp FROM TO`, `ln -s FROM TO`: a folder at the end takes the name; a link starts from where it stands. */
  #alias({ words: [, ...args] }: SimpleCommand): void {
    const isLink = args.some(({ raw }) => /^-[a-z]*s/.test(raw));
    const [from, to, ...others] = args.filter(({ raw }) => !raw.startsWith('-'));
    const target = to && this.#path(to);
    if (!from || target === undefined || others.length > 0) return;
    for (const [path, folder] of [
      [target, folderOf(target)],
      [resolvePath(target, baseName(from.raw)), target],
    ] as const) {
      const source = this.#path(from, isLink ? folder || '/' : this.#directory);
      if (source !== undefined) this.changes.push({ kind: 'alias', path, of: source });
    }
  }

  /** Notes what goes into a file; whether anything does. */
  #redirected(redirections: readonly Redirection[], output: Output | undefined, command: Command): boolean {
    const to = redirections.findLast(
      (one) => one.kind === 'file' && /^(?:>|>>|>\||&>|&>>)$/.test(one.operator) && (one.descriptor ?? 1) === 1,
    );
    if (to?.kind !== 'file' || !to.target) return false;
    this.#write(to.target, to.operator.endsWith('>>'), output, command);
    return true;
  }

  #write(target: ShellWord, appends: boolean, output: Output | undefined, { start, end }: Command): void {
    const path = this.#path(target);
    if (path === undefined) return;
    const at = this.#source.place(this.#from + start, this.#from + end);
    this.changes.push({ kind: 'written', path, appends, text: (dialect) => this.#embedded(output?.(dialect), at) });
  }

  /** What is written, with the way back; a heredoc that stands there as it reads is edited like a file. */
  #embedded(units: readonly Unit[] | undefined, at: Place): Embedded | undefined {
    if (!units) return undefined;
    const text = units.map((unit) => unit.text).join('');
    const start = units[0]?.start ?? 0;
    const place = this.#source.place(start, start + text.length);
    const isWhole = this.#source.text.slice(start, start + text.length) === text;
    if (this.#printer.verbatim.has(start) && isWhole && place.end - place.start === text.length)
      return Embedded.verbatim(place.path, text, place.start);
    return embeddedOf(units, this.#source, at, (added) => (/["'\\$`%\n]/.test(added) ? undefined : added));
  }

  #path(word: ShellWord, folder = this.#directory): string | undefined {
    const path = this.#printer
      .units(word)
      ?.map(({ text }) => text)
      .join('');
    if (path === undefined || path === '') return undefined;
    if (path.startsWith('/')) return resolvePath('/', path);
    return folder === undefined ? undefined : resolvePath(folder, path);
  }
}
