// Starts a launch in the mind: from its words to the processes that run once the container is ready. Follows scripts of
// the project, wrappers, inits and launchers; says nothing about signals.
import type { Dialect } from '../knowledge/images.ts';
import { innerCommand, type ProgramFacts, programFacts } from '../knowledge/programs.ts';
import { isShort } from '../knowledge/shortCommands.ts';
import { signalName } from '../knowledge/signals.ts';
import { Embedded } from '../text/embedded.ts';
import type { Place } from '../text/span.ts';
import { type Arg, fromWord, shown } from './args.ts';
import type { Image } from './image.ts';
import type { Launch } from './launch.ts';
import { packageScript } from './packageScript.ts';
import type { InitState, Process, ShellState, Step } from './processTree.ts';
import { shape } from './processTree.ts';
import { type Flow, ShellRun, type State } from './shellRun.ts';
import { type Alternative, type Condition, MAX_ALTERNATIVES, oneOf, unknown, type Value } from './value.ts';

/** What becomes of a started command. */
export type Ran =
  | { readonly kind: 'process'; readonly process: Process; readonly when: readonly Condition[] }
  /** It has done its work and is gone. */
  | { readonly kind: 'ended'; readonly when: readonly Condition[] }
  | { readonly kind: 'unknown'; readonly why: string; readonly when: readonly Condition[] };

/** What a command is started in. */
export interface Surroundings {
  /** Whether a program is still to come after it: one that nothing is known of is then taken to end. */
  readonly more: boolean;
  /** Environment and shell variables; `PWD` is the directory that relative paths start from. */
  readonly named: ReadonlyMap<string, string | undefined>;
}

/** Starts commands for a shell. */
export interface Starter {
  start(args: readonly Arg[], around: Surroundings): readonly Ran[];
  /** A program whose name only the running shell knows. */
  open(args: readonly Arg[]): readonly Ran[];
  /** The text of a file of the project, by its path in the image. */
  textOf(path: string, named: Surroundings['named']): Embedded | undefined;
  /** The process of a subshell that stays. */
  subshell(dialect: Dialect, flow: Extract<Flow, { kind: 'stays' }>, at: Place): Process | undefined;
}

/** Deeper nestings are somebody's loop. */
const MAX_DEPTH = 16;

/** What runs once a launch is ready: one tree for every way that it can go. */
export function boot(
  image: Image,
  launch: Launch,
  environment: ReadonlyMap<string, string | undefined>,
): Value<Process> {
  if (image.os === 'windows') return unknown('Windows has no signals');
  const named = new Map([...image.env, ...environment]);
  if (image.workdir.kind === 'known') named.set('PWD', image.workdir.value);
  const ran = new Boot(image).start(launch.words.map(fromWord), { more: false, named });
  const trees: Alternative<Process>[] = [];
  for (const one of ran) {
    if (one.kind === 'unknown') return unknown(one.why);
    if (one.kind === 'ended') return unknown('the launch ends by itself');
    trees.push({ value: one.process, when: one.when });
  }
  return oneOf(distinct(trees));
}

/** Alternatives that come to the same are one, under the conditions that they share. */
function distinct(trees: readonly Alternative<Process>[]): readonly Alternative<Process>[] {
  const byShape = new Map<string, Alternative<Process>>();
  for (const tree of trees) {
    const key = shape(tree.value);
    const twin = byShape.get(key);
    const when = twin?.when.filter((one) =>
      tree.when.some(({ text, holds }) => text === one.text && holds === one.holds),
    );
    byShape.set(key, twin && when ? { value: twin.value, when } : tree);
  }
  return [...byShape.values()];
}

class Boot implements Starter {
  readonly #image: Image;
  #depth = 0;

  constructor(image: Image) {
    this.#image = image;
  }

  start(args: readonly Arg[], around: Surroundings): readonly Ran[] {
    if (this.#depth > MAX_DEPTH) return [lost('programs start each other without end')];
    this.#depth++;
    const ran = this.#start(args, around);
    this.#depth--;
    return ran.length > MAX_ALTERNATIVES * 2 ? [lost('too many ways that the launch can go')] : ran;
  }

  open(args: readonly Arg[]): readonly Ran[] {
    return [{ kind: 'process', process: program(args, undefined), when: [] }];
  }

  textOf(path: string, named: Surroundings['named']): Embedded | undefined {
    return this.#find(path, named);
  }

  subshell(dialect: Dialect, { state, child, busy, command }: Extract<Flow, { kind: 'stays' }>, at: Place): Process {
    const shell: ShellState = { dialect, reads: { kind: 'subshell' }, traps: state.traps, busy, command };
    return { ...bare(['(…)'], '(…)', at), role: 'shell', shell, ...(child && { child }), background: state.background };
  }

  #start(args: readonly Arg[], around: Surroundings): readonly Ran[] {
    const [first, ...rest] = args;
    if (!first) return [ENDED];
    if (first.text === undefined) return around.more ? [ENDED] : this.open(args);
    const script = this.#find(first.text, around.named);
    if (script) return this.#file(script, args, around);
    const entry = this.#baseEntrypoint(first.text, rest, around);
    if (entry) return entry;
    const shell = shellOf(first.text, rest);
    if (shell) return this.#shell(shell.name, [first, ...shell.args], around);
    return this.#program(args, around);
  }

  /** A program that is known by its name, or by nothing. */
  #program(args: readonly Arg[], around: Surroundings): readonly Ran[] {
    const argv = args.map(({ text }) => text);
    const facts = programFacts(argv);
    const inner = facts && innerCommand(facts, argv);
    if (facts?.role === 'init') {
      if (inner === undefined) return [lost(`\`${shown0(args)}\` is given nothing to start`)];
      const init = initState(facts, argv.slice(1, inner), around.named);
      return this.#over(args, inner, facts, 'init', around, { init });
    }
    if (facts?.wrapper && inner !== undefined) {
      if (this.#becomes(facts)) return this.start(args.slice(inner), around).map((ran) => was(ran, step(args)));
      return this.#over(args, inner, facts, 'launcher', around, {});
    }
    if (facts?.role === 'launcher') return this.#launcher(args, facts, around);
    const ends = isShort(args.map(shown)) ?? (around.more ? true : undefined);
    return ends ? [ENDED] : [{ kind: 'process', process: program(args, facts), when: [] }];
  }

  /** Busybox's own tools may behave unlike those of the same name. */
  #becomes({ wrapper }: ProgramFacts): boolean {
    const { sh } = this.#image;
    if (sh.kind === 'known' && sh.value === 'busybox-ash' && wrapper?.keepsOnBusybox)
      return wrapper.keepsOnBusybox === 'becomes';
    return wrapper?.keeps === 'becomes';
  }

  /** A parent that stays over the command that it is given. */
  #over(
    args: readonly Arg[],
    inner: number,
    facts: ProgramFacts,
    role: 'init' | 'launcher',
    around: Surroundings,
    more: { readonly init?: InitState },
  ): readonly Ran[] {
    return this.start(args.slice(inner), around).map((ran) => {
      if (ran.kind !== 'process') return ran;
      return { ...ran, process: { ...program(args, facts), role, ...more, child: ran.process } };
    });
  }

  /** npm and its like start a line of package.json with a shell of their own. */
  #launcher(args: readonly Arg[], facts: ProgramFacts, around: Surroundings): readonly Ran[] {
    const argv = args.map(({ text }) => text);
    const ends = isShort(args.map(shown)) ?? around.more;
    if (ends) return [ENDED];
    const launcher: Process = { ...program(args, facts), role: 'launcher' };
    const found = packageScript(argv, (path) => this.#find(path, around.named));
    const children = found ? this.#packageShell(found, around) : this.#usualScript(args);
    return children.map((ran) =>
      ran.kind === 'process' ? { ...ran, process: { ...launcher, child: ran.process } } : ran,
    );
  }

  #packageShell(line: Embedded, around: Surroundings): readonly Ran[] {
    const word = (text: string): Arg => ({ text, raw: text, at: line.at, source: undefined, form: 'exec' });
    return this.#shell('sh', [word('sh'), word('-c'), { ...word(line.text), source: line }], around, 'packageScript');
  }

  /** A script that is not in the project: a plain command, as nearly all of them are. */
  #usualScript(args: readonly Arg[]): readonly Ran[] {
    const server = bare(args.map(shown), 'the script', args[0]?.at);
    return this.#dialects('sh').map(({ value: dialect, when }): Ran => {
      if (dialect !== 'dash') return { kind: 'process', process: server, when };
      const shell: ShellState = {
        dialect,
        reads: { kind: 'packageScript' },
        traps: new Map(),
        busy: 'foreground',
        command: undefined,
      };
      return {
        kind: 'process',
        process: { ...bare(['sh', '-c'], 'sh', args[0]?.at), role: 'shell', shell, child: server },
        when,
      };
    });
  }

  /** The entrypoint script of an image outside the project, which ends as the command that it is given. */
  #baseEntrypoint(name: string, rest: readonly Arg[], around: Surroundings): readonly Ran[] | undefined {
    const { base } = this.#image;
    if (!base?.entrypoint?.includes(name) || programFacts([name])) return undefined;
    if (base.entrypointExecs !== true) return rest.length > 0 ? [lost(`nothing is known of \`${name}\``)] : undefined;
    return rest.length > 0
      ? this.start(rest, around).map((ran) => was(ran, { program: baseName(name), at: undefined }))
      : undefined;
  }

  /** A file of the project that is run by its name: its first line says what reads it. */
  #file(text: Embedded, args: readonly Arg[], around: Surroundings): readonly Ran[] {
    const [first, ...rest] = args;
    const line = /^#![ \t]*([^\r\n]*)/.exec(text.text)?.[1]?.trim();
    if (line === '') return [lost('its first line names no interpreter')];
    const words = (line ?? '/bin/sh').replace(/^\/usr\/bin\/env\s+(?:-S\s+)?/, '').split(/\s+/);
    const interpreter = words.map(
      (word): Arg => ({ text: word, raw: word, at: first?.at, source: undefined, form: 'exec' }),
    );
    const name = baseName(words[0] ?? '');
    if (!SHELLS.has(name) || !first) return this.#program([...interpreter, ...args], around);
    return this.#runShell(
      name,
      { text, mode: 'script', argv: [first, ...rest], positional: rest, reads: { kind: 'script' } },
      around,
    );
  }

  /** `sh -c TEXT`, `sh script`. */
  #shell(name: string, args: readonly Arg[], around: Surroundings, by?: 'packageScript'): readonly Ran[] {
    const call = readShellCall(args.slice(1));
    if (!call) return [lost('the shell reads commands from elsewhere')];
    const [operand, ...rest] = call.operands;
    if (operand?.text === undefined) return [lost('what the shell reads is not known')];
    if (call.command) {
      const text = operand.source ?? new Embedded(operand.text, operand.at ?? NOWHERE);
      const reads: ShellState['reads'] = by ? { kind: by } : { kind: 'text', form: operand.form };
      return this.#runShell(name, { text, mode: 'text', argv: args, positional: rest.slice(1), reads }, around);
    }
    const text = this.#find(operand.text, around.named);
    if (!text) return [lost(`the script \`${operand.text}\` is not in the project`)];
    return this.#runShell(
      name,
      { text, mode: 'script', argv: [operand, ...rest], positional: rest, reads: { kind: 'script' } },
      around,
    );
  }

  #runShell(name: string, job: ShellJob, around: Surroundings): readonly Ran[] {
    return this.#dialects(name).flatMap(({ value, when }) => {
      if (!value) return [lost(`nothing is known of the shell \`${name}\``)];
      return this.#runAs(value, job, around).map((ran): Ran => ({ ...ran, when: [...when, ...ran.when] }));
    });
  }

  #runAs(
    dialect: Dialect,
    { text, mode, argv, positional, reads }: ShellJob,
    { more, named }: Surroundings,
  ): readonly Ran[] {
    const state: State = { positional, named, functions: new Map(), traps: new Map(), background: [], when: [] };
    const self = argv[0];
    return new ShellRun(this, dialect, text).run(state, mode, more).map((flow): Ran => {
      const { when } = flow.state;
      if (flow.kind === 'unknown') return { kind: 'unknown', why: flow.why, when };
      if (flow.kind === 'becomes') {
        const passed: Step = { program: baseName(self ? shown(self) : dialect), at: self?.at };
        return was({ kind: 'process', process: flow.process, when }, passed);
      }
      if (flow.kind !== 'stays') return { kind: 'ended', when };
      const shell: ShellState = { dialect, reads, traps: flow.state.traps, busy: flow.busy, command: flow.command };
      const process: Process = {
        ...bare(argv.map(shown), baseName(self ? shown(self) : dialect), self?.at),
        role: 'shell',
        shell,
        ...(flow.child && { child: flow.child }),
        background: flow.state.background,
      };
      return { kind: 'process', process, when };
    });
  }

  /** The ways that a shell of this name may behave, with what decides between them. */
  #dialects(name: string): readonly Alternative<Dialect | undefined>[] {
    const own = SHELLS.get(name);
    if (own !== 'image') return [{ value: own, when: [] }];
    const { sh } = this.#image;
    if (sh.kind === 'known') return [{ value: sh.value === 'none' ? undefined : sh.value, when: [] }];
    const conditions = (dash: boolean): readonly Condition[] => [{ text: '`/bin/sh` is dash', holds: dash }];
    return [
      { value: 'dash', when: conditions(true) },
      { value: 'bash', when: conditions(false) },
      { value: 'busybox-ash', when: conditions(false) },
    ];
  }

  /** The text of a file of the project: by its path, or by its name in the directories of PATH. */
  #find(name: string, named: Surroundings['named']): Embedded | undefined {
    const from = named.get('PWD');
    const paths = name.includes('/')
      ? [name.startsWith('/') || from === undefined ? name : `${from}/${name}`]
      : (named.get('PATH') ?? DEFAULT_PATH)
          .split(':')
          .filter((folder) => folder.startsWith('/'))
          .map((folder) => `${folder}/${name}`);
    for (const path of paths) {
      const file = path.startsWith('/') ? this.#image.file(path) : undefined;
      if (file?.kind === 'text') return file.text;
    }
    return undefined;
  }
}

interface ShellJob {
  readonly text: Embedded;
  readonly mode: 'text' | 'script';
  readonly argv: readonly Arg[];
  readonly positional: readonly Arg[];
  readonly reads: ShellState['reads'];
}

const NOWHERE: Place = { path: '', start: 0, end: 0 };
const ENDED: Ran = { kind: 'ended', when: [] };
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Shells by name; `image` is whatever answers to `/bin/sh`. */
const SHELLS: ReadonlyMap<string, Dialect | 'image' | undefined> = new Map([
  ['sh', 'image'],
  ['dash', 'dash'],
  ['ash', 'busybox-ash'],
  ['bash', 'bash'],
  ['ksh', 'ksh'],
  ['ksh93', 'ksh'],
  ['zsh', 'zsh'],
  ['mksh', undefined],
  ['fish', undefined],
]);

/** The shell that a program name stands for, and the arguments that it gets: `busybox sh -c …` is one too. */
function shellOf(
  name: string,
  rest: readonly Arg[],
): { readonly name: string; readonly args: readonly Arg[] } | undefined {
  const base = baseName(name);
  if (SHELLS.has(base)) return { name: base, args: rest };
  const applet = base === 'busybox' ? rest[0]?.text : undefined;
  return applet === 'sh' || applet === 'ash' ? { name: 'ash', args: rest.slice(1) } : undefined;
}

/** A shell's options and what follows them; `undefined` where it is interactive or reads its standard input. */
function readShellCall(
  args: readonly Arg[],
): { readonly command: boolean; readonly operands: readonly Arg[] } | undefined {
  let command = false;
  let i = 0;
  for (; i < args.length; i++) {
    const text = args[i]?.text;
    if (text === undefined || !/^[-+]./.test(text)) break;
    if (text === '--') {
      i++;
      break;
    }
    if (/^--(?:rcfile|init-file)$/.test(text)) i++;
    if (text.startsWith('--')) continue;
    if (/[is]/.test(text)) return undefined;
    if (text.startsWith('-') && text.includes('c')) command = true;
    if (/[oO]/.test(text)) i++;
  }
  return i < args.length ? { command, operands: args.slice(i) } : undefined;
}

function initState(
  facts: ProgramFacts,
  options: readonly (string | undefined)[],
  named: Surroundings['named'],
): InitState {
  const has = (...names: readonly string[]) => options.some((option) => option !== undefined && names.includes(option));
  if (facts.id !== 'dumb-init') {
    const group = options.some((option) => /^-[a-z]*g/.test(option ?? '')) || named.has('TINI_KILL_PROCESS_GROUP');
    return { signals: group ? 'group' : 'child', rewrites: new Map() };
  }
  const alone = has('-c', '--single-child') || named.get('DUMB_INIT_SETSID') === '0';
  return { signals: alone ? 'child' : 'group', rewrites: rewritesOf(options) };
}

/** `--rewrite 15:3`, `-r 15:3`, `--rewrite=15:3`; `15:0` drops the signal. */
function rewritesOf(options: readonly (string | undefined)[]): InitState['rewrites'] {
  const rewrites = new Map<string, string | undefined>();
  for (const [i, option] of options.entries()) {
    const given =
      option === '-r' || option === '--rewrite' ? options[i + 1] : /^(?:--rewrite=|-r)(\d.*)$/.exec(option ?? '')?.[1];
    const [, from, to] = /^(\d+):(\d+)$/.exec(given ?? '') ?? [];
    const signal = from === undefined ? undefined : signalName(from);
    if (signal !== undefined) rewrites.set(signal, signalName(to ?? ''));
  }
  return rewrites;
}

function program(args: readonly Arg[], facts: ProgramFacts | undefined): Process {
  return { ...bare(args.map(shown), baseName(shown0(args)), args[0]?.at), facts };
}

function bare(argv: readonly string[], name: string, at: Place | undefined): Process {
  return { argv, program: name, role: 'program', facts: undefined, at, was: [], background: [] };
}

function was(ran: Ran, passed: Step): Ran {
  return ran.kind === 'process' ? { ...ran, process: { ...ran.process, was: [passed, ...ran.process.was] } } : ran;
}

function step(args: readonly Arg[]): Step {
  return { program: baseName(shown0(args)), at: args[0]?.at };
}

function lost(why: string): Ran {
  return { kind: 'unknown', why, when: [] };
}

function shown0([first]: readonly Arg[]): string {
  return first ? shown(first) : '';
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
