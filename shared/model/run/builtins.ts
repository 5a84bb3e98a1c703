// The commands that a shell runs itself. Knows how they change the shell and its processes, not how programs start.
import { signalName } from '../../knowledge/signals.ts';
import { parseShell } from '../../sources/shell.ts';
import { type Arg, shown } from '../launch/args.ts';
import { decideTest, isBuiltin } from '../launch/shellBuiltins.ts';
import type { Trap } from '../stop/processTree.ts';
import { type Call, written, writtenAll } from './call.ts';
import { Exit, Leave, Return, type Standing, type Status, type Steps } from './flow.ts';
import { kill } from './kill.ts';
import { Lost } from './machine.ts';
import type { Shell } from './shell.ts';
import { wait } from './wait.ts';

/** Runs a builtin; `external` where the command is none. */
export function* runBuiltin(shell: Shell, call: Call): Steps<Status | 'external'> {
  const { args, standing } = call;
  const rest = args.slice(1);
  const number = rest[0]?.text === undefined ? undefined : Number(rest[0].text);
  switch (args[0]?.text) {
    case 'exec':
      return yield* exec(shell, rest);
    case 'exit':
      // Ksh has numbers of its own for what a signal has ended.
      throw new Exit(exitStatus(shell, rest.length === 0 ? shell.leaving : number));
    case 'return':
      throw new Return(rest.length === 0 ? shell.status : number);
    case 'break':
    case 'continue':
      throw new Leave(args[0].text === 'continue', number ?? 1);
    case 'cd':
      shell.named.set('PWD', directory(shell.named.get('PWD'), rest[0]?.text));
      return 0;
    case 'trap':
      return trap(shell, call);
    case 'wait':
      return yield* wait(shell, rest, standing);
    case 'kill':
      return kill(shell, rest, call);
    case 'set':
      return set(shell, rest);
    case 'shift':
      shell.positional =
        number !== undefined && Number.isNaN(number) ? undefined : shell.positional?.slice(number ?? 1);
      return 0;
    case 'command':
    case 'builtin': {
      if (rest[0]?.text?.startsWith('-')) return undefined;
      const inner = { ...call, args: rest };
      const result = yield* runBuiltin(shell, inner);
      return result === 'external' ? yield* shell.external(inner) : result;
    }
    case '.':
    case 'source':
      return yield* source(shell, rest, standing);
    case 'eval':
      return yield* evaluate(shell, rest, standing);
    case 'false':
      return 1;
    case '[':
    case 'test': {
      const decided = decideTest(args);
      return decided === undefined ? undefined : decided ? 0 : 1;
    }
    case 'read':
      return undefined;
    default:
      return args[0]?.text !== undefined && isBuiltin(args[0].text) ? 0 : 'external';
  }
}

function exitStatus({ dialect, handling, isCommandKilled }: Shell, status: Status): Status {
  const isOpen = (status ?? 0) > 128 || handling === 'SIGINT' || (handling !== undefined && isCommandKilled);
  return dialect === 'ksh' && isOpen ? undefined : status;
}

function* exec(shell: Shell, args: readonly Arg[]): Steps<Status> {
  let first = 0;
  while (args[first]?.text?.startsWith('-')) first += args[first]?.text === '-a' ? 2 : 1;
  if (!args[first]) return 0;
  const resolved = shell.host.resolve(args.slice(first), { more: false, named: shell.environment });
  if (resolved.kind === 'short') throw new Exit(resolved.status);
  yield { kind: 'become', image: resolved.image };
  return 0;
}

function set(shell: Shell, args: readonly Arg[]): Status {
  const dashes = args.findIndex(({ text }) => text === '--');
  const options = dashes < 0 ? args : args.slice(0, dashes);
  for (const [i, { text }] of options.entries()) {
    const on = text?.startsWith('-');
    if ((on || text?.startsWith('+')) && /^[-+][a-zA-Z]*e/.test(text ?? '')) shell.errexit = on === true;
    if (text === 'errexit') shell.errexit = options[i - 1]?.text?.startsWith('-') === true;
  }
  if (dashes >= 0) shell.positional = args.slice(dashes + 1);
  return 0;
}

/** A sourced file of the project is followed; any other is taken to set variables only. */
function* source(shell: Shell, args: readonly Arg[], standing: Standing): Steps<Status> {
  const [word] = args;
  const found = word && shell.host.textOf(word, shell.named);
  const parsed = found && parseShell(found.text);
  if (!found || !parsed?.whole) return 0;
  const own = args.length > 1;
  const { positional } = shell;
  shell.sources++;
  const call = shell.call({ body: parsed.list, text: found }, own ? args.slice(1) : (positional ?? []), standing);
  try {
    return yield* call;
  } finally {
    shell.sources--;
  }
}

/** `eval` of words that are known is the text that they are. */
function* evaluate(shell: Shell, args: readonly Arg[], standing: Standing): Steps<Status> {
  if (args.some(({ text }) => text === undefined)) {
    if (standing.more) return 0;
    throw new Lost('`eval` runs a text that is not in the file');
  }
  const text = args.map(shown).join(' ');
  const parsed = parseShell(text);
  if (!parsed.whole) throw new Lost('`eval` runs a text that cannot be read');
  return yield* shell.inText(text, parsed.list, { ...standing, tail: 'none', last: false });
}

/** The directory that `cd` leads to; unknown stays unknown. */
function directory(from: string | undefined, to: string | undefined): string | undefined {
  if (to === undefined || to === '-' || to.startsWith('/')) return to === '-' ? undefined : to;
  return from === undefined ? undefined : `${from}/${to}`;
}

/** `trap HANDLER SIGNAL…`; `-` takes the trap away. */
function trap(shell: Shell, call: Call): Status {
  const [handler, ...signals] = call.args.slice(1).filter((arg) => arg.text !== '--');
  const traps = new Map(shell.process.traps);
  // A signal alone resets it.
  const resets = handler?.text === '-' || signals.length === 0;
  let status: Status = 0;
  const named = signals.length === 0 && handler ? [handler] : signals;
  for (const [index, signal] of named.entries()) {
    const name = trapName(shown(signal));
    if (shell.dialect === 'dash' && /^SIG/i.test(shown(signal))) {
      const lost = named.slice(index);
      const words = writtenAll(
        shell,
        lost.filter((one) => /^SIG/i.test(shown(one))),
        call,
      );
      const names = lost.flatMap((one) => trapName(shown(one)) ?? []);
      shell.process.refused.push({ by: 'trap', words, trap: trapOf(shell, handler, call), signals: names });
      status = 1;
      break;
    } else if (name !== undefined && shell.process.ignored.has(name) && shell.dialect !== 'zsh') {
      // What a shell has been started to ignore, it ignores.
    } else if (name !== undefined && resets) {
      traps.delete(name);
      if (shell.fork && shell.dialect !== 'bash') shell.leftToKernel.add(name);
    } else if (name !== undefined) {
      if (name === 'EXIT' && shell.dialect === 'bash') settleSignals(shell, traps);
      traps.set(name, trapOf(shell, handler, call));
      if (shell.fork?.as === 'part' && shell.jobs.all.some(({ end }) => !end))
        throw new Lost('for a trap, ksh makes a process of a subshell; what it has started remains its parent’s');
    }
  }
  shell.process.traps = traps;
  shell.everTrapped ||= [...traps.values()].some(({ text }) => text !== '');
  return status;
}

/** With its first EXIT trap, bash begins to handle the signals that would end it and have no trap. */
function settleSignals(shell: Shell, traps: ReadonlyMap<string, Trap>): void {
  if (shell.heeds) return;
  shell.heeds = true;
  for (const signal of traps.keys()) shell.leftToKernel.add(signal);
}

function trapOf(shell: Shell, handler: Arg | undefined, call: Call): Trap {
  return { text: handler?.text, word: handler && written(shell, handler, call) };
}

function trapName(text: string): string | undefined {
  const upper = text.toUpperCase();
  if (upper === 'EXIT' || upper === '0') return 'EXIT';
  return signalName(upper);
}
