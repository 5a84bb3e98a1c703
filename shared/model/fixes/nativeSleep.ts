// The native sleep action in place of a hook that was meant to sleep and nothing else.

import { hasFeature } from '../../knowledge/kubernetes.ts';
import type { Container } from '../container.ts';
import type { Fix } from '../finding.ts';
import { clusterFor } from '../manifests/cluster.ts';
import { makeRoom } from '../pod/gracePeriod.ts';
import type { Hook } from '../pod/lifecycle.ts';
import type { Project } from '../project.ts';

const SLEEP = /^(?:\/(?:usr\/)?bin\/)?sleep\s+(\d+)s?;?$/;
const SHELL = /^(?:.*\/)?(?:sh|bash|ash|dash)$/;

/** The native sleep, where the cluster has it and these words of a preStop hook only sleep. */
export function nativeSleep(
  container: Container,
  hook: Hook,
  words: readonly string[],
  project: Project,
): readonly Fix[] {
  const [program = '', flag = '', text = ''] = words;
  const command = SHELL.test(program) && /^-\w*c$/.test(flag) && words.length === 3 ? text : words.join(' ');
  const seconds = Number(SLEEP.exec(command.trim())?.[1] ?? 0);
  if (hook.name !== 'preStop' || seconds < 1 || !container.pod) return [];
  if (!hasFeature(clusterFor(project, container.at.path), 'preStopSleep')) return [];
  const change = hook.becomeSleep(seconds);
  const room = makeRoom(container.pod, [{ delay: seconds, drain: undefined }]);
  if (!change.ok || !room) return [];
  const title = `Use the native sleep of ${seconds} s${room.phrase && ` and ${room.phrase}`}`;
  return [{ title, safety: 'safe', edits: [...change.edits, ...room.edits] }];
}
