// The commands that a shell runs itself. Knows how they change the shell and its processes, not how programs start.
import { signalName } from '../../knowledge/signals.ts';
import { parseShell, type SimpleCommand } from '../../sources/shell.ts';
import { type Arg, shown } from '../launch/args.ts';
import { decideTest, isBuiltin } from '../launch/shellBuiltins.ts';
import type { Trap, Written } from '../stop/processTree.ts';
import { Exit, Leave, Return, type Standing, type Status, type Steps } from './flow.ts';
import { Lost, type Proc } from './machine.ts';
import type { Shell } from './shell.ts';
import { fail, runPending } from './traps.ts';

/** A command with its words expanded. */
export interface Call {
  readonly command: SimpleCommand;
  readonly args: readonly Arg[];
  readonly standing: Standing;
}

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

function exitStatus({ dialect }: Shell, status: Status): Status {
  return dialect === 'ksh' && (status ?? 0) > 128 ? undefined : status;
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

/** `wait`, `wait PID …`, `wait -n`: the only command that a trap interrupts. */
function* wait(shell: Shell, args: readonly Arg[], { tested }: Standing): Steps<Status> {
  const any = args.some(({ text }) => text === '-n');
  const named = args.filter(({ text }) => !text?.startsWith('-'));
  const processes =
    named.length > 0
      ? named.flatMap((arg) => targetsOf(shell, arg)).flatMap((one) => wholeJob(shell, one))
      : shell.jobs;
  if (processes.some((one) => one.parent !== shell.process)) return 127;
  if (named.length > 0 && processes.length > 0 && processes.every((one) => shell.forgotten.has(one)))
    return shell.dialect === 'ksh' ? undefined : 127;
  // Once it has waited for all, bash forgets them.
  const strict = shell.asSh || (named.length === 0 && !any);
  const forgets = /^(?:m?ksh|zsh)$/.test(shell.dialect) || (shell.dialect === 'bash' && strict);
  if (forgets) for (const one of processes) if (one.end) shell.forgotten.add(one);
  const collect = () => {
    for (const one of processes) if (one.end) shell.collected.add(one);
  };
  collect();
  const living = processes.filter(({ end }) => !end);
  const others = shell.process.children.some((child) => !child.end && !shell.jobs.includes(child));
  // As PID 1 it gets the orphans, too: what busybox's timeout looks after its command with is one from the start.
  const orphans =
    shell.host.machine.living.some(({ parent }) => parent?.dying || parent?.end) ||
    shell.process.children.some(({ was }) => was.some(({ program }) => program === 'timeout'));
  if (shell.dialect === 'busybox-ash' && named.length === 0 && orphans) throw new Lost('busybox may wait for orphans');
  const inherited = shell.process.parent?.children.some((child) => !child.end && child !== shell.process);
  if (shell.fork?.as === 'part' && named.length === 0 && inherited)
    throw new Lost('ksh may wait in a subshell for what has been started before it');
  if (shell.dialect === 'ksh' && others) throw new Lost('ksh may wait for more than what runs in the background');
  if (living.length === 0 && adopted(shell, named).length === 0)
    return named.length > 0 ? processes.at(-1)?.end?.status : 0;
  shell.process.busy = 'wait';
  let { status, interrupted } = yield { kind: 'wait', processes: any ? living : processes, any };
  for (let more = adopted(shell, named); more.length > 0 && !interrupted; more = adopted(shell, named))
    ({ status, interrupted } = yield { kind: 'wait', processes: more, any: false });
  // Under `set -e`, ksh and mksh exit before they run a trap.
  const early = interrupted && shell.errexit && !tested;
  if (early && shell.dialect === 'ksh') fail(shell, 1);
  if (early && shell.dialect === 'mksh') fail(shell, status);
  // Where they die of the same signal, they may be faster.
  const isRaced = interrupted && processes.every(({ end, dying }) => end || dying);
  const { traps } = shell.process;
  const gone = () => shell.process.children.filter(({ end, dying }) => end || dying).length;
  const children = gone();
  yield* runPending(shell, tested, interrupted ? status : undefined);
  if (forgets && !interrupted) for (const one of processes) shell.forgotten.add(one);
  if (!interrupted) collect();
  if (!interrupted && shell.dialect === 'ksh' && shell.handling === 'SIGINT') return undefined;
  if (!interrupted) return named.length === 0 && !any ? 0 : status;
  if (isRaced) {
    if (shell.errexit && !tested) throw new Lost('`set -e` hangs on whether a `wait` is interrupted before it is over');
    return undefined;
  }
  const settled = shell.process.traps === traps && living.length === 1 && gone() === children;
  if (shell.dialect === 'zsh' && !settled) throw new Lost('zsh may go on with a `wait` that a trap has interrupted');
  if (shell.dialect === 'ksh' && shell.process.traps !== traps)
    throw new Lost('ksh may go on with a `wait` whose trap takes itself away');
  // Ksh has a number of its own for that, of which 1 is left.
  return shell.dialect === 'ksh' ? 1 : status;
}

/** `wait $!` waits for the whole pipeline, except in ksh and zsh. */
function wholeJob({ dialect, pipelines }: Shell, last: Proc): readonly Proc[] {
  return (dialect === 'ksh' || dialect === 'zsh' ? undefined : pipelines.get(last)) ?? [last];
}

/** The orphans that ksh waits for, too, where it is PID 1 and `wait` names nobody. */
function adopted({ dialect, process, host: { machine } }: Shell, named: readonly Arg[]): readonly Proc[] {
  const all = dialect === 'ksh' && process === machine.root && named.length === 0;
  return all ? machine.living.filter(({ parent }) => parent?.end) : [];
}

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
  let found = false;
  for (const arg of args.slice(i)) {
    const group = groupOf(shell, arg);
    if (shell.dialect === 'bash' && signal === 'SIGINT' && group?.includes(shell.process)) {
      throw new Lost('bash may be interrupted by the signal that it sends itself');
    }
    if (shell.dialect === 'ksh' && group?.includes(shell.process))
      throw new Lost('ksh may end by the signal that it sends itself');
    const targets = group?.toReversed() ?? targetsOf(shell, arg);
    named += targets.length;
    missing += targets.filter(({ end }) => end).length;
    lasting += targets.filter(({ dying }) => !dying).length;
    if (shell.errexit && targets.length > 0 && targets.every(({ dying, end }) => dying && !end))
      throw new Lost('`set -e` hangs on whether `kill` still finds a process that dies');
    for (const target of targets.filter(({ end }) => !end)) {
      found = true;
      if (signal !== '0') shell.host.machine.signal(target, signal);
    }
  }
  // A process that dies may be there still, or not.
  if (lasting === 0 && found && signal === '0')
    throw new Lost('whether `kill -0` still finds a process that dies is open');
  if (lasting === 0 && found) return undefined;
  // Which jobs that have ended bash still names is open, and so is whether it has anybody to look for.
  if (!found && shell.dialect === 'bash' && shell.jobs.length > 0 && args.some(asksForJobs)) {
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
function targetsOf(shell: Shell, arg: Arg): readonly Proc[] {
  const { machine } = shell.host;
  const raw = arg.raw.replace(/^"(.*)"$/s, '$1');
  if (asksForJobs(arg)) return jobsOf(shell);
  const job = /^%(\d+|%|\+)$/.exec(raw)?.[1];
  if (job !== undefined)
    return [/\d/.test(job) ? shell.jobs[Number(job) - 1] : shell.jobs.at(-1)].filter((one) => one !== undefined);
  const name = /^(?:\$\(|`)(?:(?:pidof|pgrep)(?: -\w+)* |cat \S*\/)([\w.-]+?)(?:\.pid)?(?:\)|`)$/.exec(raw)?.[1];
  if (name !== undefined) return machine.living.filter(({ image }) => image.program === name);
  // Where it has started nothing, `$!` is 0 in zsh.
  if (arg.text === '0') return [];
  const process = arg.text === undefined ? undefined : machine.byId(Number(arg.text));
  if (!process) throw new Lost(`\`${shown(arg)}\`: which process that is is not known`);
  return [process];
}

function asksForJobs({ raw }: Arg): boolean {
  return /^"?(?:\$\(jobs -p[rs]?\)|`jobs -p[rs]?`)"?$/.test(raw);
}

/** What `$(jobs -p)` gives: dash has forgotten them in the subshell, zsh shows them in a way that `kill` cannot read. */
function jobsOf(shell: Shell): readonly Proc[] {
  const { dialect, jobs: all, pipelines, foreground, isTerminated, handling } = shell;
  if (dialect === 'ksh' && foreground.some(({ end }) => !end))
    throw new Lost('ksh may count what runs in the foreground among its jobs');
  // Of a pipeline only the first process is named, by ksh and mksh the last.
  const namesLast = dialect === 'ksh' || dialect === 'mksh';
  const others = new Set([...pipelines.values()].flatMap((parts) => (namesLast ? parts.slice(0, -1) : parts.slice(1))));
  const jobs = all.filter((job) => !others.has(job));
  // Bash counts what runs in the foreground, too; where a signal ends it or it is interrupted, even when that has ended.
  // And what has ended by itself and has not been waited for.
  const isListed = (job: Proc) => !isOver(job, pipelines) || (job.end?.by === 'self' && !shell.collected.has(job));
  const late = isTerminated || handling === 'SIGINT';
  if (dialect === 'bash') return [...jobs.filter(isListed), ...foreground.filter(({ end }) => late || !end)];
  return dialect === 'dash' || dialect === 'zsh' ? [] : jobs.filter((job) => !isOver(job, pipelines));
}

function isOver(first: Proc, pipelines: Shell['pipelines']): boolean {
  const whole = [...pipelines.values()].find((parts) => parts.includes(first)) ?? [first];
  return whole.every(({ end }) => end);
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
      if (shell.fork?.as === 'part' && shell.jobs.some(({ end }) => !end))
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

function writtenAll(shell: Shell, args: readonly Arg[], call: Call): readonly Written[] {
  return args.flatMap((arg) => written(shell, arg, call) ?? []);
}

/** The word of a command that an argument comes from. */
function written({ text }: Shell, { raw }: Arg, { command }: Call): Written | undefined {
  const word = command.words.find((one) => one.raw === raw);
  return word && { text, span: word, raw };
}

function trapName(text: string): string | undefined {
  const upper = text.toUpperCase();
  if (upper === 'EXIT' || upper === '0') return 'EXIT';
  return signalName(upper);
}
