// The repair for a stop signal that is the wrong one: where it should be said for this container, and the edits that say it.

import { hasFeature } from '../../knowledge/kubernetes.ts';
import type { Place } from '../../text/span.ts';
import type { Container } from '../container.ts';
import type { Fix } from '../finding.ts';
import type { Image } from '../image/image.ts';
import type { Supervision } from '../launch/supervisord.ts';
import { clusterFor } from '../manifests/cluster.ts';
import type { Project } from '../project.ts';
import { type Change, givenAt } from '../setting.ts';
import { knownValue } from '../value.ts';

/** Where a person would look for the stop signal: where it is given, else where it is said what runs. */
export function signalPlace({ stopSignal, launch, image, imageAt, at, pod }: Container): Place | undefined {
  const said = givenAt(stopSignal) ?? knownValue(launch)?.at;
  // What an image of the project inherits as a whole is told in its own file.
  const toldThere = pod && knownValue(image)?.dockerfile !== undefined;
  return said ?? (toldThere ? undefined : (imageAt ?? at));
}

/** The fixes that make the stop signal another. */
export function useSignal(container: Container, signal: string, project: Project): readonly Fix[] {
  const { stopSignal, source, at } = container;
  const given = givenAt(stopSignal);
  // One that is there was chosen by somebody.
  const [verb, safety]: readonly [string, Fix['safety']] = given ? ['Use', 'unsafe'] : ['Add', 'safe'];
  const image = builtHere(container);
  if (image) return fixOf(`${verb} STOPSIGNAL ${signal}`, safety, image.stopSignal.set(signal));
  if (source === 'compose') return fixOf(`${verb} stop_signal: ${signal}`, safety, stopSignal.set(signal));
  const here = given?.path === at.path;
  return fixOf(
    `Set lifecycle.stopSignal to ${signal}`,
    'unsafe',
    here ? stopSignal.set(signal) : ofItsOwn(container, signal, project),
  );
}

/** The fixes that make a supervisor stop its program with another signal. */
export function superviseWith({ stopSignal }: Supervision, signal: string): readonly Fix[] {
  const [verb, safety]: readonly [string, Fix['safety']] = givenAt(stopSignal) ? ['Use', 'unsafe'] : ['Add', 'safe'];
  return fixOf(`${verb} stopsignal=${signal.replace(/^SIG/, '')}`, safety, stopSignal.set(signal));
}

function fixOf(title: string, safety: Fix['safety'], change: Change): readonly Fix[] {
  return change.ok ? [{ title, safety, edits: change.edits }] : [];
}

/** The image, where the project builds it and the container runs just what it says. */
function builtHere({ image, launch, stopSignal, at, source }: Container): Image | undefined {
  const built = knownValue(image);
  const words = knownValue(launch)?.words ?? [];
  const own = words.every(({ origin }) => /^(?:ENTRYPOINT|CMD|SHELL|init)$/.test(origin));
  const elsewhere = source !== 'dockerfile' && givenAt(stopSignal)?.path === at.path;
  return built?.dockerfile !== undefined && own && !elsewhere ? built : undefined;
}

/** `lifecycle.stopSignal`, where the cluster has it; the API server wants the operating system with it. */
function ofItsOwn({ lifecycle, pod, at }: Container, signal: string, project: Project): Change {
  const change = hasFeature(clusterFor(project, at.path), 'stopSignalField')
    ? lifecycle?.setStopSignal?.(signal)
    : undefined;
  if (!change?.ok) return change ?? { ok: false, reason: 'the cluster knows no such field' };
  const system = pod && pod.os.given.kind !== 'here' ? pod.os.set('linux') : undefined;
  return system && !system.ok ? system : { ok: true, edits: [...change.edits, ...(system?.ok ? system.edits : [])] };
}
