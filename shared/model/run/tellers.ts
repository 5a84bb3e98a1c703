// Commands that tell other processes to stop: kill, pkill and killall as programs, and what servers bring along for it.
// Knows how they find whom they mean, not what those do.
import { isQuickTool } from '../../knowledge/quickTools.ts';
import { signalName } from '../../knowledge/signals.ts';
import { stopCommand } from '../../knowledge/stopCommands.ts';
import type { Arg } from '../launch/args.ts';
import { baseName } from '../paths.ts';
import type { Status, Steps } from './flow.ts';
import { kill } from './kill.ts';
import { Lost, type Proc } from './machine.ts';
import type { Shell } from './shell.ts';

/** Runs a command that is over at once, with the signals that it sends; `otherwise` is its status where it sends none. */
export function* tell(shell: Shell, args: readonly Arg[], otherwise: Status): Steps<Status> {
  const words = args.map(({ text }) => text);
  const name = baseName(words[0] ?? '');
  if (name === 'kill') return kill(shell, args.slice(1), undefined);
  if (name === 'pkill' || name === 'killall') return killByName(shell, name, words.slice(1));
  const { machine } = shell.host;
  const told = stopCommand(words);
  if (!told) {
    // Whatever else is run when it is time to stop may tell somebody.
    if (!machine.isBooting && !isQuickTool(name) && name !== 'sleep') machine.mayHaveTold = true;
    return otherwise;
  }
  const processes = machine.living.filter(({ image }) => image.facts?.id === told.program);
  for (const process of processes) machine.signal(process, told.signal);
  const running = processes.filter(({ end }) => !end);
  if (told.waits && running.length > 0) yield* shell.waitFor(running, 'foreground');
  return processes.length > 0 ? 0 : 1;
}

/** `pkill [-SIGNAL] [-f] PATTERN`, `killall [-SIGNAL] NAME`. */
function killByName(shell: Shell, command: 'pkill' | 'killall', words: readonly (string | undefined)[]): Status {
  let signal = 'SIGTERM';
  let whole = false;
  const names: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) throw new Lost(`whom \`${command}\` means is not known`);
    const named = /^(?:-s|--signal)$/.test(word) ? words[++i] : /^--signal=(.*)$/.exec(word)?.[1];
    const given = signalName(named ?? /^-(\d+|[A-Z][A-Z0-9]+)$/.exec(word)?.[1] ?? '');
    if (given !== undefined) signal = given;
    else if (/^-[PgGuUst]$/.test(word)) throw new Lost(`whom \`${command} ${word}\` means is not known`);
    else if (/^-[a-z]+$/.test(word)) whole ||= command === 'pkill' && word.includes('f');
    else if (named === undefined) names.push(word);
  }
  const targets = shell.host.machine.living.filter(
    (process) => process !== shell.process && names.some((name) => isMeant(process, name, command, whole)),
  );
  for (const target of targets) shell.host.machine.signal(target, signal);
  return targets.length > 0 ? 0 : 1;
}

function isMeant(
  { image: { argv, program } }: Proc,
  name: string,
  command: 'pkill' | 'killall',
  whole: boolean,
): boolean {
  if (command === 'killall') return program === baseName(name);
  const text = whole ? argv.join(' ') : program;
  try {
    return new RegExp(name).test(text);
  } catch {
    return text.includes(name);
  }
}
