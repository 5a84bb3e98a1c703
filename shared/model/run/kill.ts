// The builtin `kill`, and the program: which signal it sends, and to whom.
import { signalName } from '../../knowledge/signals.ts';
import { type Arg, shown } from '../launch/args.ts';
import { type Call, writtenAll } from './call.ts';
import type { Status } from './flow.ts';
import { Lost, type Proc } from './machine.ts';
import type { Shell } from './shell.ts';
import { fail } from './traps.ts';

/** `kill [-SIGNAL] TARGET …`: the shell's own, which in dash takes no `SIG` in front of the name; without a call the program. */
export function kill(shell: Shell, args: readonly Arg[], call: Call | undefined): Status {
  let signal = 'SIGTERM';
  let i = 0;
  for (; i < args.length; i++) {
    const text = args[i]?.text;
    if (text === '--') {
      i++;
      break;
    }
    if (text === undefined || !text.startsWith('-') || i > 1 || (i === 1 && args[0]?.text?.startsWith('-'))) break;
    const name = text === '-s' || text === '-n' ? args[++i]?.text : text.slice(1);
    if (name === undefined) throw new Lost('the signal of a `kill` is not known');
    // Called `sh`, bash is as strict as POSIX: its own `kill` takes the short names alone.
    const strict = shell.dialect === 'dash' || (shell.dialect === 'bash' && shell.asSh);
    if (call && strict && /^SIG/i.test(name)) {
      shell.process.refused.push({ by: 'kill', words: writtenAll(shell, args.slice(i, i + 1), call), signals: [] });
      return shell.dialect === 'dash' ? 2 : 1;
    }
    const known = name === '0' ? '0' : signalName(name);
    if (known === undefined) return 1;
    signal = known;
  }
  let named = 0;
  let lasting = 0;
  let missing = 0;
  let going = 0;
  let found = false;
  // Who ends in this moment and has not been waited for may be there still, or not.
  const { now } = shell.host.machine;
  const isGoing = (one: Proc) =>
    one.end ? signal !== '0' && one.end.at === now && !shell.jobs.isCollected(one) : one.dying;
  for (const arg of args.slice(i)) {
    const group = groupOf(shell, arg);
    const isTouchy = shell.dialect === 'bash' || shell.handling === 'EXIT';
    if (isTouchy && signal === 'SIGINT' && group?.includes(shell.process))
      throw new Lost('a shell may be interrupted by the signal that it sends itself');
    const endsOtherwise =
      shell.dialect === 'ksh' ||
      (shell.dialect === 'zsh' && (shell.handling !== undefined || shell.process.traps.has('EXIT')));
    if (endsOtherwise && group?.includes(shell.process))
      throw new Lost('ksh and zsh may end by the signal that they send themselves');
    const targets = group?.toReversed() ?? targetsOf(shell, arg);
    named += targets.length;
    missing += targets.filter((target) => target.end && !isGoing(target)).length;
    lasting += targets.filter((target) => !target.end && !isGoing(target)).length;
    going += targets.filter(isGoing).length;
    if (shell.errexit && targets.length > 0 && targets.every(isGoing))
      throw new Lost('`set -e` hangs on whether `kill` still finds a process that dies');
    for (const target of targets.filter(({ end }) => !end)) {
      found = true;
      if (signal !== '0') shell.host.machine.signal(target, signal);
    }
  }
  if (lasting === 0 && going > 0 && signal === '0')
    throw new Lost('whether `kill -0` still finds a process that dies is open');
  if (lasting === 0 && going > 0) return undefined;
  // Ksh names what has ended, too.
  if (shell.dialect === 'ksh' && args.some(asksForJobs) && shell.jobs.all.some(({ end }) => end)) return undefined;
  // Which jobs that have ended bash still names is open, and so is whether it has anybody to look for.
  if (!found && shell.dialect === 'bash' && shell.jobs.all.length > 0 && args.some(asksForJobs)) {
    if (shell.errexit && call?.standing.tested === false) fail(shell, undefined);
    return undefined;
  }
  if (named === 0 && shell.dialect === 'zsh') throw new Lost('zsh may give up a trap whose `kill` has nobody to tell');
  if (named === 0) return /^(?:busybox-ash|zsh|mksh)$/.test(shell.dialect) ? 1 : 2;
  // Bash is content with one, the others with nothing but all.
  return found && (missing === 0 || shell.dialect === 'bash') ? 0 : 1;
}

/** `0`, `-1`, `-$$`: a group of processes. */
function groupOf({ host, process }: Shell, { text }: Arg): readonly Proc[] | undefined {
  const { living, root } = host.machine;
  if (text === '-1') return living.filter((one) => one !== root && one !== process);
  const group = text === '0' ? process.group : /^-\d+$/.test(text ?? '') ? -Number(text) : undefined;
  return group === undefined ? undefined : living.filter((one) => one.group === group);
}

/** The processes that a word names: a number, a job, or a substitution that asks for them by name. */
export function targetsOf(shell: Shell, arg: Arg): readonly Proc[] {
  const { machine } = shell.host;
  const raw = arg.raw.replace(/^"(.*)"$/s, '$1');
  if (asksForJobs(arg)) return shell.jobs.named(shell);
  const job = /^%(\d+|%|\+)$/.exec(raw)?.[1];
  if (job !== undefined)
    return [/\d/.test(job) ? shell.jobs.all[Number(job) - 1] : shell.jobs.all.at(-1)].filter(
      (one) => one !== undefined,
    );
  const name = /^(?:\$\(|`)(?:(?:pidof|pgrep)(?: -\w+)* |cat \S*\/)([\w.-]+?)(?:\.pid)?(?:\)|`)$/.exec(raw)?.[1];
  if (name !== undefined && machine.isBooting && shell.handling)
    throw new Lost(`whether \`${name}\` runs by then is open`);
  if (name !== undefined) return machine.living.filter(({ image }) => image.program === name);
  const process = arg.text === undefined ? undefined : machine.byId(Number(arg.text));
  if (!process) throw new Lost(`\`${shown(arg)}\`: which process that is is not known`);
  return [process];
}

function asksForJobs({ raw }: Arg): boolean {
  return /^"?(?:\$\(jobs -p[rs]?\)|`jobs -p[rs]?`)"?$/.test(raw);
}
