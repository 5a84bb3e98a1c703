// What `kill` and its like send on a command line, and to whom. Reads words; executes nothing.
import { signalName } from '../../knowledge/signals.ts';
import { baseName } from '../paths.ts';

/** A signal that a command sends to processes of its container. */
export interface Kill {
  /** The `SIGTERM` style name. */
  readonly signal: string;
  /** `pid1`: the process of that number. `found`: one that is looked for, by its name or its pid file. */
  readonly target: 'pid1' | 'found';
}

/** `$(cat /run/nginx.pid)`, `$(pidof nginx)`, `` `pgrep -o php-fpm` `` as a shell text has them. */
const LOOKED_FOR = /^"?(?:\$\(|`)\s*(?:cat|pidof|pgrep|head)\b/;

/** What these words send; `undefined` where that is nothing, or not known. */
export function killOf([program = '', ...args]: readonly string[]): Kill | undefined {
  const name = baseName(program);
  if (name !== 'kill' && name !== 'pkill' && name !== 'killall') return undefined;
  const { given = 'TERM', targets } = readArguments(args, name);
  const signal = given === '0' ? undefined : signalName(given);
  if (signal === undefined || targets.length === 0) return undefined;
  if (name !== 'kill') return { signal, target: 'found' };
  if (targets.includes('1')) return { signal, target: 'pid1' };
  return targets.every((target) => LOOKED_FOR.test(target)) ? { signal, target: 'found' } : undefined;
}

function readArguments(args: readonly string[], name: string): { given: string | undefined; targets: string[] } {
  const targets: string[] = [];
  let given: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    const [, inline] = /^--signal=(.*)$/.exec(word) ?? [];
    if (inline !== undefined) given = inline;
    else if (word === '--signal' || (word === '-s' && name !== 'pkill') || (word === '-n' && name === 'kill'))
      given = args[++i];
    else if (/^-[A-Z\d]/.test(word) && signalName(word.slice(1)) !== undefined) given = word.slice(1);
    else if (word === '-0') given = '0';
    else if (!word.startsWith('-')) targets.push(word);
  }
  return { given, targets };
}
