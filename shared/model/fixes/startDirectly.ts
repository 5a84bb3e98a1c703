// The edits that start the server of a package.json itself, in place of the package manager that is asked for it.

import { literal, parseShell } from '../../sources/shell.ts';
import type { Edit } from '../../text/span.ts';
import type { Container } from '../container.ts';
import { scriptArguments } from '../launch/packageScript.ts';
import { isBuiltin } from '../launch/shellBuiltins.ts';
import type { Word } from '../launch/words.ts';
import { baseName } from '../paths.ts';
import { simpleCommandsIn } from '../stop/handlers.ts';
import { type Process, spine } from '../stop/processTree.ts';
import { type Stop, stopsOf } from '../stop/stopPath.ts';
import { knownValue } from '../value.ts';
import { execFormOf, plainCommand, plainWords, shellFormOf, shellWord, withExec } from './execFixes.ts';
import { replaceWords } from './rewriteWords.ts';

/** The server's own command line in place of a launcher's. */
export interface DirectStart {
  readonly shown: string;
  readonly edits: readonly Edit[];
}

/** Puts the line of package.json in place of the words that ask for it; `undefined` where it needs a shell or npm. */
export function startDirectly(container: Container, { root }: Stop, launcher: Process): DirectStart | undefined {
  const words = serverWords(launcher);
  const parent = spine(root).find(({ shell, child }) => shell && child === launcher);
  const edits = words && (parent ? inShell(container, parent, launcher, words) : inLaunch(container, launcher, words));
  return words && edits ? { shown: words.map(shellWord).join(' '), edits } : undefined;
}

/**
 * What starts the server of a package.json, as words that take the place of a package manager's: through a shell where its
 * line needs one. `undefined` where it needs more than what is installed, or these words ask for no such line.
 */
export function wordsInstead({ image }: Container, words: readonly string[]): readonly string[] | undefined {
  const known = knownValue(image);
  const launch = { words: words.map((text): Word => ({ text, origin: 'CMD', form: 'exec' })), at: undefined };
  const stop = known && knownValue(stopsOf(known, launch, new Map(), { signal: 'SIGTERM', pid1: true }));
  const launcher = stop?.root.facts?.role === 'launcher' ? stop.root : undefined;
  return launcher && (serverWords(launcher) ?? lineInShell(launcher));
}

/** The line with `exec` in front of its last command; none where something in it may come with node_modules. */
function lineInShell({ argv, child }: Process): readonly string[] | undefined {
  const line = child?.shell?.reads.kind === 'packageScript' ? child.shell.command?.text.text : undefined;
  if (line === undefined || scriptArguments(argv)?.length !== 0) return undefined;
  const programs = simpleCommandsIn(parseShell(line).list).map(({ words: [word] }) => word && literal(word));
  const text = programs.every((name) => name !== undefined && (isBuiltin(name) || INSTALLED.test(name)))
    ? withExec(line)
    : undefined;
  return text === undefined ? undefined : ['/bin/sh', '-c', text];
}

/** The words that start the server, behind scripts that only ask for other scripts. */
function serverWords({ argv, child }: Process): readonly string[] | undefined {
  const handed = scriptArguments(argv);
  const line = child?.shell?.reads.kind === 'packageScript' ? child.shell.command?.text : undefined;
  if (!handed || !line || baseName(line.at.path) !== 'package.json') return undefined;
  const inner = child?.child;
  if (inner?.facts?.role === 'launcher') return handed.length === 0 ? serverWords(inner) : undefined;
  const command = plainCommand(line.text);
  return command && withPath(command.assignments, [...command.words, ...handed]);
}

/** Programs that are not brought by node_modules. */
const INSTALLED = /^(?:node|deno|bun|sh|bash|env|python3?|java|php|ruby)$/;

/** npm puts node_modules/.bin on the PATH; `cross-env` is `env` for Windows. */
function withPath(assignments: readonly string[], [program = '', ...args]: readonly string[]): readonly string[] {
  if (program === 'cross-env') {
    const first = args.findIndex((word) => !/^\w+=/.test(word));
    return first < 0 ? [] : withPath([...assignments, ...args.slice(0, first)], args.slice(first));
  }
  const path = INSTALLED.test(program) || program.includes('/') ? program : `node_modules/.bin/${program}`;
  return [...(assignments.length > 0 ? ['env', ...assignments] : []), path, ...args];
}

/** In the text of a shell that waits for the launcher, where the server then takes the shell's place. */
function inShell(
  container: Container,
  parent: Process,
  { argv }: Process,
  words: readonly string[],
): readonly Edit[] | undefined {
  const command = parent.shell?.command;
  const source = shellFormOf(container, parent)?.command.words.at(-1)?.source;
  if (source && plainWords(source.text)?.join(' ') === argv.join(' ')) return execFormOf(container, parent, words);
  if (!command?.replaceable) return undefined;
  const edit = command.text.replace(command.nameStart, command.span.end, ['exec', ...words.map(shellWord)].join(' '));
  return edit && [edit];
}

function inLaunch(container: Container, { argv }: Process, words: readonly string[]): readonly Edit[] | undefined {
  const launch = knownValue(container.launch)?.words ?? [];
  const first = launch.findIndex((_, i) => argv.every((word, j) => launch[i + j]?.text === word));
  const asking = launch[first];
  if (!asking || first + argv.length < launch.length) return undefined;
  const change = replaceWords(container, asking, argv.length, words);
  return change.ok ? change.edits : undefined;
}
