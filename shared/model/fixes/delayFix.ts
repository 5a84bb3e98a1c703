// The repair for a stop signal that comes too early: a preStop delay on every container that requests pass through, and
// a grace period with room for it. A delay on some of them alone loses more than none.
import { type Cluster, hasFeature } from '../../knowledge/kubernetes.ts';
import type { Container } from '../container.ts';
import type { Fix } from '../finding.ts';
import { sleepFirst } from '../hooks/hookWords.ts';
import { makeRoom } from '../pod/gracePeriod.ts';
import type { Delay, Hook } from '../pod/lifecycle.ts';
import type { Pod } from '../pod/pod.ts';
import type { Row } from '../pod/row.ts';
import type { StopTimeline } from '../pod/timeline.ts';
import { type Change, refuse } from '../setting.ts';
import { knownValue } from '../value.ts';

/** The fix that lets every container on the way of requests wait for so many seconds; none where one cannot. */
export function delayFix(pod: Pod, { rows }: StopTimeline, cluster: Cluster, least: number): Fix | undefined {
  const way = rows.filter(({ container, serving }) => container.role === 'regular' && serving.answer !== 'no');
  const seconds = Math.max(least, ...way.map(({ preStop }) => (Number.isFinite(preStop.max) ? preStop.min : 0)));
  const lacking = way.filter(({ preStop }) => preStop.max < least);
  if (way.some(({ preStop }) => preStop.min < least && preStop.max >= least)) return undefined;
  const by = hasFeature(cluster, 'preStopSleep') ? 'sleep' : lacking.every(hasSleep) ? 'exec' : undefined;
  if (!by) return undefined;
  const changes = lacking.map((row) => waiting(row, { seconds, by }));
  const room = makeRoom(
    pod,
    way.map(({ preStop, before, drain }) => ({ delay: seconds + before - preStop.min, drain })),
  );
  if (!room || changes.some((change) => !change.ok)) return undefined;
  const names = lacking.map(({ container }) => `\`${container.name}\``).join(' and ');
  const to = rows.length > 1 ? names : '';
  const longer = lacking.every(({ hook }) => onlySleeps(hook));
  const what = longer
    ? `Make the preStop sleep${to && ` of ${to}`} ${seconds} s long`
    : `Add a preStop sleep of ${seconds} s${to && ` to ${to}`}`;
  return {
    title: what + (room.phrase && ` and ${room.phrase}`),
    safety: 'unsafe',
    edits: [...changes.flatMap((change) => (change.ok ? change.edits : [])), ...room.edits],
  };
}

/** Another length for a hook that only waits. */
export function setWait(hook: Hook | undefined, seconds: number): Change {
  const [handler] = hook?.handlers ?? [];
  if (handler?.kind === 'sleep') return handler.seconds.set(seconds);
  const words = handler?.kind === 'exec' && handler.command ? knownValue(handler.command) : undefined;
  if (handler?.kind !== 'exec' || !words || !onlySleeps(hook)) return refuse('its hook does more than to wait');
  return handler.setCommand(words.map(({ text }) => text.replace(/\d+/, String(seconds))));
}

/** A new hook that waits, a longer wait, or a wait in front of what a hook does at once. */
function waiting({ container, hook, preStop }: Row, delay: Delay): Change {
  const [handler] = hook?.handlers ?? [];
  if (hook && onlySleeps(hook)) return setWait(hook, delay.seconds);
  const words = handler?.kind === 'exec' && handler.command ? knownValue(handler.command) : undefined;
  if (preStop.max > 0) return refuse('its hook does more than to wait');
  if (handler?.kind === 'exec' && words && !lacksShell(container)) {
    return handler.setCommand(
      sleepFirst(
        words.map(({ text }) => text),
        delay.seconds,
      ),
    );
  }
  return container.lifecycle?.addDelay(delay) ?? refuse('it has no hooks');
}

function onlySleeps(hook: Hook | undefined): boolean {
  const [handler] = hook?.handlers ?? [];
  const words = handler?.kind === 'exec' && handler.command ? knownValue(handler.command) : undefined;
  const text = words?.map((word) => word.text).join(' ') ?? '';
  return handler?.kind === 'sleep' || /^(?:\S*\b(?:sh|bash|ash) -c )?(?:\/(?:usr\/)?bin\/)?sleep \d+s?;?$/.test(text);
}

function lacksShell({ image }: Container): boolean {
  const known = knownValue(image);
  return known !== undefined && knownValue(known.sh) === 'none';
}

function hasSleep({ container }: Row): boolean {
  return knownValue(container.image)?.base?.hasSleep === true;
}
