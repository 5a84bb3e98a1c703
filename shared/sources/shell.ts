// Reads shell text into the few constructs that decide what a shell becomes. The only file that imports unbash, whose
// tree changes often. Reads everything as Bash; the dialect is somebody else's business. Never throws.
import {
  type CommandNode,
  type CompoundList,
  type PipelineNode,
  parse,
  type Statement,
  type Redirection as UnbashRedirection,
  type Word,
} from 'unbash';
import type { Span } from '../text/span.ts';

/** A piece of a word: text, a variable, or something whose value only the running shell knows: `$(…)` runs commands. */
export type Part =
  | { readonly kind: 'text'; readonly value: string; readonly quoted: boolean }
  /** `$NAME`, `$1`, `$@`; `fallback` is what `${NAME:-fallback}` gives when it is empty. */
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly fallback: ShellWord | undefined;
      readonly quoted: boolean;
      /** What is left of its value: `${1#-}`, `${1%.sh}`, `${1:0:1}`. */
      readonly cut?: Cut;
    }
  | { readonly kind: 'open'; readonly runs?: List };

/** A part of a value that is taken away, or left. */
export type Cut =
  | { readonly kind: 'prefix' | 'suffix'; readonly pattern: ShellWord; readonly longest: boolean }
  | { readonly kind: 'slice'; readonly offset: ShellWord; readonly length: ShellWord | undefined };

/** A word of a command, before the shell expands it. */
export interface ShellWord extends Span {
  /** As written. */
  readonly raw: string;
  readonly parts: readonly Part[];
}

/** Where a command's output goes, or its input comes from. */
export type Redirection =
  /** `> file`, `2>&1`; the descriptor is absent where it is the operator's own. */
  | {
      readonly kind: 'file';
      readonly operator: string;
      readonly descriptor: number | undefined;
      readonly target: ShellWord | undefined;
    }
  /** `<<EOF`: quoted it stands for itself, and `<<-` takes the tabs at the start of its lines away. */
  | { readonly kind: 'heredoc'; readonly quoted: boolean; readonly withoutTabs: boolean; readonly body: Span };

/** A command with its words; assignments before it and redirections are set apart. */
export interface SimpleCommand extends Span {
  readonly kind: 'simple';
  readonly assignments: readonly { readonly name: string; readonly value: ShellWord | undefined }[];
  readonly words: readonly ShellWord[];
  readonly redirections: readonly Redirection[];
  /** Where its redirections end: behind `end`, where any follow its words. */
  readonly fullEnd: number;
}

/** A command, simple or compound. */
export type Command =
  | SimpleCommand
  | ({ readonly kind: 'pipeline'; readonly negated: boolean; readonly commands: readonly Command[] } & Span)
  /** `a && b || c`: `operators[i]` stands before `commands[i + 1]`. */
  | ({
      readonly kind: 'andOr';
      readonly commands: readonly Command[];
      readonly operators: readonly ('&&' | '||')[];
    } & Span)
  /** `if` with its `elif`s as further branches; `otherwise` is absent without `else`. */
  | ({ readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: List | undefined } & Span)
  | ({ readonly kind: 'case'; readonly subject: ShellWord; readonly items: readonly CaseItem[] } & Span)
  /** `while` and `until` have a condition, `for` has a variable and, unless it runs over the arguments, words. */
  | ({
      readonly kind: 'loop';
      readonly condition: List | undefined;
      readonly until: boolean;
      readonly variable?: string;
      readonly words?: readonly ShellWord[];
      readonly body: List;
    } & Span)
  | ({ readonly kind: 'subshell'; readonly body: List; readonly redirections: readonly Redirection[] } & Span)
  | ({ readonly kind: 'group'; readonly body: List; readonly redirections: readonly Redirection[] } & Span)
  | ({ readonly kind: 'function'; readonly name: string; readonly body: List } & Span)
  /** `[[ … ]]`, `(( … ))` and whatever else does not start programs. */
  | ({ readonly kind: 'test' } & Span);

/** `if` or `elif`, with what it leads to. */
export interface Branch {
  readonly condition: List;
  readonly body: List;
}

/** Patterns of a `case`, with what they lead to. */
export interface CaseItem {
  readonly patterns: readonly ShellWord[];
  readonly body: List;
  /** `;&` and `;;&` go on with the next item. */
  readonly fallsThrough: boolean;
}

/** A command of a list, and whether `&` sends it to the background. */
export interface ListItem {
  readonly command: Command;
  readonly background: boolean;
}

/** Commands one after the other. */
export type List = readonly ListItem[];

/** A script, or the text behind `-c`. */
export interface ShellText {
  /** The interpreter line without `#!`, if there is one. */
  readonly shebang: string | undefined;
  readonly list: List;
  /** Whether it could be read to its end; if not, nothing should be said about it. */
  readonly whole: boolean;
}

/** Texts that were read last: while a launch is followed, the same ones are asked for again and again. */
const RECENT = new Map<string, ShellText>();
const MAX_RECENT = 64;

/** Reads a script or the text of `sh -c`. Spans are offsets in `text`. */
export function parseShell(text: string): ShellText {
  const known = RECENT.get(text);
  if (known) return known;
  const read = readShell(text);
  if (RECENT.size >= MAX_RECENT) RECENT.clear();
  RECENT.set(text, read);
  return read;
}

function readShell(text: string): ShellText {
  const shebang = /^#!([^\r\n]*)/.exec(text)?.[1]?.trim();
  try {
    const script = parse(text);
    return { shebang, list: statements(script.commands), whole: !script.errors?.length };
  } catch {
    return { shebang, list: [], whole: false };
  }
}

/** What a word says when nothing in it is left open: no variables, no globs, no substitutions. */
export function literal(word: ShellWord): string | undefined {
  let text = '';
  for (const part of word.parts) {
    if (part.kind !== 'text') return undefined;
    text += part.value;
  }
  return text;
}

function list(body: CompoundList): List {
  return statements(body.commands);
}

function statements(all: readonly Statement[]): List {
  return all.map((statement) => ({ command: command(statement.command), background: statement.background === true }));
}

function command(node: Statement['command']): Command {
  if (node.type === 'AndOr') {
    const commands = node.commands.map(pipeline);
    return { kind: 'andOr', commands, operators: node.operators, start: node.pos, end: node.end };
  }
  return pipeline(node);
}

function pipeline(node: PipelineNode): Command {
  if (node.type !== 'Pipeline') return one(node);
  const commands = node.commands.map((part) => one(part));
  const negated = node.prefixes.some((prefix) => prefix.type === 'Negation');
  const [only] = commands;
  if (only && commands.length === 1 && !negated) return only;
  return { kind: 'pipeline', negated, commands, start: node.pos, end: node.end };
}

function one(node: CommandNode, redirections: readonly Redirection[] = []): Command {
  const at = { start: node.pos, end: node.end };
  switch (node.type) {
    case 'Command':
      return {
        kind: 'simple',
        assignments: node.prefix.flatMap((prefix) =>
          prefix.type === 'Assignment'
            ? [{ name: prefix.name, value: prefix.value.type === 'Word' ? word(prefix.value) : undefined }]
            : [],
        ),
        words: [
          ...(node.name ? [word(node.name)] : []),
          ...node.args.map((arg) => (arg.type === 'Word' ? word(arg) : opaque(arg.text, arg.pos, arg.end))),
        ],
        redirections: node.redirects.map(redirection),
        fullEnd: node.end,
        ...commandSpan(node),
      };
    case 'Redirected':
      return one(node.command, node.redirects.map(redirection));
    case 'If': {
      const branches = [node, ...node.elif].map((part) => ({ condition: list(part.clause), body: list(part.then) }));
      return { kind: 'if', branches, otherwise: node.else && list(node.else), ...at };
    }
    case 'Case': {
      const items = node.items.map((item) => ({
        patterns: item.pattern.map(word),
        body: list(item.body),
        fallsThrough: item.terminator === ';&' || item.terminator === ';;&',
      }));
      return { kind: 'case', subject: word(node.word), items, ...at };
    }
    case 'While':
      return { kind: 'loop', condition: list(node.clause), until: node.kind === 'until', body: list(node.body), ...at };
    case 'For': {
      const words = node.wordlist?.map(word);
      const loop = {
        kind: 'loop' as const,
        condition: undefined,
        until: false,
        variable: node.name.value,
        body: list(node.body),
      };
      return { ...loop, ...(words && { words }), ...at };
    }
    case 'ArithmeticFor':
    case 'Select':
      return { kind: 'loop', condition: undefined, until: false, body: list(node.body), ...at };
    case 'Subshell':
      return { kind: 'subshell', body: list(node.body), redirections, ...at };
    case 'BraceGroup':
      return { kind: 'group', body: list(node.body), redirections, ...at };
    case 'Function': {
      const body = node.body;
      const inner = body.type === 'CompoundList' ? list(body) : [{ command: one(body), background: false }];
      return { kind: 'function', name: node.name.value, body: inner, ...at };
    }
    default:
      return { kind: 'test', ...at };
  }
}

function redirection(node: UnbashRedirection): Redirection {
  if (node.type === 'HereDoc') {
    const { body, delimiter, operator } = node;
    return {
      kind: 'heredoc',
      quoted: delimiter?.quoted === true,
      withoutTabs: operator === '<<-',
      body: { start: body.pos, end: body.end },
    };
  }
  const descriptor = node.descriptor?.type === 'FileDescriptor' ? node.descriptor.value : undefined;
  return { kind: 'file', operator: node.operator, descriptor, target: node.target && word(node.target) };
}

/** The command without the redirections that follow it: what a person would underline. */
function commandSpan(node: Extract<CommandNode, { type: 'Command' }>): Span {
  const last = node.args.at(-1) ?? node.name;
  return { start: node.pos, end: last ? Math.max(last.end, node.pos) : node.end };
}

function opaque(raw: string, start: number, end: number): ShellWord {
  return { raw, parts: [{ kind: 'text', value: raw, quoted: false }], start, end };
}

function word(node: Word): ShellWord {
  const parts = node.parts ? node.parts.flatMap((part) => readPart(part, false)) : [plain(node.value, node.text)];
  return { raw: node.text, parts, start: node.pos, end: node.end };
}

function plain(value: string, raw: string): Part {
  return /^~|[*?]|\[.+\]/.test(raw) && value === raw
    ? { kind: 'open' }
    : { kind: 'text', value, quoted: value !== raw };
}

type AnyPart = NonNullable<Word['parts']>[number];

function readPart(part: AnyPart, quoted: boolean): Part[] {
  switch (part.type) {
    case 'Literal':
      return [{ kind: 'text', value: part.value, quoted }];
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ kind: 'text', value: part.value, quoted: true }];
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.length
        ? part.parts.flatMap((inner) => readPart(inner, true))
        : [{ kind: 'text', value: '', quoted: true }];
    case 'SimpleExpansion':
      return [{ kind: 'variable', name: part.text.slice(1), fallback: undefined, quoted }];
    case 'ParameterExpansion': {
      const operation = part.operation;
      // The first of a list is what the name alone stands for.
      if (part.prefix || (part.index && part.index.text !== '0')) return [{ kind: 'open' }];
      const cut = operation && cutOf(operation);
      if (cut) return [{ kind: 'variable', name: part.parameter, fallback: undefined, quoted, cut }];
      if (operation && operation.type !== 'Default') return [{ kind: 'open' }];
      const usesFallback = operation?.operator === ':-' || operation?.operator === '-';
      if (operation && !usesFallback && !operation.operator.includes('?') && !operation.operator.includes('=')) {
        return [{ kind: 'open' }];
      }
      const fallback = operation && !operation.operator.includes('?') ? word(operation.operand) : undefined;
      return [{ kind: 'variable', name: part.parameter, fallback, quoted }];
    }
    case 'CommandExpansion':
      return [part.script ? { kind: 'open', runs: statements(part.script.commands) } : { kind: 'open' }];
    default:
      return [{ kind: 'open' }];
  }
}

function cutOf(operation: NonNullable<Extract<AnyPart, { type: 'ParameterExpansion' }>['operation']>): Cut | undefined {
  if (operation.type === 'Remove') {
    const { operator, operand } = operation;
    return {
      kind: operator.startsWith('#') ? 'prefix' : 'suffix',
      pattern: word(operand),
      longest: operator.length > 1,
    };
  }
  if (operation.type !== 'Slice') return undefined;
  return { kind: 'slice', offset: word(operation.offset), length: operation.length && word(operation.length) };
}
