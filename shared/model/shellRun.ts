// Follows a shell text to the point where the container is ready: which command replaces the shell, which one it waits
// for, what it leaves in the background. Set-up steps are taken to succeed; what a file leaves open becomes a condition.
import type { Dialect } from '../knowledge/images.ts';
import { isShort } from '../knowledge/shortCommands.ts';
import {
  type Command,
  type List,
  type ListItem,
  literal,
  parseShell,
  type ShellWord,
  type SimpleCommand,
} from '../sources/shell.ts';
import type { Embedded } from '../text/embedded.ts';
import type { Span } from '../text/span.ts';
import { type Arg, expand, shown } from './args.ts';
import type { Ran, Starter } from './boot.ts';
import type { Busy, ForegroundCommand, Process } from './processTree.ts';
import {
  decideTest,
  globPattern,
  isBuiltin,
  replacesItself,
  subshellReplaces,
  type Tail,
  trailingNewlineStays,
} from './shellBuiltins.ts';
import { type Condition, MAX_ALTERNATIVES } from './value.ts';

/** What a shell carries from command to command. Immutable; equal parts are the same object. */
export interface State {
  readonly positional: readonly Arg[] | undefined;
  readonly named: ReadonlyMap<string, string | undefined>;
  readonly functions: ReadonlyMap<string, { readonly body: List; readonly text: Embedded }>;
  readonly traps: ReadonlyMap<string, string | undefined>;
  readonly background: readonly Process[];
  readonly when: readonly Condition[];
}

/** Whether a command succeeded; `open` where it could go either way. */
type Status = 'ok' | 'failed' | 'open';

/** How following a command ends. */
export type Flow =
  | { readonly kind: 'next'; readonly state: State; readonly status: Status }
  | { readonly kind: 'returns'; readonly state: State; readonly status: Status }
  | { readonly kind: 'exits'; readonly state: State }
  | { readonly kind: 'becomes'; readonly state: State; readonly process: Process }
  | {
      readonly kind: 'stays';
      readonly state: State;
      readonly child: Process | undefined;
      readonly busy: Busy;
      readonly command: ForegroundCommand | undefined;
    }
  | { readonly kind: 'unknown'; readonly state: State; readonly why: string };

/** Where a command stands. */
interface Standing {
  /** Whether a program is still to come after it, here or in a shell that waits for this one. */
  readonly more: boolean;
  readonly tail: Tail;
  /** Whether nothing at all comes after it in its shell. */
  readonly last: boolean;
}

/** One shell at work on one text. */
export class ShellRun {
  readonly #starter: Starter;
  readonly #dialect: Dialect;
  #text: Embedded;
  #sourced = 0;

  constructor(starter: Starter, dialect: Dialect, text: Embedded) {
    this.#starter = starter;
    this.#dialect = dialect;
    this.#text = text;
  }

  /** Follows the whole text. `mode` is `text` for `-c`; `more` says whether the caller has a program to start later. */
  run(state: State, mode: 'text' | 'script', more: boolean): readonly Flow[] {
    const parsed = parseShell(this.#text.text);
    if (!parsed.whole) return [{ kind: 'unknown', state, why: 'the shell text cannot be read to its end' }];
    const open = mode === 'text' && !trailingNewlineStays(this.#dialect, this.#text.text);
    return this.#list(parsed.list, state, { more, tail: open ? 'top' : 'none', last: true });
  }

  #list(list: List, state: State, standing: Standing): readonly Flow[] {
    let running: Flow[] = [{ kind: 'next', state, status: 'ok' }];
    const done: Flow[] = [];
    for (const [index, item] of list.entries()) {
      const rest = list.slice(index + 1);
      const inner: Standing =
        rest.length === 0
          ? standing
          : { more: standing.more || rest.some((one) => this.#mayRun(one, state)), tail: 'none', last: false };
      const flows = running.flatMap((flow) => this.#item(item, flow.state, inner));
      running = merge(flows.filter((flow) => flow.kind === 'next'));
      done.push(...flows.filter((flow) => flow.kind !== 'next'));
      if (running.length + done.length > MAX_ALTERNATIVES * 2)
        return [{ kind: 'unknown', state, why: 'too many branches' }];
    }
    return [...done, ...running];
  }

  #item(item: ListItem, state: State, standing: Standing): readonly Flow[] {
    if (!item.background) return this.#command(item.command, state, standing);
    return this.#inSubshell(item.command, state, { ...standing, more: false }).map((flow): Flow => {
      if (flow.kind === 'becomes') {
        return {
          kind: 'next',
          state: { ...state, background: [...state.background, flow.process], when: flow.state.when },
          status: 'ok',
        };
      }
      return flow.kind === 'unknown' ? flow : { kind: 'next', state, status: 'ok' };
    });
  }

  #command(command: Command, state: State, standing: Standing): readonly Flow[] {
    switch (command.kind) {
      case 'simple':
        return this.#simple(command, state, standing);
      case 'andOr':
        return this.#andOr(command, state, standing);
      case 'pipeline':
        return this.#pipeline(command, state, standing);
      case 'if':
        return this.#if(command, state, standing);
      case 'case':
        return this.#case(command, state, standing);
      case 'loop':
        return this.#loop(command, state);
      case 'group':
        return this.#list(command.body, state, nested(standing, command.redirected));
      case 'subshell':
        return this.#subshell(command, state, standing);
      case 'function': {
        const functions = new Map(state.functions).set(command.name, { body: command.body, text: this.#text });
        return [{ kind: 'next', state: { ...state, functions }, status: 'ok' }];
      }
      case 'test':
        return [{ kind: 'next', state, status: 'open' }];
    }
  }

  #simple(command: SimpleCommand, before: State, standing: Standing): readonly Flow[] {
    const state = this.#assign(command, before);
    const args = command.words.flatMap((word) => expand(word, this.#text, state));
    const [program] = args;
    if (!program) return [{ kind: 'next', state, status: 'ok' }];
    const called = program.text === undefined ? undefined : state.functions.get(program.text);
    if (called) return this.#call(called, args.slice(1), state, standing);
    return this.#builtin(command, args, state, standing) ?? this.#program(command, args, state, standing);
  }

  /** A builtin's effect; `undefined` when the command is not one. */
  #builtin(
    command: SimpleCommand,
    args: readonly Arg[],
    state: State,
    standing: Standing,
  ): readonly Flow[] | undefined {
    const next = (changed: State = state, status: Status = 'ok'): readonly Flow[] => [
      { kind: 'next', state: changed, status },
    ];
    const rest = args.slice(1);
    switch (args[0]?.text) {
      case 'exec':
        return this.#exec(rest, state);
      case 'exit':
        return [{ kind: 'exits', state }];
      case 'return':
        return [{ kind: 'returns', state, status: 'ok' }];
      case 'cd':
        return next({
          ...state,
          named: new Map(state.named).set('PWD', directory(state.named.get('PWD'), rest[0]?.text)),
        });
      case 'trap':
        return next(withTrap(state, rest, this.#dialect));
      case 'wait':
        return state.background.length > 0
          ? [{ kind: 'stays', state, child: undefined, busy: 'wait', command: undefined }]
          : next();
      case 'set': {
        const dashes = rest.findIndex((arg) => arg.text === '--');
        return next(dashes < 0 ? state : { ...state, positional: rest.slice(dashes + 1) });
      }
      case 'shift': {
        const count = Number(rest[0]?.text ?? 1);
        return next({ ...state, positional: Number.isNaN(count) ? undefined : state.positional?.slice(count) });
      }
      case 'command':
      case 'builtin':
        if (rest[0]?.text?.startsWith('-')) return next(state, 'open');
        return this.#builtin(command, rest, state, standing) ?? this.#program(command, rest, state, standing);
      case '.':
      case 'source':
        return this.#source(rest, state, standing);
      case 'eval':
        return standing.more ? next() : [{ kind: 'unknown', state, why: '`eval` runs a text that is not in the file' }];
      case 'true':
      case ':':
        return next();
      case 'false':
        return next(state, 'failed');
      case '[':
      case 'test': {
        const decided = decideTest(args);
        return next(state, decided === undefined ? 'open' : decided ? 'ok' : 'failed');
      }
      default:
        return args[0]?.text !== undefined && isBuiltin(args[0].text) ? next() : undefined;
    }
  }

  #exec(args: readonly Arg[], state: State): readonly Flow[] {
    let first = 0;
    while (args[first]?.text?.startsWith('-')) first += args[first]?.text === '-a' ? 2 : 1;
    if (!args[first]) return [{ kind: 'next', state, status: 'ok' }];
    return this.#start(args.slice(first), state, false).map((ran): Flow => {
      const after = { ...state, when: [...state.when, ...ran.when] };
      if (ran.kind === 'process') return { kind: 'becomes', state: after, process: keepJobs(ran.process, state) };
      return ran.kind === 'ended' ? { kind: 'exits', state: after } : { kind: 'unknown', state: after, why: ran.why };
    });
  }

  #program(command: SimpleCommand, args: readonly Arg[], state: State, standing: Standing): readonly Flow[] {
    const status: Status = DECIDES.has(args[0]?.text ?? '') ? 'open' : 'ok';
    return this.#start(args, state, standing.more).map((ran): Flow => {
      const after = { ...state, when: [...state.when, ...ran.when] };
      if (ran.kind === 'ended') return { kind: 'next', state: after, status };
      if (ran.kind === 'unknown') return { kind: 'unknown', state: after, why: ran.why };
      if (replacesItself(this.#dialect, standing.tail, command.redirected, state.traps.size > 0)) {
        return { kind: 'becomes', state: after, process: keepJobs(ran.process, state) };
      }
      const nameStart = command.words[0]?.start ?? command.start;
      const replaceable =
        standing.last && state.traps.size === 0 && state.background.length === 0 && args[0]?.text !== undefined;
      const foreground = { text: this.#text, span: command, nameStart, replaceable };
      return { kind: 'stays', state: after, child: ran.process, busy: 'foreground', command: foreground };
    });
  }

  #start(args: readonly Arg[], state: State, more: boolean): readonly Ran[] {
    const [program] = args;
    if (program?.text === undefined) {
      return more ? [{ kind: 'ended', when: [] }] : this.#starter.open(args);
    }
    return this.#starter.start(args, { more, named: state.named });
  }

  #call(
    called: { body: List; text: Embedded },
    args: readonly Arg[],
    state: State,
    standing: Standing,
  ): readonly Flow[] {
    if (this.#sourced > 16) return [{ kind: 'unknown', state, why: 'functions call each other' }];
    const text = this.#text;
    this.#text = called.text;
    this.#sourced++;
    const flows = this.#list(called.body, { ...state, positional: args }, { ...standing, tail: 'none' });
    this.#sourced--;
    this.#text = text;
    return flows.map((flow) =>
      flow.kind === 'returns' || flow.kind === 'next'
        ? { kind: 'next', status: flow.status, state: { ...flow.state, positional: state.positional } }
        : flow,
    );
  }

  /** A sourced file of the project is followed; any other is taken to set variables only. */
  #source(args: readonly Arg[], state: State, standing: Standing): readonly Flow[] {
    const path = args[0]?.text;
    const found = path === undefined ? undefined : this.#starter.textOf(path, state.named);
    if (!found || this.#sourced > 8) return [{ kind: 'next', state, status: 'ok' }];
    const parsed = parseShell(found.text);
    if (!parsed.whole) return [{ kind: 'next', state, status: 'ok' }];
    const positional = args.length > 1 ? args.slice(1) : state.positional;
    const flows = this.#call({ body: parsed.list, text: found }, positional ?? [], { ...state, positional }, standing);
    return flows.map((flow) => ({ ...flow, state: { ...flow.state, positional: state.positional } }));
  }

  #andOr(command: Extract<Command, { kind: 'andOr' }>, state: State, standing: Standing): readonly Flow[] {
    let flows: readonly Flow[] = [{ kind: 'next', state, status: 'ok' }];
    for (const [index, part] of command.commands.entries()) {
      const operator = index === 0 ? '&&' : command.operators[index - 1];
      const isLast = index === command.commands.length - 1;
      const rest = command.commands.slice(index + 1);
      // A shell keeps itself for what may come after `||`, and does not give way to what stands behind one.
      const plain = command.operators.every((one) => one === '&&');
      const more =
        standing.more ||
        rest.some(
          (one, i) => command.operators[index + i] === '&&' && this.#mayRun({ command: one, background: false }, state),
        );
      const inner: Standing = isLast
        ? { ...standing, tail: plain ? standing.tail : 'none', last: standing.last }
        : {
            more,
            tail: 'none',
            last:
              standing.last &&
              rest.length > 0 &&
              command.operators.slice(index).every((one) => one === '||') &&
              onlyGivesUp(rest),
          };
      flows = flows.flatMap((flow): readonly Flow[] => {
        if (flow.kind !== 'next') return [flow];
        if (flow.status !== 'open')
          return (flow.status === 'ok') === (operator === '&&') ? this.#command(part, flow.state, inner) : [flow];
        const decides = this.#condition(command.commands[index - 1] ?? command);
        const taken = this.#command(part, withCondition(flow.state, decides, operator === '&&'), inner);
        const passed: Flow = {
          kind: 'next',
          state: withCondition(flow.state, decides, operator !== '&&'),
          status: operator === '&&' ? 'failed' : 'ok',
        };
        return [...taken, passed];
      });
    }
    return merge(flows);
  }

  #pipeline(command: Extract<Command, { kind: 'pipeline' }>, state: State, standing: Standing): readonly Flow[] {
    if (command.commands.length === 1 && command.commands[0]) {
      const inner: Standing = { ...standing, tail: 'none', last: false };
      return this.#command(command.commands[0], state, inner).map((flow) =>
        flow.kind === 'next'
          ? { ...flow, status: flow.status === 'open' ? 'open' : flow.status === 'ok' ? 'failed' : 'ok' }
          : flow,
      );
    }
    for (const part of command.commands) {
      for (const flow of this.#inSubshell(part, state, { more: standing.more, tail: 'none', last: false })) {
        if (flow.kind === 'unknown') return [flow];
        if (flow.kind === 'becomes') {
          return [{ kind: 'stays', state, child: flow.process, busy: 'pipeline', command: undefined }];
        }
      }
    }
    return [{ kind: 'next', state, status: 'ok' }];
  }

  #subshell(command: Extract<Command, { kind: 'subshell' }>, state: State, standing: Standing): readonly Flow[] {
    return this.#inSubshell(command, state, standing).map((flow): Flow => {
      if (flow.kind !== 'becomes') return flow;
      const gone = standing.tail !== 'none' && state.traps.size === 0 && subshellReplaces(this.#dialect);
      return gone
        ? flow
        : { kind: 'stays', state: flow.state, child: flow.process, busy: 'foreground', command: undefined };
    });
  }

  /** Runs a command in a process of its own: `becomes` holds that process, everything else ends. */
  #inSubshell(command: Command, state: State, standing: Standing): readonly Flow[] {
    const inner: State = {
      ...state,
      traps: new Map([...state.traps].filter(([, handler]) => handler === '')),
      background: [],
    };
    const alone: Standing = { more: standing.more, tail: 'none', last: true };
    const flows =
      command.kind === 'subshell' ? this.#list(command.body, inner, alone) : this.#command(command, inner, alone);
    return merge(
      flows.map((flow): Flow => {
        const after = { ...state, when: flow.state.when };
        if (flow.kind === 'becomes' || flow.kind === 'unknown') return { ...flow, state: after };
        if (flow.kind !== 'stays') return { kind: 'next', state: after, status: 'ok' };
        // The last plain command of a subshell takes the subshell's place in every shell that was measured.
        const replaced =
          flow.busy === 'foreground' && flow.child && flow.state.traps.size === 0 && flow.command?.replaceable;
        const process = replaced
          ? flow.child
          : this.#starter.subshell(this.#dialect, flow, this.#text.place(command.start, command.end));
        return process ? { kind: 'becomes', state: after, process } : { kind: 'next', state: after, status: 'ok' };
      }),
    );
  }

  #if(command: Extract<Command, { kind: 'if' }>, state: State, standing: Standing): readonly Flow[] {
    const inner = nested(standing, false);
    let undecided: State[] = [state];
    const taken: Flow[] = [];
    for (const branch of command.branches) {
      const still: State[] = [];
      for (const one of undecided) {
        for (const flow of this.#list(branch.condition, one, { more: true, tail: 'none', last: false })) {
          if (flow.kind !== 'next') {
            taken.push(flow);
            continue;
          }
          const decides = this.#condition({
            start: branch.condition[0]?.command.start ?? 0,
            end: branch.condition.at(-1)?.command.end ?? 0,
          });
          const yes = flow.status === 'open' ? withCondition(flow.state, decides, true) : flow.state;
          const no = flow.status === 'open' ? withCondition(flow.state, decides, false) : flow.state;
          if (flow.status !== 'failed') taken.push(...this.#list(branch.body, yes, inner));
          if (flow.status !== 'ok') still.push(no);
        }
      }
      undecided = still;
    }
    for (const one of undecided) {
      taken.push(
        ...(command.otherwise
          ? this.#list(command.otherwise, one, inner)
          : [{ kind: 'next' as const, state: one, status: 'ok' as const }]),
      );
    }
    return merge(taken);
  }

  #case(command: Extract<Command, { kind: 'case' }>, state: State, standing: Standing): readonly Flow[] {
    const [subject] = expand(command.subject, this.#text, state);
    const inner = nested(standing, false);
    const taken: Flow[] = [];
    let mayPass = true;
    for (const item of command.items) {
      if (!mayPass) break;
      if (item.fallsThrough) return [{ kind: 'unknown', state, why: '`;&` in a case' }];
      const decided = matches(item.patterns, subject?.text);
      if (decided === false) continue;
      const text = `\`${command.subject.raw}\` is \`${item.patterns.map((pattern) => pattern.raw).join(' or ')}\``;
      const at = this.#text.place(command.subject.start, command.subject.end);
      const inside = decided ? state : withCondition(state, { text, at }, true);
      taken.push(...this.#list(item.body, inside, inner));
      if (decided || item.patterns.some((pattern) => pattern.raw === '*')) mayPass = false;
    }
    if (mayPass) taken.push({ kind: 'next', state, status: 'ok' });
    return merge(taken);
  }

  /** A loop that ends is taken to have done its work; one that cannot end keeps the shell. */
  #loop(command: Extract<Command, { kind: 'loop' }>, state: State): readonly Flow[] {
    const endless = command.condition !== undefined && this.#endless(command.condition, command.until, state);
    const flows = this.#list(command.body, state, { more: !endless, tail: 'none', last: false });
    const out = flows.flatMap((flow): Flow[] => {
      if (flow.kind === 'stays')
        return [{ ...flow, busy: flow.busy === 'foreground' ? 'loop' : flow.busy, command: undefined }];
      if (flow.kind !== 'next') return flow.kind === 'exits' && !endless ? [] : [flow];
      return endless
        ? [{ kind: 'stays', state: flow.state, child: undefined, busy: 'loop', command: undefined }]
        : [flow];
    });
    return merge(out.length > 0 ? out : [{ kind: 'next', state, status: 'ok' }]);
  }

  #endless(condition: List, until: boolean, state: State): boolean {
    const flows = this.#list(condition, state, { more: true, tail: 'none', last: false });
    return (
      flows.every((flow) => flow.kind === 'next' && flow.status === (until ? 'failed' : 'ok')) &&
      onlyBuiltins(condition)
    );
  }

  #assign(command: SimpleCommand, state: State): State {
    const exported = literalOf(command.words[0]);
    const declared = exported === 'export' || exported === 'local' || exported === 'readonly' || exported === 'declare';
    if (command.words.length > 0 && !declared) return state;
    const named = new Map(state.named);
    for (const { name, value } of command.assignments) {
      named.set(name, value ? expand(value, this.#text, state).map((arg) => arg.text)[0] : undefined);
    }
    for (const word of declared ? command.words.slice(1) : []) {
      const pair = /^(\w+)=(.*)$/s.exec(word.raw);
      if (pair?.[1]) named.set(pair[1], /^[\w./:@%+-]*$/.test(pair[2] ?? '') ? pair[2] : undefined);
    }
    return { ...state, named };
  }

  /** Whether a command may start the container's program, judged by its words alone. */
  #mayRun(item: ListItem, state: State): boolean {
    return commandsOf(item.command).some((simple) => {
      const name = literalOf(simple.words[0]);
      if (name === undefined) return simple.words.length > 0;
      if (name === 'exec') return simple.words.length > 1;
      const called = state.functions.get(name);
      if (called)
        return called.body.some(
          (one) => one.command.kind !== 'function' && this.#mayRun(one, { ...state, functions: new Map() }),
        );
      if (name === 'wait' || name === '.' || name === 'source' || name === 'eval')
        return name !== 'wait' && name !== '.' && name !== 'source';
      if (isBuiltin(name)) return false;
      return isShort(simple.words.map((word) => literalOf(word) ?? word.raw)) !== true;
    });
  }

  /** What decides a branch, as a person reads it. */
  #condition({ start, end }: Span): Omit<Condition, 'holds'> {
    return { text: `\`${this.#text.text.slice(start, end).replace(/\s+/g, ' ')}\``, at: this.#text.place(start, end) };
  }
}

/** Programs that scripts use to ask something: their answer is open. */
const DECIDES = new Set([
  'grep',
  'egrep',
  'which',
  'id',
  'getent',
  'pgrep',
  'diff',
  'cmp',
  'expr',
  'ls',
  'find',
  'mountpoint',
  'nc',
  'pg_isready',
]);

function nested(standing: Standing, redirected: boolean): Standing {
  return { ...standing, tail: standing.tail === 'none' || redirected ? 'none' : 'nested' };
}

/** `|| exit 1`, `|| true`, `|| echo failed`: what runs only after the program has ended, and does nothing then. */
function onlyGivesUp(commands: readonly Command[]): boolean {
  return commands.every((command) =>
    commandsOf(command).every((simple) => isBuiltin(literalOf(simple.words[0]) ?? '')),
  );
}

function onlyBuiltins(list: List): boolean {
  return list.every((item) => commandsOf(item.command).every((simple) => isBuiltin(literalOf(simple.words[0]) ?? '')));
}

function literalOf(word: ShellWord | undefined): string | undefined {
  return word && literal(word);
}

/** All simple commands inside a command, those of functions left out. */
function commandsOf(command: Command): readonly SimpleCommand[] {
  const inside = (list: List) => list.flatMap((item) => commandsOf(item.command));
  switch (command.kind) {
    case 'simple':
      return [command];
    case 'andOr':
    case 'pipeline':
      return command.commands.flatMap(commandsOf);
    case 'if':
      return [
        ...command.branches.flatMap((branch) => inside(branch.body)),
        ...(command.otherwise ? inside(command.otherwise) : []),
      ];
    case 'case':
      return command.items.flatMap((item) => inside(item.body));
    case 'loop':
    case 'group':
    case 'subshell':
      return inside(command.body);
    default:
      return [];
  }
}

function matches(patterns: readonly ShellWord[], subject: string | undefined): boolean | undefined {
  if (patterns.some((pattern) => pattern.raw === '*')) return subject === undefined ? undefined : true;
  if (subject === undefined) return undefined;
  const known = patterns.map((pattern) => pattern.parts.every((part) => part.kind !== 'variable'));
  if (patterns.some((pattern) => globPattern(literal(pattern) ?? pattern.raw).test(subject))) return true;
  return known.every(Boolean) ? false : undefined;
}

/** `trap HANDLER SIGNAL…`; `-` takes the trap away. Dash knows no `SIG` prefix and leaves such a trap unset. */
function withTrap(state: State, args: readonly Arg[], dialect: Dialect): State {
  const [handler, ...signals] = args.filter((arg) => arg.text !== '--');
  const traps = new Map(state.traps);
  for (const signal of signals) {
    const name = signalName(shown(signal), dialect);
    if (name === undefined) continue;
    if (handler?.text === '-') traps.delete(name);
    else traps.set(name, handler?.text);
  }
  return { ...state, traps };
}

const NUMBERS: Readonly<Record<string, string>> = {
  '0': 'EXIT',
  '1': 'SIGHUP',
  '2': 'SIGINT',
  '3': 'SIGQUIT',
  '15': 'SIGTERM',
};

function signalName(text: string, dialect: Dialect): string | undefined {
  if (NUMBERS[text]) return NUMBERS[text];
  const upper = text.toUpperCase();
  if (upper === 'EXIT') return 'EXIT';
  if (upper.startsWith('SIG')) return dialect === 'dash' ? undefined : upper;
  return `SIG${upper}`;
}

function withCondition(state: State, condition: Omit<Condition, 'holds'>, holds: boolean): State {
  return { ...state, when: [...state.when, { ...condition, holds }] };
}

/** The directory that `cd` leads to; unknown stays unknown. */
function directory(from: string | undefined, to: string | undefined): string | undefined {
  if (to === undefined || to === '-' || to.startsWith('/')) return to === '-' ? undefined : to;
  return from === undefined ? undefined : `${from}/${to}`;
}

/** Jobs that the shell left behind stay children of the process that took its place. */
function keepJobs(process: Process, state: State): Process {
  return state.background.length === 0
    ? process
    : { ...process, background: [...state.background, ...process.background] };
}

/** Branches that left the shell in the same state are one again; a variable that differs becomes open. */
function merge(flows: readonly Flow[]): Flow[] {
  const merged: Flow[] = [];
  for (const flow of flows) {
    const index = merged.findIndex(
      (one) =>
        one.kind === 'next' &&
        flow.kind === 'next' &&
        one.status === flow.status &&
        sameButVariables(one.state, flow.state),
    );
    const twin = merged[index];
    if (twin?.kind !== 'next') merged.push(flow);
    else
      merged[index] = {
        ...twin,
        state: {
          ...twin.state,
          named: agreed(twin.state.named, flow.state.named),
          when: shared(twin.state.when, flow.state.when),
        },
      };
  }
  return merged;
}

function sameButVariables(a: State, b: State): boolean {
  return (
    a.positional === b.positional && a.functions === b.functions && a.traps === b.traps && a.background === b.background
  );
}

function agreed(a: State['named'], b: State['named']): State['named'] {
  const names = new Set([...a.keys(), ...b.keys()]);
  return a === b ? a : new Map([...names].map((name) => [name, a.get(name) === b.get(name) ? a.get(name) : undefined]));
}

function shared(a: readonly Condition[], b: readonly Condition[]): readonly Condition[] {
  return a.filter((one) => b.some((other) => other.text === one.text && other.holds === one.holds));
}
