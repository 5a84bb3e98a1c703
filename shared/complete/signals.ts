// Stop signals to choose from, with what the container's own program does on each.
import { type Manner, mannerOf } from '../knowledge/programs.ts';
import { STOP_SIGNALS } from '../knowledge/signals.ts';
import type { Container } from '../model/container.ts';
import { alternatives } from '../model/value.ts';
import type { Place } from '../text/span.ts';
import type { Completion } from './completion.ts';

/** What each is commonly for, where nothing is known of the program. */
const COMMON: { readonly [signal: string]: string } = {
  SIGTERM: 'What runtimes send where nothing else is said.',
  SIGQUIT: 'nginx, PHP-FPM and uWSGI finish their requests on it.',
  SIGINT: 'What Ctrl+C sends; many programs finish their work on it.',
  SIGWINCH: 'Apache httpd finishes its requests on it.',
  SIGUSR1: 'Whatever the program has made of it.',
  SIGUSR2: 'Whatever the program has made of it.',
  SIGHUP: 'Most servers reload their configuration on it and go on.',
};

const ENDS: Readonly<Record<Manner, string>> = {
  finishes: 'finishes its work on it, then ends.',
  putsInOrder: 'puts its data in order on it, cutting off what runs, then ends.',
  waitsForClients: 'waits on it until its clients have left, then ends.',
};

/** The signals, those first on which the container's program finishes its work. */
export function signalChoices(container: Container | undefined, at: Place): readonly Completion[] {
  const servers = container ? alternatives(container.stop).flatMap(({ value }) => value.server ?? []) : [];
  const choices = STOP_SIGNALS.map((signal) => {
    const said = servers.flatMap(({ program, facts }) => {
      const manner = mannerOf(facts, signal);
      if (manner) return { rank: manner === 'waitsForClients' ? 1 : 0, text: `\`${program}\` ${ENDS[manner]}` };
      if (facts?.fast.includes(signal)) return { rank: 2, text: `\`${program}\` drops what it is doing and ends.` };
      if (facts?.ignored.includes(signal))
        return { rank: 3, text: `\`${program}\` does something else on it and goes on.` };
      return [];
    });
    const [first] = said;
    return { signal, rank: first?.rank ?? 1, documentation: first?.text ?? COMMON[signal] ?? '' };
  });
  return choices
    .sort((a, b) => a.rank - b.rank)
    .map(({ signal, documentation }) => ({
      label: signal,
      detail: 'stop signal',
      documentation,
      at,
      newText: signal,
      kind: 'value',
    }));
}
