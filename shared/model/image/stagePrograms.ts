// Tells whether the instructions of a stage bring a program into its image: packages that RUN installs, files that COPY and
// ADD put where programs are looked for. Knows no base image, and runs nothing.
import { bringsProgram } from '../../knowledge/packages.ts';
import type { CopyInstruction, Instruction, Stage } from '../../sources/dockerfile.ts';
import { type Command, type List, literal, parseShell, type SimpleCommand } from '../../sources/shell.ts';
import { baseName } from '../paths.ts';

/** `false`: surely not; absent: nobody here knows. */
type Brought = boolean | undefined;

/** Whether a stage brings a program, by its name or path; what its base image holds is another matter. */
export function stageBrings({ instructions }: Stage, program: string): Brought {
  return someBrings(instructions, (instruction) => instructionBrings(instruction, baseName(program)));
}

function someBrings<T>(all: readonly T[], brings: (one: T) => Brought): Brought {
  const answers = all.map(brings);
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

function instructionBrings(instruction: Instruction, name: string): Brought {
  switch (instruction.keyword) {
    case 'COPY':
    case 'ADD':
      return copyBrings(instruction, name);
    case 'RUN':
      return runBrings(instruction.text.text, name);
    default:
      return false;
  }
}

/** Folders on the PATH, and those that hold them. */
const PROGRAM_FOLDER = /^\/(?:(?:usr\/(?:local\/)?)?(?:s?bin\/?)?|usr\/local)$/;

function copyBrings({ sources, destination }: CopyInstruction, name: string): Brought {
  const isFolder = destination.endsWith('/') || PROGRAM_FOLDER.test(destination);
  if (!isFolder) return baseName(destination) === name;
  if (sources.some((source) => baseName(source) === name)) return true;
  if (!PROGRAM_FOLDER.test(destination)) return false;
  return sources.every((source) => isFile(source, destination)) ? false : undefined;
}

/** Whether a source is one file and no folder, glob or archive whose contents would be copied. */
function isFile(source: string, destination: string): boolean {
  const name = baseName(source);
  if (/[*?[$]/.test(source) || /\.(?:tar|tgz|txz)\b/.test(name) || name === '' || /^\.+$/.test(name)) return false;
  return /\w\.\w+$/.test(name) || (/bin\/?$/.test(destination) && !/^s?bin$/.test(name));
}

function runBrings(text: string, name: string): Brought {
  const script = text.replace(/^(?:--\S+\s+)+/, '');
  const body = /^<<-?["']?(\w+)["']?[ \t]*\n([\s\S]*?)\n?\1\s*$/.exec(script)?.[2] ?? script;
  if (body.startsWith('[')) return undefined;
  const { list, whole } = parseShell(body);
  return whole ? listBrings(list, name) : undefined;
}

function listBrings(list: List, name: string): Brought {
  return someBrings(list, ({ command }) => commandBrings(command, name));
}

function commandBrings(command: Command, name: string): Brought {
  switch (command.kind) {
    case 'simple':
      return simpleBrings(command, name);
    case 'pipeline':
    case 'andOr':
      return someBrings(command.commands, (one) => commandBrings(one, name));
    case 'if':
      return someBrings(
        [...command.branches.flatMap(({ condition, body }) => [condition, body]), command.otherwise ?? []],
        (list) => listBrings(list, name),
      );
    case 'case':
      return someBrings(command.items, ({ body }) => listBrings(body, name));
    case 'loop':
      return someBrings([command.condition ?? [], command.body], (list) => listBrings(list, name));
    case 'subshell':
    case 'group':
    case 'function':
      return listBrings(command.body, name);
    default:
      return false;
  }
}

const INSTALLS: ReadonlyMap<string, string> = new Map([
  ['apk', 'add'],
  ...['apt', 'apt-get', 'aptitude', 'dnf', 'microdnf', 'tdnf', 'yum', 'zypper'].map(
    (tool) => [tool, 'install'] as const,
  ),
]);
const TAKES_VALUE = /^(?:-t|--virtual|-X|--repository|-o|-c|--config-file|--setopt|--installroot)$/;
/** They run what stands elsewhere, or unpack it. */
const OPAQUE =
  /^(?:sh|bash|ash|dash|eval|source|\.|make|cmake|tar|unzip|rsync|busybox|dpkg|rpm|pacman|xargs|nix-env|brew)$/;

function simpleBrings({ words }: SimpleCommand, name: string): Brought {
  const texts = words.map(literal);
  const at = texts[0] === 'sudo' ? 1 : 0;
  const program = texts[at];
  if (words.length === at) return false;
  if (program === undefined) return undefined;
  const subcommand = INSTALLS.get(program);
  const verb = subcommand === undefined ? -1 : texts.indexOf(subcommand, at);
  if (verb > 0)
    return someBrings(packagesIn(texts.slice(verb + 1)), (one) =>
      one === undefined ? undefined : bringsProgram(one, name),
    );
  if (OPAQUE.test(baseName(program)) || (program.includes('/') && !/^\/(?:usr\/)?s?bin\//.test(program)))
    return undefined;
  return texts.slice(at + 1).some((text) => text !== undefined && baseName(text) === name) ? undefined : false;
}

/** The packages among the words; one that is not known is `undefined`. */
function packagesIn(words: readonly (string | undefined)[]): readonly (string | undefined)[] {
  return words.filter((word, i) => !word?.startsWith('-') && !TAKES_VALUE.test(words[i - 1] ?? ''));
}
