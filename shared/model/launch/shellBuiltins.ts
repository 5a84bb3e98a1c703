// What the model must know about a shell's own words: which are builtins, which tests can be decided from the text, and
// when `sh -c` lets its last command take its place. Measured on dash 0.5.12, bash 5.2, busybox 1.35, ksh93u+m, mksh 59c and zsh 5.9.
import type { Dialect } from '../../knowledge/images.ts';
import type { Arg } from './args.ts';

/** Builtins that neither start a program nor change what the shell becomes. */
const PLAIN_BUILTINS = new Set(
  `: true false echo printf test [ cd pwd pushd popd export readonly declare typeset local unset set shopt setopt
  alias unalias hash type command ulimit umask read getopts times let mapfile readarray shift kill jobs bg fg disown
  builtin enable help history logout suspend times caller complete compgen bind dirs printf break continue return exit
  wait trap eval exec . source`.split(/\s+/),
);

/** Whether a word names a builtin of POSIX shells or Bash: `exec` in front of it would not find it. */
export function isBuiltin(name: string): boolean {
  return PLAIN_BUILTINS.has(name);
}

/** Where a command stands in the text of `sh -c`: last of all, last inside a compound, or with something after it. */
export type Tail = 'top' | 'nested' | 'none';

/**
 * Whether the shell of `-c TEXT` is replaced by the command at its end without being told to.
 * A trap keeps every shell.
 */
export function replacesItself(dialect: Dialect, tail: Tail, redirected: boolean, trapped: boolean): boolean {
  if (tail === 'none' || trapped) return false;
  switch (dialect) {
    case 'dash':
      return false;
    case 'bash':
    case 'mksh':
      return tail === 'top' && !redirected;
    default:
      return true;
  }
}

/** Whether a script file lets its last command take the shell's place as the text of `-c` does. */
export function scriptGivesWay(dialect: Dialect): boolean {
  return dialect === 'ksh';
}

/** Whether a signal without a trap makes a shell run its EXIT trap. */
export function runsExitTrap(dialect: Dialect): boolean {
  return dialect === 'bash' || dialect === 'ksh' || dialect === 'mksh';
}

/** Whether a subshell at the end of `-c TEXT` takes the shell's place too. */
export function subshellReplaces(dialect: Dialect): boolean {
  return dialect !== 'dash' && dialect !== 'bash' && dialect !== 'mksh';
}

/**
 * Whether a text keeps its shell by how it is written: busybox stays for a line break at the end (but not for a comment or
 * `;`), mksh for all but the plain words of one command.
 */
export function textStays(dialect: Dialect, text: string): boolean {
  if (dialect === 'mksh') return !/^[\w ./:,@%+!^-]*$/.test(text);
  return dialect === 'busybox-ash' && /\n[ \t]*$/.test(text);
}

/** What a test says, when its operands are known: `[ "$1" = serve ]`, `test -z "$1"`. */
export function decideTest(args: readonly Arg[]): boolean | undefined {
  const words = args.map((arg) => arg.text);
  const inner = words[0] === '[' ? words.slice(1, -1) : words.slice(1);
  const negated = inner[0] === '!';
  const [first, second, third, ...more] = negated ? inner.slice(1) : inner;
  if (more.length > 0) return undefined;
  const result = decide(first, second, third, (negated ? inner.length - 1 : inner.length) as 0 | 1 | 2 | 3);
  return result === undefined ? undefined : result !== negated;
}

function decide(first?: string, second?: string, third?: string, count?: number): boolean | undefined {
  if (count === 2 && second !== undefined && (first === '-z' || first === '-n'))
    return (second === '') === (first === '-z');
  if (count === 3 && first !== undefined && third !== undefined) {
    if (second === '=' || second === '==') return first === third;
    if (second === '!=') return first !== third;
    if (second === '-gt') return Number(first) > Number(third);
    if (second === '-ge') return Number(first) >= Number(third);
    if (second === '-eq') return Number(first) === Number(third);
    if (second === '-ne') return Number(first) !== Number(third);
    if (second === '-lt') return Number(first) < Number(third);
    if (second === '-le') return Number(first) <= Number(third);
  }
  return undefined;
}
