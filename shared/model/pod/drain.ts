// How long a container takes for its last requests once it has its stop signal: what the user says, what it is told by
// its arguments or environment, what its program does by default; in this order.
import { settingsFor } from '../../settings/settings.ts';
import type { Place } from '../../text/span.ts';
import type { Container } from '../container.ts';
import type { Project } from '../project.ts';
import { alternatives } from '../value.ts';
import { ownDrain } from './ownTimes.ts';

/** A time for the last requests. */
export interface Drain {
  readonly seconds: number;
  /** Where it comes from, as a clause: ``by `--graceful-timeout` ``. */
  readonly why: string;
  readonly at: Place | undefined;
  /** Whether it is a program's default and not given for this container. */
  readonly assumed: boolean;
}

/** The time for the last requests, if it is known. */
export function drainOf(project: Project, container: Container): Drain | undefined {
  const { drainSeconds } = settingsFor(project, container.at.path);
  const servers = alternatives(container.stop).flatMap(({ value }) => value.server ?? []);
  for (const name of [...servers.map(({ program }) => program), ...imageNames(container)]) {
    const seconds = drainSeconds.get(name);
    if (seconds !== undefined)
      return { seconds, why: `by \`drainSeconds\` of \`${name}\``, at: undefined, assumed: false };
  }
  const own = ownDrain(container);
  if (own?.seconds !== undefined)
    return { seconds: own.seconds, why: `by \`${own.name}\``, at: own.at, assumed: false };
  const [first, ...others] = servers.map(({ facts }) => facts?.drainSeconds);
  if (first === undefined || others.some((other) => other !== first)) return undefined;
  const program = servers[0]?.program ?? '';
  return { seconds: first, why: `by default of \`${program}\``, at: undefined, assumed: true };
}

/** An image's name as written, without its tag, and its last part. */
function imageNames(container: Container): readonly string[] {
  const name = container.lifecycle?.image?.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return name === undefined ? [] : [name, name.slice(name.lastIndexOf('/') + 1)];
}
