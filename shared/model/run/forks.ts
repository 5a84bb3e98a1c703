// What a shell runs in processes of its own: pipelines, subshells, substitutions, what is in the background.
import { type Command, type List, type ListItem, literal, type SimpleCommand } from '../../sources/shell.ts';
import { isBuiltin, subshellReplaces } from '../launch/shellBuiltins.ts';
import { type Kind, losesTraps, type Standing, type Status, type Steps } from './flow.ts';
import { type Body, Lost, type Native, type Proc, type ProcessImage } from './machine.ts';
import type { Shell } from './shell.ts';
import type { Fork } from './shellJob.ts';
import { heedInterrupt, onSignal, runPending, UNHEARD } from './traps.ts';

export function inBackground(shell: Shell, { command }: ListItem, standing: Standing): void {
  if (shell.dialect === 'zsh' && command.kind === 'andOr' && !command.commands.slice(0, -1).every(isPlainBuiltin))
    throw new Lost('zsh runs `… || … &` in ways of its own');
  // The parts of a pipeline are the shell's own children; `$!` is the last.
  // Bash and zsh do not look at the `!` of what they do not wait for.
  const isParts =
    command.kind === 'pipeline' && (command.commands.length > 1 || shell.dialect === 'bash' || shell.dialect === 'zsh');
  const parts = isParts ? command.commands : [command];
  shell.jobs.forgetCollected();
  const started = startParts(shell, parts, { ...standing, more: false }, 'background');
  shell.jobs.add(started);
  const last = started.at(-1);
  shell.named.set('!', last && String(last.id));
}

/** Waits for the commands in `$(…)`; where nothing but those is run, they may be what the launch is there for. */
export function* substitute(shell: Shell, command: SimpleCommand, standing: Standing): Steps<void> {
  const more = standing.more || command.words.length > 0;
  for (const subshell of substitutionsIn(command)) {
    const process = fork(shell, subshell, { more, tail: 'none', last: false, tested: true }, 'own');
    const waits = shell.dialect !== 'ksh' && shell.dialect !== 'zsh';
    if (!process) continue;
    shell.isReading = true;
    yield* shell.waitFor([process], waits ? 'foreground' : 'pipeline');
    shell.isReading = false;
    heedInterrupt(shell);
  }
}

export function* pipeline(shell: Shell, command: Kind<'pipeline'>, standing: Standing): Steps<Status> {
  const [only, ...others] = command.commands;
  if (only && others.length === 0) {
    const status = yield* shell.command(only, {
      ...standing,
      tail: 'none',
      last: standing.last && shell.dialect === 'zsh' && !shell.fork,
      tested: true,
    });
    // Bash runs its traps when it knows what `!` makes of that.
    if (shell.dialect !== 'bash' || (only.kind !== 'simple' && !losesTraps(command, standing))) {
      shell.status = status;
      yield* runPending(shell, true);
    }
    shell.spared = true;
    return status === undefined ? undefined : status === 0 ? 1 : 0;
  }
  const inner: Standing = { more: standing.more, tail: 'none', last: false, tested: true };
  // Ksh and zsh run the last part themselves.
  const final = command.commands.at(-1);
  const reads = final?.kind === 'simple' && READERS.has(final.words[0]?.raw ?? '');
  const own = (shell.dialect === 'ksh' || shell.dialect === 'zsh') && !reads ? final : undefined;
  const processes = startParts(shell, own ? command.commands.slice(0, -1) : command.commands, inner, 'own');
  if (own && own.kind !== 'simple' && shell.dialect === 'ksh')
    throw new Lost('ksh may be replaced by the last part of a pipeline');
  shell.isInPipeline = own !== undefined;
  // What is last in a subshell takes its place in ksh.
  const isLast = standing.last && shell.dialect === 'ksh' && shell.fork !== undefined;
  const last = own ? yield* shell.command(own, { ...inner, last: isLast }) : undefined;
  shell.isInPipeline = false;
  // Ksh waits for the last part alone.
  const awaited = shell.dialect !== 'ksh' ? processes : own ? [] : processes.slice(-1);
  const status = awaited.length > 0 ? yield* shell.waitFor(awaited, shell.loops > 0 ? 'loop' : 'pipeline') : 0;
  if (own) return last;
  // Which part's end tells bash that it is interrupted hangs on which comes last.
  if (processes.some(({ end }) => end?.status !== status)) shell.isCommandInterrupted = undefined;
  return command.negated && status !== undefined ? (status === 0 ? 1 : 0) : status;
}

/** Starts the parts of a pipeline, which are the shell's own children. */
function startParts(shell: Shell, parts: readonly Command[], standing: Standing, as: Fork['as']): readonly Proc[] {
  const started: Proc[] = [];
  const writers: Proc[] = [];
  for (const part of parts) {
    const reads = started.length > 0 && part.kind === 'simple' && READERS.has(part.words[0]?.raw ?? '');
    const process = reads
      ? shell.host.machine.start(readerOf(part, writers), shell.process)
      : (fork(shell, unnested(shell, part), standing, as) ?? shell.host.machine.start(DONE, shell.process));
    process.readsPipe ||= started.length > 0;
    if (reads && as === 'background') for (const signal of unheardBy(shell, undefined)) process.ignored.add(signal);
    started.push(process);
    // Zsh hands it to both.
    if (shell.dialect === 'zsh' || !writesElsewhere(part)) writers.push(process);
  }
  return started;
}

export function* subshell(shell: Shell, command: Kind<'subshell'>, standing: Standing): Steps<Status> {
  const replaced = needsNone(shell, standing) && !shell.isTrapped();
  if (replaced) {
    if (shell.dialect === 'zsh') {
      shell.isSubshell = true;
      shell.jobs.forgetAll();
    }
    return yield* shell.list(command.body, { ...standing, tail: 'nested' });
  }
  const process = fork(shell, unnested(shell, command), standing, shell.dialect === 'ksh' ? 'part' : 'own');
  if (!process) return 0;
  // Ksh runs it inside itself.
  const busy = shell.dialect === 'ksh' ? 'pipeline' : shell.loops > 0 ? 'loop' : 'foreground';
  return yield* shell.waitFor([process], busy);
}

/** A command in a process of its own; a plain program takes that process's place. Nothing, where it ends at once. */
function fork(shell: Shell, command: Command, standing: Standing, as: Fork['as']): Proc | undefined {
  const body = command.kind === 'subshell' ? command.body : [{ command, background: false }];
  const simple =
    body.length === 1 && body[0]?.command.kind === 'simple' && !body[0].background ? body[0].command : undefined;
  if (
    simple &&
    isPlainBuiltin(simple) &&
    simple.words.every(({ parts }) => parts.every((part) => part.kind !== 'open' || !part.runs))
  )
    return undefined;
  const at = shell.text.place(command.start, command.end);
  const image: ProcessImage = {
    argv: ['(…)'],
    program: '(…)',
    role: 'shell',
    facts: undefined,
    at,
    was: [],
    shell: { dialect: shell.dialect, text: shell.text, reads: { kind: 'subshell' } },
    body: (process) =>
      forked(
        shell,
        process,
        body,
        { ...standing, tail: command.kind === 'subshell' ? 'top' : 'none', last: true, tested: false },
        as,
      ),
    onSignal: (process, signal) => onSignal(shell.host.machine, process, shell.dialect, signal),
  };
  return shell.host.machine.start(image, shell.process);
}

/** In bash and mksh, a subshell that holds nothing but another is the same process. */
function unnested(shell: Shell, command: Command): Command {
  if (command.kind !== 'subshell' || (shell.dialect !== 'bash' && shell.dialect !== 'mksh')) return command;
  const [sole, ...others] = command.body;
  const isNested = sole?.command.kind === 'subshell' && others.length === 0 && !sole.background;
  return isNested ? unnested(shell, sole.command) : command;
}

function forked(outer: Shell, process: Proc, body: List, standing: Standing, as: Fork['as']): Body {
  const { dialect } = outer;
  const background = as === 'background';
  // Handlers are the parent's own; what it ignores, a subshell ignores too until it is told otherwise. Zsh forgets that,
  // but for the parts of a pipeline.
  const forgets = dialect === 'zsh' && (background || standing.tail === 'top');
  process.traps = new Map([...outer.process.traps].filter(([, { text }]) => text === '' && !forgets));
  if (forgets) process.ignored = new Set();
  const [first, ...others] = body;
  const sole = others.length === 0 ? first?.command : undefined;
  const only = sole?.kind === 'simple' ? sole : undefined;
  // What is in the background ignores these; bash gives them back to what such a subshell starts.
  const isPlain = only && standing.tail !== 'top' && isExternal(outer, only);
  const isDeaf = dialect === 'bash' && !isPlain;
  const unheard = background ? unheardBy(outer, only) : [];
  if (!isDeaf) for (const signal of unheard) process.ignored.add(signal);
  const shell = outer.forkedAs(process, { as, only, deafTo: isDeaf ? unheard : [] });
  if (dialect === 'dash' || dialect === 'busybox-ash')
    for (const [signal, { text }] of outer.process.traps) if (text !== '') shell.leftToKernel.add(signal);
  return shell.toItsEnd(body, standing);
}

/** What is not heard in the background: in mksh, and in a function of bash, a trap for SIGINT is the end of that. */
function unheardBy({ dialect, process, functions }: Shell, only: SimpleCommand | undefined): readonly string[] {
  const hears = (signal: string) => (process.traps.get(signal)?.text ?? '') !== '';
  const isFunction = functions.has((only?.words[0] && literal(only.words[0])) ?? '');
  if (dialect === 'mksh') return UNHEARD.filter((signal) => !hears(signal));
  return dialect === 'bash' && isFunction && hears('SIGINT') ? ['SIGQUIT'] : UNHEARD;
}

/** Whether a subshell that stands here needs no process of its own. */
function needsNone(shell: Shell, { tail, last }: Standing): boolean {
  const { dialect, fork, isInFunction } = shell;
  if (fork) return last && dialect !== 'bash' && dialect !== 'mksh' && !isInFunction;
  return tail !== 'none' && subshellReplaces(dialect) && !shell.keepsPipeline();
}

function isExternal({ functions }: Shell, { words }: SimpleCommand): boolean {
  const [first, second] = words.map((word) => literal(word));
  const name = first === 'command' ? second : first;
  return name !== undefined && !isBuiltin(name) && !functions.has(name);
}

/** Builtins that may run something else, or take their time. */
const RUNS = /^(?:exec|command|builtin|wait|eval|\.|source|read)$/;

/** A builtin in a process of its own, which is over at once. */
const DONE: ProcessImage = {
  argv: ['(…)'],
  program: '(…)',
  role: 'program',
  facts: undefined,
  at: undefined,
  was: [],
  native: {
    start: (machine, process) => machine.finish(process, { at: machine.now, status: 0, by: 'self' }),
    onSignal: () => {},
  },
};

/** Programs that stay for as long as somebody writes to them. */
const READERS = new Set('cat tee sed awk grep sort tr cut ts logger jq rotatelogs cronolog multilog svlogd'.split(' '));

function readerOf({ words }: SimpleCommand, writers: readonly Proc[]): ProcessImage {
  const argv = words.map(({ raw }) => raw);
  const onSignal: Native['onSignal'] = (machine, process, signal) => {
    machine.byDefault(process, signal);
    if (process.dying && machine.living.some((one) => one.image.program === 'tail' && descends(one, writers)))
      throw new Lost('`tail` ends when nobody reads any more what it says, but not at once');
  };
  return {
    argv,
    program: argv[0] ?? '',
    role: 'program',
    facts: undefined,
    at: undefined,
    was: [],
    writers: [...writers],
    native: { onSignal },
  };
}

function descends({ parent }: Proc, from: readonly Proc[]): boolean {
  return parent !== undefined && (from.includes(parent) || descends(parent, from));
}

/** Whether its output does not go into the pipe. */
function writesElsewhere(part: Command): boolean {
  const [sole, ...others] = part.kind === 'subshell' ? part.body : [];
  if (sole?.command.kind === 'simple' && others.length === 0 && writesElsewhere(sole.command)) return true;
  return (
    'redirections' in part &&
    part.redirections.some((one) => one.kind === 'file' && /^>[>|]?$/.test(one.operator) && (one.descriptor ?? 1) === 1)
  );
}

const SUBSTITUTIONS = new WeakMap<SimpleCommand, readonly Command[]>();

/** The commands in the `$(…)` of a command; every way of a launch asks for them again. */
function substitutionsIn(command: SimpleCommand): readonly Command[] {
  const known = SUBSTITUTIONS.get(command);
  if (known) return known;
  const { words, assignments, start, end } = command;
  const parts = [...assignments.flatMap(({ value }) => value?.parts ?? []), ...words.flatMap((word) => word.parts)];
  const found = parts.flatMap((part): readonly Command[] =>
    part.kind === 'open' && part.runs ? [{ kind: 'subshell', body: part.runs, redirections: [], start, end }] : [],
  );
  SUBSTITUTIONS.set(command, found);
  return found;
}

/** Whether a command is a builtin that runs nothing else and is over at once. */
function isPlainBuiltin(command: Command): boolean {
  const name = command.kind === 'simple' && command.words[0] ? literal(command.words[0]) : undefined;
  return name !== undefined && isBuiltin(name) && !RUNS.test(name);
}
