// Says what the commands of a launch are: scripts of the project, shells, wrappers, inits, package managers, programs.
// Knows an image's files and facts, not what happens when a signal comes.
import type { Dialect } from '../../knowledge/images.ts';
import { innerCommand, type ProgramFacts, programById, programFacts } from '../../knowledge/programs.ts';
import { isShort } from '../../knowledge/shortCommands.ts';
import { Embedded } from '../../text/embedded.ts';
import type { Place } from '../../text/span.ts';
import type { Image } from '../image/image.ts';
import { type Arg, shown } from '../launch/args.ts';
import { packageScript, yarnProgram } from '../launch/packageScript.ts';
import { baseName } from '../paths.ts';
import type { FileLink, InitState, ShellState, Step } from '../stop/processTree.ts';
import type { Condition } from '../value.ts';
import type { Choices } from './choices.ts';
import { Lost, Machine, type ProcessImage } from './machine.ts';
import { type DrainTime, init, parent, program, setsid, sleeper } from './natives.ts';
import { rewritesIn } from './rewrites.ts';
import { type Host, type Resolved, type Surroundings, shellImage, type Variables } from './shell.ts';

/** What is supposed beyond what the files say. */
export interface Suppositions {
  /** Commands that are run as if `exec` stood in front of them. */
  readonly exec: readonly Place[];
  /** Whether package managers are left out, and what they start stands in their place. */
  readonly withoutLaunchers: boolean;
}

/** Deeper nestings are somebody's loop. */
const MAX_DEPTH = 24;

/** The commands of one launch. */
export class LaunchHost implements Host {
  readonly machine = new Machine();
  /** What leads from a word to a file that is read for it. */
  readonly links: FileLink[] = [];
  readonly #image: Image;
  readonly #choices: Choices;
  readonly #drainTime: DrainTime;
  readonly #suppositions: Suppositions;
  #depth = 0;

  constructor(image: Image, choices: Choices, drainTime: DrainTime, suppositions: Suppositions) {
    this.#image = image;
    this.#choices = choices;
    this.#drainTime = drainTime;
    this.#suppositions = suppositions;
  }

  decide(question: Omit<Condition, 'holds'>, anew = false): boolean {
    return this.#choices.decide(question, anew);
  }

  assumesExec(at: Place): boolean {
    return this.#suppositions.exec.some((one) => one.path === at.path && one.start === at.start);
  }

  textOf(word: Arg, named: Variables): Embedded | undefined {
    const text = word.text === undefined ? undefined : this.#find(word.text, named);
    if (text) this.#link(word, text);
    return text;
  }

  resolve(args: readonly Arg[], around: Surroundings): Resolved {
    if (this.#depth > MAX_DEPTH) throw new Lost('programs start each other without end');
    this.#depth++;
    try {
      return this.#resolve(args, around);
    } finally {
      this.#depth--;
    }
  }

  #resolve(args: readonly Arg[], around: Surroundings): Resolved {
    const [first, ...rest] = args;
    if (!first) return ENDED;
    if (first.text === undefined) return around.more ? ENDED : running(this.#programOf(args, undefined));
    const script = this.#find(first.text, around.named);
    if (script) this.#link(first, script);
    if (script) return this.#file(script, args, around);
    const entry = this.#baseEntrypoint(first.text, rest, around);
    if (entry) return entry;
    const shell = shellOf(first.text, rest);
    if (shell) return this.#shell(shell.name, [first, ...shell.args], around);
    const busybox = baseName(first.text) === 'busybox' && rest.length > 0;
    return this.#program(busybox ? rest : args, around, busybox || undefined);
  }

  /** A program that is known by its name, or by nothing. */
  #program(
    args: readonly Arg[],
    around: Surroundings,
    busybox = this.#image.sh.kind === 'known' && this.#image.sh.value === 'busybox-ash',
  ): Resolved {
    const argv = args.map(({ text }) => text);
    const name = baseName(shown0(args));
    const facts = programFacts(argv);
    const inner = facts && innerCommand(facts, argv);
    if (facts?.role === 'init') {
      if (inner === undefined) throw new Lost(`\`${name}\` is given nothing to start`);
      const state = initState(facts, args.slice(1, inner), around.named);
      return this.#over(args, inner, around, (image) => ({
        role: 'init',
        facts,
        init: state,
        native: init(state, image),
      }));
    }
    // Busybox's own tools may behave unlike those of the same name.
    const becomes = ((busybox && facts?.wrapper?.keepsOnBusybox) || facts?.wrapper?.keeps) === 'becomes';
    const text = facts && shellText(facts, args);
    if (facts && text) {
      const resolved = this.#shell(baseName(shown0(text)), text, around);
      if (becomes) return was(resolved, step(args));
      return resolved.kind === 'short'
        ? resolved
        : running({ ...named(args), role: 'launcher', facts, native: parent(facts, resolved.image) });
    }
    if (facts?.wrapper && inner !== undefined) {
      if (becomes) {
        const resolved = was(this.resolve(args.slice(inner), around), step(args));
        if (facts.id !== 'nohup' || resolved.kind === 'short') return resolved;
        return running({ ...resolved.image, ignores: [...(resolved.image.ignores ?? []), 'SIGHUP'] });
      }
      if (facts.id === 'setsid') return this.#setsid(args, inner, facts, around);
      return this.#over(args, inner, around, (image) => ({ role: 'launcher', facts, native: parent(facts, image) }));
    }
    if (facts?.role === 'launcher') return this.#launcher(args, facts, around);
    const seconds = name === 'sleep' ? sleepSeconds(argv.slice(1)) : undefined;
    if (seconds !== undefined) return running({ ...this.#programOf(args, facts), native: sleeper(seconds) });
    // A word that is not known may be what makes a server say its version and end.
    const open = around.more && args.some(({ text }) => text === undefined);
    const ends = open || (isShort(args.map(shown)) ?? around.more);
    return ends ? { kind: 'short', status: ASKS.has(name) ? undefined : 0 } : running(this.#programOf(args, facts));
  }

  #programOf(args: readonly Arg[], facts: ProgramFacts | undefined): ProcessImage {
    return { ...named(args), role: 'program', facts, native: program(facts, this.#drainTime) };
  }

  #setsid(args: readonly Arg[], inner: number, facts: ProgramFacts, around: Surroundings): Resolved {
    const waits = args.slice(1, inner).some(({ text }) => text === '-w' || text === '--wait');
    const { machine } = this;
    return this.#over(args, inner, around, (image) => ({
      role: 'launcher',
      facts,
      body: (process) => setsid(machine, process, image, waits),
      onSignal: (process, signal) => machine.byDefault(process, signal),
    }));
  }

  /** A parent that stays over the command that it is given. */
  #over(
    args: readonly Arg[],
    inner: number,
    around: Surroundings,
    stays: (image: ProcessImage) => Pick<ProcessImage, 'role' | 'facts' | 'init' | 'native' | 'body' | 'onSignal'>,
  ): Resolved {
    const resolved = this.resolve(args.slice(inner), around);
    return resolved.kind === 'short' ? resolved : running({ ...named(args), ...stays(resolved.image) });
  }

  /** npm and its like start a line of package.json with a shell of their own. */
  #launcher(args: readonly Arg[], given: ProgramFacts, around: Surroundings): Resolved {
    const ends = isShort(args.map(shown)) ?? around.more;
    if (ends) return ENDED;
    const read = (path: string) => this.#find(path, around.named);
    const facts = (given.id === 'yarn' ? programById(yarnProgram(read) ?? given.id) : undefined) ?? given;
    const found = packageScript(
      args.map(({ text }) => text),
      read,
    );
    const inner = found ? this.#packageShell(found, facts, around) : this.#usualScript(args, facts);
    if (inner.kind === 'short') return inner;
    if (this.#suppositions.withoutLaunchers) return was(inner, step(args));
    return running({ ...named(args), role: 'launcher', facts, native: parent(facts, inner.image) });
  }

  #packageShell(line: Embedded, { wrapper }: ProgramFacts, around: Surroundings): Resolved {
    const job = {
      text: line,
      mode: 'text' as const,
      argv: ['sh', '-c', line.text],
      positional: [],
      reads: { kind: 'packageScript' as const },
    };
    // Without a shell between, and where a launcher is left out, the last command stands in its place.
    const direct = this.#suppositions.withoutLaunchers || wrapper?.throughShell !== true;
    return this.#runShell(direct ? 'ash' : 'sh', { ...job, at: line.at }, around);
  }

  /** A script that is not in the project: a plain command, as nearly all of them are. */
  #usualScript(args: readonly Arg[], { wrapper }: ProgramFacts): Resolved {
    const at = args[0]?.at;
    const command = at ? new Embedded('the-script', at) : new Embedded('the-script', NOWHERE);
    const server: ProcessImage = {
      ...named(args),
      program: 'the script',
      role: 'program',
      facts: undefined,
      native: program(undefined, this.#drainTime),
    };
    if (this.#suppositions.withoutLaunchers || wrapper?.throughShell !== true) return running(server);
    const job = {
      text: command,
      mode: 'text' as const,
      argv: ['sh', '-c', '…'],
      positional: [],
      reads: { kind: 'packageScript' as const },
      at,
    };
    return this.#runShell('sh', job, { more: false, named: new Map() });
  }

  /** The entrypoint script of an image outside the project, which ends as the command that it is given. */
  #baseEntrypoint(name: string, rest: readonly Arg[], around: Surroundings): Resolved | undefined {
    const { base } = this.#image;
    if (!base?.entrypoint?.includes(name) || programFacts([name]) || rest.length === 0) return undefined;
    if (base.entrypointExecs !== true) throw new Lost(`nothing is known of \`${name}\``);
    return was(this.resolve(rest, around), { program: baseName(name), at: undefined });
  }

  /** A file of the project that is run by its name: its first line says what reads it. */
  #file(text: Embedded, args: readonly Arg[], around: Surroundings): Resolved {
    const [first, ...rest] = args;
    const line = /^#![ \t]*([^\r\n]*)/.exec(text.text)?.[1]?.trim();
    if (line === '' || !first) throw new Lost('its first line names no interpreter');
    const words = (line ?? '/bin/sh').replace(/^\/usr\/bin\/env\s+(?:-S\s+)?/, '').split(/\s+/);
    const [interpreter = '', ...options] = words;
    const before = words.map((word): Arg => ({ text: word, raw: word, at: first.at, source: undefined, form: 'exec' }));
    const shell = shellOf(interpreter, before.slice(1));
    if (!shell) return this.#program([...before, ...args], around);
    const job = {
      text,
      mode: 'script' as const,
      argv: [...options, ...args.map(shown)],
      positional: rest,
      reads: { kind: 'script' as const },
      at: first.at,
    };
    return this.#runShell(shell.name, { ...job, program: baseName(shown(first)), zero: shown(first) }, around);
  }

  /** `sh -c TEXT`, `sh script`. */
  #shell(name: string, args: readonly Arg[], around: Surroundings): Resolved {
    const call = readShellCall(args.slice(1));
    if (!call) throw new Lost('the shell reads commands from elsewhere');
    const [operand, ...rest] = call.operands;
    if (operand?.text === undefined) throw new Lost('what the shell reads is not known');
    if (call.command) {
      const text = operand.source ?? new Embedded(operand.text, operand.at ?? NOWHERE);
      const reads: ShellState['reads'] = { kind: 'text', form: operand.form };
      const job = {
        text,
        mode: 'text' as const,
        argv: args.map(shown),
        positional: rest.slice(1),
        reads,
        at: args[0]?.at,
      };
      return this.#runShell(name, { ...job, program: baseName(shown0(args)), zero: rest[0]?.text ?? name }, around);
    }
    const text = this.#find(operand.text, around.named);
    if (text) this.#link(operand, text);
    if (!text) throw new Lost(`the script \`${operand.text}\` is not in the project`);
    const job = {
      text,
      mode: 'script' as const,
      argv: args.map(shown),
      positional: rest,
      reads: { kind: 'script' as const },
      at: operand.at,
    };
    return this.#runShell(name, { ...job, program: baseName(operand.text), zero: operand.text }, around);
  }

  #runShell(
    name: string,
    job: {
      readonly text: Embedded;
      readonly mode: 'text' | 'script';
      readonly argv: readonly string[];
      readonly program?: string;
      readonly at: Place | undefined;
      readonly positional: readonly Arg[];
      readonly zero?: string | undefined;
      readonly reads: ShellState['reads'];
    },
    { more, named: variables }: Surroundings,
  ): Resolved {
    const dialect = this.#dialect(name);
    return running(
      shellImage(this, {
        program: name,
        zero: job.argv[0],
        ...job,
        dialect,
        asSh: name === 'sh',
        named: variables,
        more,
      }),
    );
  }

  /** How a shell of this name behaves; where only the image knows, all ways are gone. */
  #dialect(name: string): Dialect {
    const own = SHELLS.get(name);
    const { sh } = this.#image;
    if (own && own !== 'image') return own;
    if (own === undefined) throw new Lost(`nothing is known of the shell \`${name}\``);
    if (sh.kind === 'known') {
      if (sh.value === 'none') throw new Lost('the image has no shell');
      return sh.value;
    }
    if (this.decide({ text: '`/bin/sh` is dash' })) return 'dash';
    return this.decide({ text: '`/bin/sh` is bash' }) ? 'bash' : 'busybox-ash';
  }

  #link({ at }: Arg, { at: { path } }: Embedded): void {
    if (at && at.path !== '' && at.path !== path) this.links.push({ at, path });
  }

  /** The text of a file of the project: by its path, or by its name in the directories of PATH. */
  #find(name: string, variables: Variables): Embedded | undefined {
    const from = variables.get('PWD');
    const folders = (variables.get('PATH') ?? DEFAULT_PATH).split(':').filter((folder) => folder.startsWith('/'));
    const paths = name.includes('/')
      ? [name.startsWith('/') || from === undefined ? name : `${from}/${name}`]
      : folders.map((folder) => `${folder}/${name}`);
    for (const path of paths) {
      const file = path.startsWith('/') ? this.#image.file(path) : undefined;
      if (file?.kind === 'text') return file.text;
    }
    return undefined;
  }
}

const NOWHERE: Place = { path: '', start: 0, end: 0 };
const ENDED: Resolved = { kind: 'short', status: 0 };
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Programs that scripts use to ask something: their answer is open. */
const ASKS = new Set(
  'grep egrep fgrep which id getent pgrep pidof diff cmp expr ls find mountpoint nc ncat pg_isready mysqladmin redis-cli curl wget ping nslookup getopt'.split(
    ' ',
  ),
);

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

/** `su USER -c TEXT`: the shell that it starts, with the text; that of the user is taken to be the usual one. */
function shellText({ id }: ProgramFacts, args: readonly Arg[]): readonly Arg[] | undefined {
  if (id !== 'su' && id !== 'runuser') return undefined;
  const after = (...names: readonly string[]) =>
    args[args.findIndex(({ text }) => names.includes(text ?? '')) + 1 || args.length];
  const text = after('-c', '--command');
  const word = (text: string): Arg => ({ text, raw: text, at: args[0]?.at, source: undefined, form: 'exec' });
  return text && [after('-s', '--shell') ?? word('sh'), word('-c'), text];
}

function initState(facts: ProgramFacts, args: readonly Arg[], variables: Variables): InitState {
  const options = args.map(({ text }) => text);
  if (facts.id !== 'dumb-init') {
    const group = options.some((option) => /^-[a-z]*g/.test(option ?? '')) || variables.has('TINI_KILL_PROCESS_GROUP');
    return { signals: group ? 'group' : 'child', rewrites: new Map(), written: [] };
  }
  const alone =
    options.some((option) => option === '-c' || option === '--single-child') ||
    variables.get('DUMB_INIT_SETSID') === '0';
  const written = rewritesIn(args);
  const rewrites = new Map(written.flatMap(({ from, to }) => (from === undefined ? [] : [[from, to] as const])));
  return { signals: alone ? 'child' : 'group', rewrites, written };
}

/** `5`, `0.5`, `30s`, `1m`; `sleep infinity` stays. */
function sleepSeconds(words: readonly (string | undefined)[]): number | undefined {
  let total = 0;
  for (const word of words) {
    const [, number, unit = 's'] = /^(\d+(?:\.\d*)?|\.\d+)([smhd])?$/.exec(word ?? '') ?? [];
    if (number === undefined) return undefined;
    total += Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1);
  }
  return words.length > 0 ? total : undefined;
}

function named(args: readonly Arg[]): Pick<ProcessImage, 'argv' | 'program' | 'at' | 'was'> {
  return { argv: args.map(shown), program: baseName(shown0(args)), at: args[0]?.at, was: [] };
}

function running(image: ProcessImage): Resolved {
  return { kind: 'image', image };
}

function was(resolved: Resolved, passed: Step): Resolved {
  return resolved.kind === 'image' ? running({ ...resolved.image, was: [passed, ...resolved.image.was] }) : resolved;
}

function step(args: readonly Arg[]): Step {
  return { program: baseName(shown0(args)), at: args[0]?.at };
}

function shown0([first]: readonly Arg[]): string {
  return first ? shown(first) : '';
}
