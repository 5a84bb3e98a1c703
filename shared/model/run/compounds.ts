// Compound commands and what decides between their parts: `&&` and `||`, `if`, `case`, loops.
import type { Command, List } from '../../sources/shell.ts';
import type { Span } from '../../text/span.ts';
import type { Condition } from '../value.ts';
import { type Kind, Leave, nested, type Standing, type Status, type Steps } from './flow.ts';
import { inertAssignments, mayRun } from './inert.ts';
import { Lost } from './machine.ts';
import { matchingItem } from './patterns.ts';
import type { Shell } from './shell.ts';
import { runPending } from './traps.ts';

/** More rounds of one loop are somebody's endless one. */
const MAX_ROUNDS = 700;

/** Runs `a && b || c`. */
export function* andOr(shell: Shell, command: Kind<'andOr'>, standing: Standing): Steps<Status> {
  let status: Status = 0;
  for (const [index, part] of command.commands.entries()) {
    const operator = index === 0 ? '&&' : command.operators[index - 1];
    const rest = command.commands.slice(index + 1);
    const isLast = rest.length === 0;
    if (index > 0) {
      if (status === undefined) {
        if (areInert(shell, [[{ command: part, background: false }]], standing.more)) continue;
        status = decide(shell, question(shell, command.commands[index - 1] ?? command)) ? 0 : 1;
      }
      if ((status === 0) !== (operator === '&&')) continue;
    }
    const more =
      standing.more ||
      rest.some(
        (one, i) =>
          command.operators[index + i] === '&&' && mayRun({ command: one, background: false }, shell.functions),
      );
    const givesUp =
      rest.length > 0 && command.operators.slice(index).every((one) => one === '||') && rest.every(leaves);
    // A shell keeps itself for what may come after `||`; what stands last it may give way to.
    const inner: Standing = isLast
      ? standing
      : { ...standing, more, tail: 'none', last: standing.last && givesUp, tested: true };
    status = yield* shell.command(part, inner);
    shell.status = status;
    yield* runPending(shell, inner.tested);
    shell.spared = !isLast;
  }
  return status;
}

/** Whether nothing hangs on which of these run; the variables that they may set are open then. */
function areInert(shell: Shell, lists: readonly List[], more: boolean): boolean {
  const inert = lists.map((list) => inertAssignments(list, more, shell.functions));
  if (!inert.every((names) => names !== undefined)) return false;
  for (const names of inert) for (const name of names) shell.named.set(name, undefined);
  return true;
}

/** Runs an `if`. */
export function* branches(shell: Shell, command: Kind<'if'>, standing: Standing): Steps<Status> {
  const inner = nested(standing, false);
  const bodies = [...command.branches.map(({ body }) => body), ...(command.otherwise ? [command.otherwise] : [])];
  for (const { condition, body } of command.branches) {
    const status = yield* shell.list(condition, { more: true, tail: 'none', last: false, tested: true });
    yield* runPending(shell, true);
    const span = { start: condition[0]?.command.start ?? 0, end: condition.at(-1)?.command.end ?? 0 };
    if (status === undefined && areInert(shell, bodies, standing.more)) return 0;
    const holds = status === undefined ? decide(shell, question(shell, span)) : status === 0;
    if (holds) return yield* shell.list(body, inner);
  }
  return command.otherwise ? yield* shell.list(command.otherwise, inner) : 0;
}

/** Runs a `case`. */
export function* caseOf(shell: Shell, command: Kind<'case'>, standing: Standing): Steps<Status> {
  const [subject] = shell.expand(command.subject);
  const inner = nested(standing, false);
  if (command.items.some(({ fallsThrough }) => fallsThrough)) throw new Lost('`;&` in a case');
  const bodies = command.items.map(({ body }) => body);
  if (subject?.text === undefined && areInert(shell, bodies, standing.more)) return 0;
  const item = matchingItem(command.items, subject?.text, (patterns) => {
    const text = `\`${command.subject.raw}\` is \`${patterns.map(({ raw }) => raw).join(' or ')}\``;
    return decide(shell, { text, at: shell.text.place(command.subject.start, command.subject.end) });
  });
  return item ? yield* shell.list(item.body, inner) : 0;
}

/** Runs a `for`, a `while` or an `until`. */
export function* loop(shell: Shell, command: Kind<'loop'>, standing: Standing): Steps<Status> {
  const inner: Standing = { more: standing.more, tail: 'none', last: false, tested: standing.tested };
  shell.loops++;
  try {
    if (command.variable !== undefined) return yield* forEach(shell, command, inner, standing);
    let done: Status = 0;
    for (let count = 0; count < MAX_ROUNDS; count++) {
      const status = command.condition
        ? yield* shell.list(command.condition, { ...inner, more: true, tested: true })
        : undefined;
      yield* runPending(shell, true);
      if (status === undefined) {
        // It is taken to wait for something that comes, or to have done its work after one round.
        if (command.until || count > 0 || inertAssignments(command.body, true, shell.functions)) return done;
      } else if ((status === 0) === command.until) {
        return done;
      }
      const goesOn = yield* round(shell, command.body, inner);
      done = shell.status;
      if (!goesOn) return done;
    }
    throw new Lost('a loop goes on without end');
  } finally {
    shell.loops--;
  }
}

function* forEach(shell: Shell, command: Kind<'loop'>, inner: Standing, standing: Standing): Steps<Status> {
  const values = command.words?.flatMap((word) => shell.expand(word)) ?? shell.positional ?? [];
  for (const [index, value] of values.entries()) {
    const last = index === values.length - 1 && shell.dialect === 'zsh';
    if (command.variable !== undefined) shell.named.set(command.variable, value.text);
    if (!(yield* round(shell, command.body, last ? nested(standing, false) : inner))) break;
  }
  return values.length === 0 ? 0 : shell.status;
}

/** One round of a loop; false where `break` leaves it. */
function* round(shell: Shell, body: List, inner: Standing): Steps<boolean> {
  try {
    yield* shell.list(body, inner);
    return true;
  } catch (control) {
    if (!(control instanceof Leave)) throw control;
    if (control.levels > 1) throw new Leave(control.goesOn, control.levels - 1);
    shell.status = 0;
    return control.goesOn;
  }
}

function decide(shell: Shell, open: Omit<Condition, 'holds'>): boolean {
  const { was, image } = shell.process;
  return shell.host.decide(
    open,
    was.some(({ program }) => program === image.program),
  );
}

/** What decides a branch, as a person reads it. */
function question(shell: Shell, { start, end }: Span): Omit<Condition, 'holds'> {
  return { text: `\`${shell.text.text.slice(start, end).replace(/\s+/g, ' ')}\``, at: shell.text.place(start, end) };
}

/** `exit 1`, `return`: whoever replaces what stands before it loses nothing. */
function leaves(command: Command): boolean {
  return command.kind === 'simple' && /^(?:exit|return)$/.test(command.words[0]?.raw ?? '');
}
