// Programs that run all process types of a Procfile in one container, and how long they give them to stop. Knows no rule.
import { PLATFORMS } from '../../knowledge/platforms.ts';
import type { Place } from '../../text/span.ts';
import type { Container } from '../container.ts';
import { imageNobodyKnows } from '../image/images.ts';
import { podsOn } from '../manifests/procfilePods.ts';
import { resolvePath } from '../paths.ts';
import { type Drain, drainOf } from '../pod/drain.ts';
import type { Project } from '../project.ts';
import type { Process } from '../stop/processTree.ts';
import { alternatives, knownValue } from '../value.ts';
import { optionValue } from './commandOptions.ts';

/** A runner that is the main program of a container. */
export interface Runner {
  readonly process: Process;
  /** Seconds from its own stop signal to the SIGKILL that it sends. */
  readonly seconds: number;
  /** Whether it was told how many. */
  readonly given: boolean;
  /** The word of the option that tells it; absent where it takes none. */
  readonly option: '-t' | undefined;
  /** What the process type that takes longest needs, as far as that is known. */
  readonly needs: { readonly name: string; readonly drain: Drain; readonly at: Place } | undefined;
}

/** Those that can be told. */
const TAKES_OPTION = new Set(['foreman', 'overmind']);
const RUNNERS = new Set([...TAKES_OPTION, 'honcho', 'goreman']);

/** The runner that a container starts, if it starts one. */
export function runnerOf(project: Project, container: Container): Runner | undefined {
  const process = alternatives(container.stop)
    .flatMap(({ value }) => value.server ?? [])
    .find(({ facts }) => facts && RUNNERS.has(facts.id));
  const own = process?.facts?.wrapper?.killAfterSeconds;
  if (!process?.facts || own === undefined) return undefined;
  const option = TAKES_OPTION.has(process.facts.id) ? ('-t' as const) : undefined;
  const told = option && optionValue(wordsOf(process), '-t', '--timeout')?.value;
  const seconds = told !== undefined && /^\d+$/.test(told) ? Number(told) : told === undefined ? own : undefined;
  if (seconds === undefined) return undefined;
  return { process, seconds, given: told !== undefined, option, needs: needsOf(project, container, process) };
}

function wordsOf({ argv }: Process): readonly { readonly text: string }[] {
  return argv.map((text) => ({ text }));
}

/** The process type that takes longest, of the Procfile that the image holds. */
function needsOf(project: Project, container: Container, process: Process): Runner['needs'] {
  const image = knownValue(container.image) ?? imageNobodyKnows('its image');
  const name = optionValue(wordsOf(process), '-f', '--procfile')?.value ?? 'Procfile';
  const file = image.file(resolvePath(knownValue(image.workdir) ?? '/', name));
  if (file.kind !== 'text') return undefined;
  const needs = podsOn(
    project,
    file.text.at.path,
    PLATFORMS.filter(({ id }) => id === 'foreman'),
  ).flatMap(({ containers }) =>
    containers.flatMap((one) => {
      const drain = drainOf(project, one);
      return drain ? [{ name: one.name, drain, at: drain.at ?? one.at }] : [];
    }),
  );
  return needs.sort((a, b) => b.drain.seconds - a.drain.seconds)[0];
}
