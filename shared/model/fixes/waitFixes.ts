// The edits that make a shell tell its programs to stop and wait for them: a `wait` in a trap, a program in the background,
// a trap for all jobs. How they are written depends on where the text stands: on lines of its own, or in one line.
import { stopCommand } from '../../knowledge/stopCommands.ts';
import { type ListItem, literal, type ShellWord, type SimpleCommand } from '../../sources/shell.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Edit } from '../../text/span.ts';
import { baseName } from '../paths.ts';
import { type Code, endOf, handlerCode, listsIn, partsOf } from '../stop/handlers.ts';
import type { Process, ShellState, Trap, Written } from '../stop/processTree.ts';
import {
  aboveComments,
  behind,
  inFront,
  isOwnLine,
  itemAround,
  itemAt,
  itemsIn,
  newLine,
  restOfLine,
  startsLine,
} from '../stop/shellLines.ts';

/** `wait` in a trap, behind what tells the programs to stop. */
export function waitInTrap(trap: Trap | undefined): readonly Edit[] {
  const code = trap && handlerCode(trap);
  const telling = code && lastTelling(code);
  if (!code || !telling || telling.waits || mentions(code, 'wait')) return [];
  const { item, targets = [] } = telling;
  // Of several, one may not be running: without quotes its empty number vanishes.
  const named = targets.length > 1 ? targets.map((raw) => raw.replace(/\\?"/g, '')) : targets;
  const waits = targets.every((raw) => variableIn(raw) !== undefined) ? ['wait', ...named].join(' ') : 'wait';
  const guard = setsErrexit(trap.word?.text.text ?? '') ? ' || true' : '';
  return edits(behind(code.text, item, waits + guard));
}

/** The foreground command of a trapped shell in the background, where its trap can run and stop it. */
export function runInBackground(shell: ShellState, trap: Trap | undefined, signal: string): readonly Edit[] {
  const item = shell.command && itemAt(shell.command.text, shell.command.span.start);
  if (!shell.command || !item || item.background || !trap) return [];
  const stop = stopInTrap(trap, signal);
  const job = stop ? backgroundEdits(shell.command.text, item, stop.name) : [];
  return stop && job.length > 0 ? [...stop.edits, ...job] : [];
}

/** A trap that stops the foreground command, set in front of another one. */
export function trapAndRunInBackground(shell: ShellState, before: Written, signal: string): readonly Edit[] {
  const item = shell.command && itemAt(shell.command.text, shell.command.span.start);
  const spot = itemAround(before.text, before.span.start);
  if (!shell.command || !item || item.background || !spot) return [];
  const name = freeName(shell.text.text, []);
  const trap = inFront(before.text, spot, `trap 'kill -${short(signal)} "$${name}"' ${short(signal)}`);
  const job = backgroundEdits(shell.command.text, item, name);
  return trap && job.length > 0 ? [trap, ...job] : [];
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
  const vain = lastTelling(code)?.item.command;
  if (vain && asksForJobs(code.text.text.slice(vain.start, endOf(vain)))) {
    const done = mentions(code, 'wait') ? own.filter((step) => step !== 'wait') : own;
    const lines = code.quotes === undefined && startsLine(code.text.text, vain.start);
    const written = done.join(lines ? newLine(code.text.text, vain.start) : '; ');
    return edits(code.text.replace(vain.start, endOf(vain), written));
  }
  return edits(leavesBy(last) ? inFront(code.text, last, ...own) : behind(code.text, last, ...own));
}

/** `$(jobs -p)` */
export function asksForJobs(text: string): boolean {
  return /\bjobs -p/.test(text);
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
  /** As written; absent where it does not name the programs one by one. */
  readonly targets: readonly string[] | undefined;
}

/** The last command of some code that tells anybody to stop, with all whom its list tells. */
function lastTelling({ list }: Code): Telling | undefined {
  for (const own of listsIn(list).toReversed()) {
    const telling = own.filter((item) => partsOf(item).some(tellsSomebody));
    const item = telling.at(-1);
    if (!item) continue;
    const targets = telling.flatMap((one) => partsOf(one).filter(tellsSomebody).map(targetsOf));
    const waits = partsOf(item).some(({ words }) => stopCommand(words.map(literal))?.waits);
    return { item, waits, targets: targets.some((some) => some.length === 0) ? undefined : targets.flat() };
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
    const [name, ...others] = new Set(telling.targets?.map(variableIn));
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
  // What follows the line of a here-document is its text.
  if (/<<(?!<)/.test(text.text.slice(item.command.start, end))) return [];
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

function setsErrexit(text: string): boolean {
  return /^#!.*\s-\w*e|^[ \t]*set[ \t]+(?:-\w*e|-o errexit)/m.test(text);
}

function edits(...all: readonly (Edit | undefined)[]): readonly Edit[] {
  return all.every((edit) => edit !== undefined) ? all : [];
}
