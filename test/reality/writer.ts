// Draws the parts of one launch by chance: what stands in which, and how likely it is. Knows nothing of how it is run.
import type { Dialect } from '../../shared/knowledge/images.ts';
import { handersWhere, INITS, wrappersWhere } from './fronts.ts';
import { around, leaf, type Part, quoted, sequence } from './parts.ts';
import type { Chance } from './random.ts';
import { SHELLS, shebang } from './shells.ts';

/** Dash is called sh where it is that; elsewhere it is not there. */
export function pickDialect(chance: Chance, sh: Dialect): Dialect {
  const dialect = chance.weighted<Dialect>([
    [7, 'dash'],
    [7, 'bash'],
    [4, 'busybox-ash'],
    [1.5, 'ksh'],
    [0.8, 'mksh'],
    [1.5, 'zsh'],
  ]);
  return dialect === 'dash' && sh !== 'dash' ? sh : dialect;
}

/** The words that start a shell; `sh` where it is that. */
export function shellOf(dialect: Dialect, sh: Dialect): readonly string[] {
  return dialect === sh ? ['/bin/sh'] : SHELLS[dialect];
}

/** The first line of a script for it. */
export function shebangOf(dialect: Dialect, sh: Dialect): string {
  return dialect === sh ? '#!/bin/sh\n' : shebang(dialect);
}

/** What has been started in the background of one shell. */
interface Scope {
  readonly dialect: Dialect;
  readonly names: string[];
  /** Whether it is started in the background, where the names are those of its parent's children. */
  readonly isAside?: true;
}

/** Draws the parts of one launch. */
export class Writer {
  readonly #chance: Chance;
  readonly #sh: Dialect;
  #scope: Scope;
  #servers = 0;
  #jobs = 0;
  #functions = 0;

  constructor(chance: Chance, sh: Dialect, dialect: Dialect) {
    this.#chance = chance;
    this.#sh = sh;
    this.#scope = { dialect, names: [] };
  }

  /** What a shell is given to run. */
  text(depth: number): Part {
    const chance = this.#chance;
    const parts: Part[] = [];
    if (chance.happens(0.15)) parts.push(leaf('set -e', 'set -e'));
    const trapFirst = chance.happens(0.5);
    const trap = chance.happens(0.45) ? this.#trap() : undefined;
    while (chance.happens(0.3)) parts.push(this.#short());
    if (trap && trapFirst) parts.push(trap);
    if (chance.happens(trap ? 0.75 : 0.3)) parts.push(...this.#background(depth));
    if (trap && !trapFirst) parts.push(trap);
    parts.push(this.#main(depth));
    if (chance.happens(0.25)) parts.push(this.#after());
    return sequence(parts);
  }

  #nameAndDrain(): string {
    const index = this.#servers++;
    return `${'abcdefg'[index] ?? 'h'} ${[400, 800, 1200, 600, 1000, 200, 1600][index] ?? 400}`;
  }

  /** A server, by its stand-in; the later ones take longer, so that no two get done at once. */
  server(): Part {
    const program = this.#chance.weighted([
      [6, 'puma'],
      [1, 'unicorn'],
      [1, 'gunicorn'],
      [1, 'uvicorn'],
      [1, 'waitress-serve'],
    ]);
    return leaf('server', `${program} ${this.#nameAndDrain()}`);
  }

  #command(): Part {
    const chance = this.#chance;
    const program = chance.happens(0.88)
      ? this.server()
      : leaf('without handler', chance.one(['/bin/sleep infinity', 'tail -f /dev/null', '/bin/sleep 1000']));
    return chance.weighted<() => Part>([
      [14, () => program],
      [1, () => around('assignment', 'X=1 ', program, '')],
      [1, () => around('redirection', '', program, ' > /dev/null')],
      [1, () => around('redirection', '', program, ' 2>&1')],
      [1, () => around('command', 'command ', program, '')],
      [7, () => this.#wrapped(program)],
      [4.5, () => this.#handed(program)],
    ])();
  }

  /** A program that is started by another for what that has found; by their paths, as busybox has such tools built in. */
  #handed(program: Part): Part {
    return this.#chance.weighted([
      [3.5, around('find -exec', '/usr/bin/find /srv -maxdepth 0 -exec ', program, " ';'")],
      [3.5, around('xargs', 'echo | /usr/bin/xargs ', program, '')],
      [7, around('script -c', "/usr/bin/script -qec '", program, "' /dev/null")],
    ]);
  }

  #wrapped(program: Part): Part {
    const words = this.#chance.one(this.#chance.happens(0.3) ? INITS : wrappersWhere(this.#sh));
    return around(words.replace(/ --$/, ''), `${words} `, program, '');
  }

  #short(): Part {
    const chance = this.#chance;
    return chance.weighted<() => Part>([
      [
        3,
        () => leaf('short', chance.one(['true', ':', 'echo starting', 'mkdir -p /tmp/x', 'sleep 0.05', 'export A=1'])),
      ],
      [1, () => leaf('cd', 'cd /tmp')],
      [1, () => leaf('substitution', chance.one(['x=$(echo a)', 'y=`date`', 'echo "$(id -u)"']))],
      [1, () => leaf('exec redirection', 'exec 2>&1')],
      [1, () => around('if', 'if [ -n x ]; then\n', sequence([leaf('short', 'true')]), '\nfi')],
      [1, () => leaf('short ||', chance.one(['false || true', 'true && true', '! false']))],
      [
        1,
        () => ({
          construct: 'source',
          inside: [leaf('short', 'A=1')],
          write: ([text = ''], files) => `. ${files(`${text}\n`)}`,
        }),
      ],
      [1, () => leaf('set --', 'set -- x y')],
    ])();
  }

  /** Jobs, each with its number kept. */
  #background(depth: number): readonly Part[] {
    const parts: Part[] = [];
    do {
      const pid = `p${++this.#jobs}`;
      const job = this.#chance.happens(0.6) ? this.#command() : this.#aside(depth - 1);
      parts.push(around('&', '', job, ` &\n${pid}=$!`));
      this.#scope.names.push(pid);
    } while (this.#chance.happens(0.3) && this.#servers < 3);
    return parts;
  }

  /** A compound command that is a job. */
  #aside(depth: number): Part {
    const outer = this.#scope;
    this.#scope = { ...outer, isAside: true };
    const compound = this.#compound(depth);
    this.#scope = outer;
    return compound;
  }

  /** What the text is there for. */
  #main(depth: number): Part {
    const chance = this.#chance;
    const deeper = depth > 0 ? 1 : 0;
    return chance.weighted<() => Part>([
      [this.#scope.names.length > 0 ? 12 : 0.3, () => this.#wait()],
      [4, () => this.#command()],
      [3, () => around('exec', 'exec ', this.#execable(), '')],
      [12 * deeper, () => this.#compound(depth)],
      [5 * deeper, () => this.#nested(depth)],
    ])();
  }

  #execable(): Part {
    const program = this.#chance.happens(0.2)
      ? leaf('server of which nothing is known', `app ${this.#nameAndDrain()}`)
      : this.server();
    return this.#chance.happens(0.25) ? this.#wrapped(program) : program;
  }

  #wait(): Part {
    const chance = this.#chance;
    const pid = `$${chance.one(this.#scope.names.length > 0 ? this.#scope.names : ['!'])}`;
    const all = leaf('wait', 'wait');
    const one = leaf('wait PID', `wait ${pid}`);
    return chance.weighted<() => Part>([
      [4, () => all],
      [5, () => one],
      [1.8, () => leaf('wait $!', 'wait $!')],
      [this.#scope.dialect === 'bash' ? 9 : 0, () => leaf('wait -n', 'wait -n')],
      [1, () => sequence([one, leaf('wait twice', `wait ${pid}`)])],
      [1.8, () => around('wait ||', '', one, ' || true')],
      // Who does not find the process among its children goes round and round.
      [
        this.#scope.isAside ? 0 : 2.2,
        () => around('wait in a loop', `while kill -0 ${pid} 2>/dev/null; do\n`, one, '\ndone'),
      ],
      [1, () => sequence([one, leaf('trap -', 'trap - TERM INT'), leaf('wait twice', `wait ${pid}`)])],
    ])();
  }

  #after(): Part {
    return this.#chance.weighted([
      [2, leaf('exit', 'exit 7')],
      [1, leaf('short', 'echo done')],
      [1, leaf('wait', 'wait')],
      [1, leaf('sleep at the end', 'sleep 0.3')],
    ]);
  }

  #trap(): Part {
    const chance = this.#chance;
    const signals = chance.weighted([
      [6, 'TERM'],
      [4, 'TERM INT'],
      [1, 'INT'],
      [1, 'QUIT TERM'],
      [1, 'SIGTERM'],
      [1, '15'],
      [3, 'EXIT'],
      [1, 'TERM EXIT'],
      [1, 'HUP USR1 TERM'],
    ]);
    const named = signals.includes('EXIT') ? 'trap EXIT' : signals.includes('SIG') ? 'trap SIG' : 'trap';
    if (chance.happens(0.1)) return leaf('trap ignores', `trap '' ${signals}`);
    const handler = this.#handler();
    if (chance.happens(0.2)) {
      const name = `stop${++this.#functions}`;
      return {
        construct: named,
        inside: [around('handler is a function', '', handler, '')],
        write: ([text = '']) => `${name}() {\n${text}\n}\ntrap ${name} ${signals}`,
      };
    }
    return { construct: named, inside: [handler], write: ([text = '']) => `trap ${quoted(text)} ${signals}` };
  }

  /** Where no job has been started yet, it is for the next one. */
  #handler(): Part {
    const chance = this.#chance;
    const pid = `$${this.#scope.names.at(-1) ?? `p${this.#jobs + 1}`}`;
    const parts: Part[] = [];
    if (chance.happens(0.15)) parts.push(leaf('handler sleeps', 'sleep 0.3'));
    if (chance.happens(0.75)) {
      const target = chance.weighted([
        [6, pid],
        [2, '$!'],
        [2, '$(jobs -p)'],
        [1.7, '0'],
        [1, '$(pgrep -x puma)'],
      ]);
      const signal = chance.weighted([
        [6, ''],
        [2, '-TERM '],
        [1, '-INT '],
        [1, '-QUIT '],
        [1, '-s TERM '],
        [0.5, '-SIGTERM '],
      ]);
      const construct = target === pid || target === '$!' ? 'handler kills' : `handler kills ${target}`;
      if (target === '0') parts.push(leaf('trap -', 'trap - TERM INT'));
      parts.push(leaf(construct, `kill ${signal}${target}`));
    }
    if (chance.happens(0.5)) parts.push(leaf('handler waits', chance.one(['wait', `wait ${pid}`, 'wait $!'])));
    if (chance.happens(0.4)) parts.push(leaf('handler exits', chance.one(['exit 0', 'exit 3', 'exit $?', 'exit'])));
    if (parts.length === 0) parts.push(leaf('handler does nothing', ':'));
    return sequence(parts);
  }

  /** A text of the same shell. */
  #inner(depth: number): Part {
    const chance = this.#chance;
    const parts = chance.happens(0.25) ? [this.#short()] : [];
    parts.push(this.#main(depth - 1));
    if (chance.happens(0.12)) parts.push(this.#after());
    return sequence(parts);
  }

  /** A text of a shell of its own, whose jobs nobody else knows. */
  #apart(depth: number, dialect: Dialect, whole: boolean): Part {
    const outer = this.#scope;
    this.#scope = { dialect, names: [] };
    const text = whole ? this.text(depth - 1) : this.#inner(depth);
    this.#scope = outer;
    return text;
  }

  #compound(depth: number): Part {
    const chance = this.#chance;
    const { dialect } = this.#scope;
    if (depth <= 0) return this.#command();
    const name = `f${++this.#functions}`;
    return chance.weighted<() => Part>([
      [2, () => around('( )', '(\n', this.#apart(depth, dialect, chance.happens(0.3)), '\n)')],
      [2, () => around('{ }', '{\n', this.#inner(depth), '\n}')],
      [0.8, () => around('{ } > file', '{\n', this.#inner(depth), '\n} > /dev/null')],
      [1, () => around('if', 'if true; then\n', this.#inner(depth), '\nfi')],
      [1, () => around('else', 'if false; then\n:\nelse\n', this.#inner(depth), '\nfi')],
      [1, () => around('elif', 'if [ a = b ]; then\n:\nelif [ a = a ]; then\n', this.#inner(depth), '\nfi')],
      [1, () => around('case', 'case x in\na) : ;;\nx|y)\n', this.#inner(depth), '\n;;\nesac')],
      [1, () => around('for', 'for i in 1; do\n', this.#inner(depth), '\ndone')],
      [1, () => around('while', 'while :; do\n', this.#inner(depth), '\nbreak\ndone')],
      [1, () => around('until', 'until false; do\n', sequence([this.#command(), leaf('break', 'break')]), '\ndone')],
      [2, () => around('function', `${name}() {\n`, this.#inner(depth), `\n}\n${name}`)],
      [1, () => around('&&', 'true && ', this.#atom(depth), '')],
      [1, () => around('; &&', 'cd /tmp; true && ', this.#atom(depth), '')],
      [1, () => around(';', 'cd /tmp; ', this.#atom(depth), '')],
      [1, () => around('||', 'false || ', this.#atom(depth), '')],
      [1, () => around('&& ||', 'true && false || ', this.#atom(depth), '')],
      [1, () => around('|| after', '', this.#atom(depth), ' || true')],
      [1, () => around('&& after', '', this.#atom(depth), ' && true')],
      [1, () => around('!', '! ', this.#atom(depth), '')],
      [1, () => around('| after', '', this.#atom(depth), ' | cat')],
      [1, () => around('| before', 'echo x | ', this.#atom(depth), '')],
      [
        1,
        () => ({
          construct: 'source',
          inside: [this.#inner(depth)],
          write: ([text = ''], files) => `. ${files(`${text}\n`)}`,
        }),
      ],
      [1, () => ({ construct: 'eval', inside: [this.#atom(0)], write: ([text = '']) => `eval ${quoted(text)}` })],
      [0.7, () => around('substitution', 'echo "$(', this.#command(), ')"')],
      [1, () => around('"$@"', 'set -- ', this.server(), chance.happens(0.5) ? '\nexec "$@"' : '\n"$@"')],
    ])();
  }

  /** One command, as an operand of an operator. */
  #atom(depth: number): Part {
    const chance = this.#chance;
    return chance.weighted<() => Part>([
      [5, () => this.#command()],
      [2, () => around('exec', 'exec ', this.#execable(), '')],
      [depth > 1 ? 2 : 0, () => around('{ }', '{\n', this.#inner(depth - 1), '\n}')],
      [depth > 1 ? 1 : 0, () => around('( )', '(\n', this.#apart(depth - 1, this.#scope.dialect, false), '\n)')],
      [depth > 1 ? 1 : 0, () => this.#nested(depth - 1)],
    ])();
  }

  /** Another shell. */
  #nested(depth: number): Part {
    const chance = this.#chance;
    const dialect = pickDialect(chance, this.#sh);
    const inner = this.#apart(depth, dialect, true);
    const exec = chance.happens(0.5);
    if (dialect === this.#sh && chance.happens(0.75)) {
      const construct = chance.one(handersWhere(this.#sh));
      const before = `${exec ? 'exec ' : ''}${construct} `;
      const text: Part = {
        construct,
        inside: [inner],
        write: ([text = '']) => `${before}${quoted(text)}`,
      };
      return exec ? around('exec', '', text, '') : text;
    }
    const front = chance.happens(0.3) ? chance.one(chance.happens(0.4) ? INITS : wrappersWhere(this.#sh)) : '';
    const before = `${exec ? 'exec ' : ''}${front === '' ? '' : `${front} `}`;
    const constructs = [...(exec ? ['exec'] : []), ...(front === '' ? [] : [front.replace(/ --$/, '')])];
    const nested: Part = chance.happens(0.6)
      ? {
          construct: 'script in a script',
          inside: [inner],
          write: ([text = ''], files) => `${before}${files(`${shebangOf(dialect, this.#sh)}${text}\n`)}`,
        }
      : {
          construct: 'sh -c in a script',
          inside: [inner],
          write: ([text = '']) => `${before}${shellOf(dialect, this.#sh).join(' ')} -c ${quoted(text)}`,
        };
    return constructs.reduce<Part>((part, construct) => around(construct, '', part, ''), nested);
  }
}
