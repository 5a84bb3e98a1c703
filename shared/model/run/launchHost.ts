// Says what the commands of a launch are: scripts of the project, shells, wrappers, inits, package managers, programs.
// Knows an image's files and facts, not what happens when a signal comes.
import type { Dialect } from '../../knowledge/images.ts';
import { innerCommand, type ProgramFacts, programFacts } from '../../knowledge/programs.ts';
import { isShort } from '../../knowledge/shortCommands.ts';
import { Embedded } from '../../text/embedded.ts';
import { NOWHERE, type Place } from '../../text/span.ts';
import type { Image } from '../image/image.ts';
import { type Arg, fromWord, shown } from '../launch/args.ts';
import { baseName } from '../paths.ts';
import type { FileLink, ShellState } from '../stop/processTree.ts';
import type { Condition } from '../value.ts';
import type { Choices } from './choices.ts';
import { scattered, shellText } from './givenCommands.ts';
import type { Host, Resolved, Surroundings, Variables } from './host.ts';
import { initState } from './initOptions.ts';
import { Lost, Machine, type ProcessImage } from './machine.ts';
import { type DrainTime, init, parent, program, setsid, sleeper } from './natives.ts';
import { packageManager } from './packageManagers.ts';
import { ENDED, named, running, shown0, step, was } from './resolved.ts';
import { shellImage } from './shell.ts';
import { type Reading, readShellCall, SHELLS, shellOf } from './shellCalls.ts';
import { supervised } from './supervised.ts';

/** What is supposed beyond what the files say. */
export interface Suppositions {
  /** Commands that are run as if `exec` stood in front of them. */
  readonly exec: readonly Place[];
  /** Whether package managers are left out, and what they start stands in their place. */
  readonly withoutLaunchers: boolean;
  /** Whether supervisors are taken as they are, without what they look after. */
  readonly opaqueSupervisors?: boolean;
}

/** Deeper nestings are somebody's loop. */
const MAX_DEPTH = 24;

/** The commands of one launch. */
export class LaunchHost implements Host {
  readonly machine = new Machine();
  /** What leads from a word to a file that is read for it. */
  readonly links: FileLink[] = [];
  /** The texts of the scripts that were read. */
  readonly scripts: string[] = [];
  readonly #image: Image;
  readonly #choices: Choices;
  readonly drainTime: DrainTime;
  readonly #suppositions: Suppositions;
  #depth = 0;

  constructor(image: Image, choices: Choices, drainTime: DrainTime, suppositions: Suppositions) {
    this.#image = image;
    this.#choices = choices;
    this.drainTime = drainTime;
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
    if (text) this.link(word.at, text);
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

  /** What a command of plain words does that is run beside the launch, as a hook is. */
  command(words: readonly string[], named: Variables): Resolved {
    const around = { more: false, named };
    const args = words.map((text) => fromWord({ text, origin: 'CMD', form: 'exec' }));
    if (shellOf(words[0] ?? '', args.slice(1))) return this.resolve(args, around);
    // A shell knows what kill and its like do.
    const text = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const job = {
      text: new Embedded(text, NOWHERE),
      mode: 'text',
      argv: words,
      positional: [],
      at: undefined,
    } as const;
    return this.#runShell('bash', { ...job, reads: { kind: 'script' } }, around);
  }

  #resolve([given, ...rest]: readonly Arg[], around: Surroundings): Resolved {
    if (!given) return ENDED;
    const first = lookedUp(given);
    const args = [first, ...rest];
    if (first.text === undefined) return around.more ? ENDED : running(this.#programOf(args, undefined));
    if (first.text.startsWith('-')) throw new Lost(`which program \`${first.text}\` is for is not known`);
    const script = this.#find(first.text, around.named);
    if (script) this.link(first.at, script);
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
    // An option is one, whatever its value.
    const inner =
      facts &&
      innerCommand(
        facts,
        args.map(({ text, raw }) => text ?? (/^--?[\w-]+=/.test(raw) ? raw : undefined)),
      );
    if (facts?.role === 'init') {
      if (inner === undefined) throw new Lost(`\`${name}\` is given nothing to start`);
      const state = initState(facts, args.slice(1, inner), around.named);
      return this.#over(args, args.slice(inner), around, (image) => ({
        role: 'init',
        facts,
        init: state,
        native: init(state, image),
      }));
    }
    // Busybox's own tools may behave unlike those of the same name.
    const becomes = ((busybox && facts?.wrapper?.keepsOnBusybox) || facts?.wrapper?.keeps) === 'becomes';
    const text = facts && inner === undefined ? shellText(facts, args) : undefined;
    if (facts && text) {
      const resolved = this.#shell(baseName(shown0(text)), text, around);
      if (becomes) return was(resolved, step(args));
      return resolved.kind === 'short'
        ? resolved
        : running({ ...named(args), role: 'launcher', facts, native: parent(facts, resolved.image) });
    }
    const command = facts && (scattered(facts, args) ?? (inner === undefined ? undefined : args.slice(inner)));
    const detaches = facts?.id === 'start-stop-daemon' && isShort(args.map(shown)) === true;
    if (facts?.wrapper && command && !detaches) {
      if (becomes) {
        const resolved = was(this.resolve(command, inFolder(facts.wrapper.folder, args, around)), step(args));
        if (resolved.kind === 'short') return resolved;
        if (facts.id === 'gosu') return running({ ...resolved.image, throughGo: true });
        if (facts.id !== 'nohup') return resolved;
        return running({ ...resolved.image, ignores: [...(resolved.image.ignores ?? []), 'SIGHUP'] });
      }
      if (facts.id === 'setsid') return this.#setsid(args, command, facts, around);
      return this.#over(args, command, around, (image) => ({ role: 'launcher', facts, native: parent(facts, image) }));
    }
    if (facts?.role === 'launcher')
      return packageManager(args, facts, around, {
        read: (path) => this.#find(path, around.named),
        runShell: (name, reading, inside) => this.#runShell(name, reading, inside),
        resolve: (command, inside) => this.resolve(command, inside),
        drainTime: this.drainTime,
        isLeftOut: this.#suppositions.withoutLaunchers,
      });
    if (facts?.id === 'supervisord' && !this.#suppositions.opaqueSupervisors) {
      const found = supervised(args, facts, around, this.#image, this);
      if (found) return found;
    }
    const seconds = name === 'sleep' ? sleepSeconds(argv.slice(1)) : undefined;
    if (seconds !== undefined) return running({ ...this.#programOf(args, facts), native: sleeper(seconds) });
    // A word that is not known may be what makes a server say its version and end.
    const open = around.more && args.some(({ text }) => text === undefined);
    const ends = open || (isShort(args.map(shown)) ?? around.more);
    return ends ? { kind: 'short', status: ASKS.has(name) ? undefined : 0 } : running(this.#programOf(args, facts));
  }

  #programOf(args: readonly Arg[], facts: ProgramFacts | undefined): ProcessImage {
    return { ...named(args), role: 'program', facts, native: program(facts, this.drainTime) };
  }

  #setsid(args: readonly Arg[], command: readonly Arg[], facts: ProgramFacts, around: Surroundings): Resolved {
    const waits = args.slice(1, -command.length).some(({ text }) => text === '-w' || text === '--wait');
    const { machine } = this;
    return this.#over(args, command, around, (image) => ({
      role: 'launcher',
      facts,
      body: (process) => setsid(machine, process, image, waits),
      onSignal: (process, signal) => machine.byDefault(process, signal),
    }));
  }

  /** A parent that stays over the command that it is given. */
  #over(
    args: readonly Arg[],
    command: readonly Arg[],
    around: Surroundings,
    stays: (image: ProcessImage) => Pick<ProcessImage, 'role' | 'facts' | 'init' | 'native' | 'body' | 'onSignal'>,
  ): Resolved {
    const resolved = this.resolve(command, around);
    return resolved.kind === 'short' ? resolved : running({ ...named(args), ...stays(resolved.image) });
  }

  /** The entrypoint script of an image outside the project, which ends as the command that it is given. */
  #baseEntrypoint(name: string, rest: readonly Arg[], around: Surroundings): Resolved | undefined {
    const { base } = this.#image;
    // Where it is given by its whole path, it is still the one that the image looks up.
    const isIt = (word: string) => word === name || name === `/usr/local/bin/${word}`;
    if (!base?.entrypoint?.some(isIt) || programFacts([name]) || rest.length === 0) return undefined;
    if (base.entrypointExecs !== true) throw new Lost(`nothing is known of \`${name}\``);
    return was(this.resolve(behindEntrypoint(base.cmd, rest), around), { program: baseName(name), at: undefined });
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
    if (text) this.link(operand.at, text);
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

  #runShell(name: string, job: Reading, { more, named: variables }: Surroundings): Resolved {
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

  link(at: Place | undefined, { text, at: { path } }: Embedded): void {
    this.scripts.push(text);
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

/** What a wrapper that changes the directory starts; it may be told to go elsewhere. */
function inFolder(folder: string | undefined, args: readonly Arg[], around: Surroundings): Surroundings {
  if (folder === undefined) return around;
  const isTold = args.some(({ text }) => /^(?:-\w*d|--(?:skip-)?chdir\b.*)$/.test(text ?? ''));
  return { ...around, named: new Map([...around.named, ['PWD', isTold ? undefined : folder]]) };
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Options alone are for the program that the image runs by itself: entrypoints put that in front of them. */
function behindEntrypoint(cmd: readonly string[] | undefined, args: readonly Arg[]): readonly Arg[] {
  if (!args[0]?.text?.startsWith('-')) return args;
  const [own] = cmd ?? [];
  if (own === undefined) throw new Lost('which program the options are for is not known');
  return [{ text: own, raw: own, at: args[0].at, source: undefined, form: 'exec' }, ...args];
}

/** `$(which node)` is `node`. */
function lookedUp(arg: Arg): Arg {
  const name = /^"?\$\((?:which|command -v|type -p) ([\w.+-]+)\)"?$/.exec(arg.raw)?.[1];
  return arg.text === undefined && name !== undefined ? { ...arg, text: name } : arg;
}

/** Programs that scripts use to ask something: their answer is open. */
const ASKS = new Set(
  'grep egrep fgrep which id getent pgrep pidof diff cmp expr ls find mountpoint nc ncat pg_isready mysqladmin redis-cli curl wget ping nslookup getopt'.split(
    ' ',
  ),
);

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
