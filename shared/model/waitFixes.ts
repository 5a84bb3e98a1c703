// The edits that make a shell tell its programs to stop and wait for them: a `wait` in a trap, a program in the background,
// a trap for all jobs. How they are written depends on where the text stands: on lines of its own, or in one line.
import { stopCommand } from '../knowledge/stopCommands.ts';
import { type ListItem, literal, parseShell, type ShellWord, type SimpleCommand } from '../sources/shell.ts';
import type { Embedded } from '../text/embedded.ts';
import type { Edit } from '../text/span.ts';
import { type Code, endOf, handlerCode, listsIn, partsOf } from './handlers.ts';
import { baseName } from './paths.ts';
import type { Process, ShellState, Trap, Written } from './processTree.ts';

/** `wait` in a trap, behind what tells the programs to stop. */
export function waitInTrap(trap: Trap | undefined): readonly Edit[] {
  const code = trap && handlerCode(trap);
  const telling = code && lastTelling(code);
  if (!code || !telling || telling.waits || mentions(code, 'wait')) return [];
  const { item, targets } = telling;
  const waits = targets.every(isProcess) ? ['wait', ...targets].join(' ') : 'wait';
  const guard = setsErrexit(trap.word?.text.text ?? '') ? ' || true' : '';
  return edits(behind(code.text, item, waits + guard));
}

/** The foreground command of a trapped shell in the background, where its trap can run and stop it. */
export function runInBackground(shell: ShellState, trap: Trap | undefined, signal: string): readonly Edit[] {
  const item = shell.command && itemAt(shell.command.text, shell.command.span.start);
  if (!shell.command || !item || item.background || !trap) return [];
  const inTrap = stopInTrap(trap, signal);
  return inTrap ? [...inTrap.edits, ...backgroundEdits(shell.command.text, item, inTrap.name)] : [];
}

/** A trap that stops the foreground command, set in front of another one. */
export function trapAndRunInBackground(shell: ShellState, before: Written, signal: string): readonly Edit[] {
  const item = shell.command && itemAt(shell.command.text, shell.command.span.start);
  const spot = itemAround(before.text, before.span.start);
  if (!shell.command || !item || item.background || !spot) return [];
  const name = freeName(shell.text.text, []);
  const trap = inFront(before.text, spot, `trap 'kill -${short(signal)} "$${name}"' ${short(signal)}`);
  return trap ? [trap, ...backgroundEdits(shell.command.text, item, name)] : [];
}

/** A trap that makes the shell exit, so that its EXIT trap runs. */
export function exitOn(signal: string, exitTrap: Written, status: number): readonly Edit[] {
  const spot = itemAround(exitTrap.text, exitTrap.span.start);
  return spot ? edits(inFront(exitTrap.text, spot, `trap 'exit ${status}' ${short(signal)}`)) : [];
}

/** A trap that tells all jobs of a shell to stop and waits for them; or the trap that there is, so that it does. */
export function tellJobs({ shell, background }: Process, signal: string): readonly Edit[] {
  const sent = commonSignal(background, signal);
  if (!shell || sent === undefined) return [];
  // In dash `$(jobs -p)` gives nothing: its subshell has no jobs. There the whole group is told, but for the shell itself.
  const jobless = shell.dialect === 'dash' || shell.dialect === 'zsh';
  const steps = jobless
    ? [`trap "" ${short(sent)}`, `kill -${short(sent)} 0`, 'wait']
    : [`kill -${short(sent)} $(jobs -p)`, 'wait'];
  const trap = shell.traps.get(signal);
  if (trap) return inTrap(trap, steps);
  const first = itemsIn(shell.text)
    .filter(({ background: job }) => job)
    .sort((x, y) => x.command.start - y.command.start)[0];
  return first ? edits(aboveComments(shell.text, first, `trap '${steps.join('; ')}' ${short(signal)}`)) : [];
}

/** Commands at the end of a trap, in front of its `exit`; in the place of a `kill` that finds nobody. */
function inTrap(trap: Trap, steps: readonly string[]): readonly Edit[] {
  const code = handlerCode(trap);
  const last = code?.list.at(-1);
  if (!code || !last) return [];
  const own = steps.map((step) => (code.quotes === '"' ? step.replace(/["$]/g, '\\$&') : step));
  const telling = lastTelling(code);
  if (telling) {
    const {
      item: { command },
    } = telling;
    const done = mentions(code, 'wait') ? own.filter((step) => step !== 'wait') : own;
    const written = done.join(
      code.quotes === undefined && startsLine(code.text.text, command.start)
        ? newLine(code.text.text, command.start)
        : '; ',
    );
    return edits(code.text.replace(command.start, endOf(command), written));
  }
  return edits(leavesBy(last) ? inFront(code.text, last, ...own) : behind(code.text, last, ...own));
}

function leavesBy(item: ListItem): boolean {
  return partsOf(item).some(({ words }) => words[0]?.raw === 'exit');
}

/** Whether a trap sends somebody a signal, or tells it otherwise to stop. */
export function tells(trap: Trap): boolean {
  const code = handlerCode(trap);
  return code !== undefined && lastTelling(code) !== undefined;
}

/** `TERM` */
export function short(signal: string): string {
  return signal.replace(/^SIG/, '');
}

interface Telling {
  readonly item: ListItem;
  /** Whether it waits itself for whom it tells. */
  readonly waits: boolean;
  /** As written; none where the programs are not named by their numbers. */
  readonly targets: readonly string[];
}

/** The last command of some code that tells anybody to stop, with all whom its list tells. */
function lastTelling({ list }: Code): Telling | undefined {
  for (const own of listsIn(list).toReversed()) {
    const telling = own.filter((item) => partsOf(item).some(tellsSomebody));
    const item = telling.at(-1);
    if (!item) continue;
    const targets = telling.flatMap((one) => partsOf(one).filter(tellsSomebody).map(targetsOf));
    const waits = partsOf(item).some(({ words }) => stopCommand(words.map(literal))?.waits);
    return { item, waits, targets: targets.some((some) => some.length === 0) ? [''] : targets.flat() };
  }
  return undefined;
}

function tellsSomebody({ words }: SimpleCommand): boolean {
  const [program, first] = words.map(literal);
  if (program === undefined) return false;
  if (/^(?:kill|pkill|killall)$/.test(baseName(program))) return first !== '-0' && first !== '-l';
  return stopCommand(words.map(literal)) !== undefined;
}

/** The operands of a `kill`, as written. */
function targetsOf({ words }: SimpleCommand): readonly string[] {
  const [program, ...rest] = words;
  if (!program || baseName(literal(program) ?? '') !== 'kill') return [];
  const operands: ShellWord[] = [];
  for (let i = 0; i < rest.length; i++) {
    const raw = rest[i]?.raw ?? '';
    if (raw === '-s' || raw === '-n') i++;
    else if (rest[i] && (!raw.startsWith('-') || raw.includes('$'))) operands.push(rest[i] as ShellWord);
  }
  return operands.map(({ raw }) => raw);
}

/** Whether a word names one process by its number, so that `wait` takes it too. */
function isProcess(raw: string): boolean {
  return variableIn(raw) !== undefined;
}

/** The variable that a word such as `"$pid"` or `\$pid` is. */
function variableIn(raw: string): string | undefined {
  return /^(?:\\?")?\\?\$(?:\{(\w+)\}|(\w+)|(!))(?:\\?")?$/
    .exec(raw)
    ?.slice(1)
    .find((name) => name !== undefined);
}

/** What a trap needs so that it stops a program whose number is in the variable `name`. */
function stopInTrap(
  trap: Trap,
  signal: string,
): { readonly name: string; readonly edits: readonly Edit[] } | undefined {
  const { word } = trap;
  const code = handlerCode(trap);
  const telling = code && lastTelling(code);
  if (!word) return undefined;
  if (telling) {
    const waits = exits(code) ? waitInTrap(trap) : [];
    const [name, ...others] = new Set(telling.targets.map(variableIn));
    const meant = name !== undefined && /^[a-zA-Z_]\w*$/.test(name) && others.length === 0;
    return { name: freeName(word.text.text, meant ? [name] : []), edits: waits };
  }
  const name = freeName(word.text.text, []);
  const kill = `kill -${short(signal)} "$${name}"`;
  if (!code) {
    const edit = /^[\w:./-]+$/.test(word.raw)
      ? word.text.replace(word.span.start, word.span.end, `'${word.raw}; ${kill}'`)
      : undefined;
    return edit && { name, edits: [edit] };
  }
  const last = code.list.at(-1);
  const stops = inTrap(trap, [kill, ...(last && leavesBy(last) ? [`wait "$${name}"`] : [])]);
  return stops.length > 0 ? { name, edits: stops } : undefined;
}

/** A variable that a script does not set yet: one of these, if it can be, or one of the usual ones. */
function freeName(text: string, meant: readonly string[]): string {
  return [...meant, 'pid', 'child'].find((name) => !new RegExp(`\\b${name}=`).test(text)) ?? 'foreground_pid';
}

function exits(code: Code): boolean {
  return mentions(code, 'exit');
}

function mentions({ list }: Code, name: string): boolean {
  return listsIn(list).some((own) => own.some((item) => partsOf(item).some(({ words }) => words[0]?.raw === name)));
}

/** ` &` behind a command, and waiting for it: a second time, if a trap has come in between. */
function backgroundEdits(text: Embedded, item: ListItem, name: string): readonly Edit[] {
  const end = endOf(item.command);
  const steps = [`${name}=$!`, `wait "$${name}" || wait "$${name}"`];
  const rest = restOfLine(text.text, end);
  if (!isOwnLine(text.text, item.command.start, end)) return edits(text.replace(end, end, ` & ${steps.join('; ')}`));
  const lines = steps.map((step) => newLine(text.text, item.command.start) + step).join('');
  if (rest === '') return edits(text.replace(end, end, ` &${lines}`));
  const behindRest = end + rest.length;
  return edits(text.replace(end, end, ' &'), text.replace(behindRest, behindRest, lines));
}

/** The signal that all jobs stop well on: the given one, or one that they share. */
function commonSignal(jobs: readonly Process[], signal: string): string | undefined {
  const known = jobs.flatMap(({ facts }) => (facts && facts.graceful.length > 0 ? [facts.graceful] : []));
  return [signal, ...(known[0] ?? [])].find((one) => known.every((graceful) => graceful.includes(one)));
}

function itemsIn(text: Embedded): readonly ListItem[] {
  return listsIn(parseShell(text.text).list).flat();
}

/** The list item that is the command at an offset. */
function itemAt(text: Embedded, start: number): ListItem | undefined {
  return itemsIn(text).find(({ command }) => command.kind === 'simple' && command.start === start);
}

/** The innermost list item around an offset. */
export function itemAround(text: Embedded, offset: number): ListItem | undefined {
  return itemsIn(text).findLast(({ command }) => command.start <= offset && offset < endOf(command));
}

/** Puts commands behind a list item. */
function behind(text: Embedded, { command }: ListItem, ...steps: readonly string[]): Edit | undefined {
  const end = endOf(command);
  if (!isOwnLine(text.text, command.start, end))
    return text.replace(end, end, steps.map((step) => `; ${step}`).join(''));
  const lineEnd = end + restOfLine(text.text, end).length;
  return text.replace(lineEnd, lineEnd, steps.map((step) => newLine(text.text, command.start) + step).join(''));
}

/** Puts commands in front of a list item. */
export function inFront(
  text: Embedded,
  { command: { start } }: ListItem,
  ...steps: readonly string[]
): Edit | undefined {
  const separator = startsLine(text.text, start) ? newLine(text.text, start) : '; ';
  return text.replace(start, start, steps.map((step) => step + separator).join(''));
}

/** Puts a command in front of a list item and the comments right above it. */
function aboveComments(text: Embedded, item: ListItem, what: string): Edit | undefined {
  const { start } = item.command;
  const comments = startsLine(text.text, start)
    ? /(?:^[ \t]*#(?!!)[^\n]*\n)+[ \t]*$/m.exec(text.text.slice(0, start))
    : null;
  if (!comments) return inFront(text, item, what);
  const indentation = /^[ \t]*/.exec(comments[0])?.[0].length ?? 0;
  const at = comments.index + indentation;
  return text.replace(at, at, what + newLine(text.text, at));
}

/** Whether a command has its line to itself, in a text of several lines. */
function isOwnLine(text: string, start: number, end: number): boolean {
  return startsLine(text, start) && /^[ \t]*(?:#.*)?$/.test(restOfLine(text, end));
}

function startsLine(text: string, start: number): boolean {
  return /[\r\n]/.test(text.trim()) && /(?:^|\n)[ \t]*$/.test(text.slice(0, start));
}

function restOfLine(text: string, from: number): string {
  return /^[^\r\n]*/.exec(text.slice(from))?.[0] ?? '';
}

/** A line end, and the indentation of the line at an offset. */
function newLine(text: string, offset: number): string {
  const indentation = /[ \t]*$/.exec(text.slice(0, offset))?.[0] ?? '';
  return (text.includes('\r\n') ? '\r\n' : '\n') + indentation;
}

function setsErrexit(text: string): boolean {
  return /^#!.*\s-\w*e|^[ \t]*set[ \t]+(?:-\w*e|-o errexit)/m.test(text);
}

function edits(...all: readonly (Edit | undefined)[]): readonly Edit[] {
  return all.every((edit) => edit !== undefined) ? all : [];
}
