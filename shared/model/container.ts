// One container as a runtime starts and stops it, whatever kind of file describes it, so that one rule serves all.
import { isOneOff } from '../knowledge/shortCommands.ts';
import { signalName } from '../knowledge/signals.ts';
import type { Place } from '../text/span.ts';
import { besideHook } from './hooks/hookStops.ts';
import type { Build } from './image/build.ts';
import type { Image } from './image/image.ts';
import { builtImage, imageNobodyKnows, imageOf } from './image/images.ts';
import { type Mount, withMounts } from './image/mounts.ts';
import { type Launch, resolveLaunch } from './launch/launch.ts';
import type { Origin, Override } from './launch/words.ts';
import { resolvePath } from './paths.ts';
import type { Lifecycle } from './pod/lifecycle.ts';
import type { Pod } from './pod/pod.ts';
import type { Project } from './project.ts';
import { type Change, refuse, type Setting } from './setting.ts';
import { type Stop, stopsOf } from './stop/stopPath.ts';
import { alternatives, known, knownValue, unknown, type Value } from './value.ts';

/** The kind of file that describes a container. */
export type Source = 'dockerfile' | 'compose' | 'kubernetes' | 'procfile';

/** `sidecar`: a native one, an init container that is restarted. `stage`: an image that some workload may run. */
export type Role = 'regular' | 'init' | 'sidecar' | 'stage';

/** A container, resolved as far as the project's files allow. */
export interface Container {
  readonly source: Source;
  readonly role: Role;
  /** The container's, service's or image's name, as a person would say it. */
  readonly name: string;
  /** What declares it: the name in a manifest, the service key, the launch instruction of a Dockerfile. */
  readonly at: Place;
  /** Where a manifest names its image. */
  readonly imageAt?: Place;
  /** The image it runs: a stage of the project, or what is known of one outside; unknown otherwise. */
  readonly image: Value<Image>;
  readonly launch: Value<Launch>;
  readonly setWords?: ContainerParts['setWords'];
  readonly keepEntrypoint?: ContainerParts['keepEntrypoint'];
  /** The command strings that are cut; absent where there are none. */
  readonly cut?: readonly CutCommand[];
  /** `SIGTERM` style names; as written where they are invalid. */
  readonly stopSignal: Setting<string>;
  /** What the stop signal does to what runs; one alternative per way the launch can go. */
  readonly stop: Value<Stop>;
  /** Hooks, probes, ports; absent for an image on its own. */
  readonly lifecycle: Lifecycle | undefined;
  /** The pod or service that it is part of; absent for an image on its own. */
  readonly pod: Pod | undefined;
  /**
   * Whether anybody may wait for its answers when it is stopped: not for one-off work, not on a developer's machine, not
   * for an image of which all that is known to run it starts something else.
   */
  readonly awaited: boolean;
  /** Of an image on its own: whether workloads of the project run it, which may lay other files over its own. */
  readonly represented?: boolean;
}

/** A command string of which Compose keeps only what stands before the first operator of a shell. */
export interface CutCommand {
  readonly field: 'entrypoint' | 'command' | 'pre_stop';
  readonly kept: string;
  readonly dropped: string;
  /** What is dropped, from the operator on. */
  readonly at: Place;
  /** The whole text as it is written in the file, its variables included. */
  readonly written: string;
  /** The edits that give the field these words, written as they are. */
  setWords(words: readonly string[]): Change;
}

/** What a manifest or a Compose file says about one container. */
export interface ContainerParts {
  readonly source: Source;
  readonly role: Role;
  readonly name: string;
  readonly at: Place;
  /** The image reference as written (`registry/app:1.2`), and where. Unknown when templated. */
  readonly image: Value<string>;
  readonly imageAt?: Place;
  /** A Compose `build`: the Dockerfile's path, the context folder, the target stage. */
  readonly build?: Build;
  /** An image that no Dockerfile of the project builds and no name leads to. */
  readonly ownImage?: Image;
  /** Kubernetes `workingDir`, Compose `working_dir`: where relative paths start from. Absent: the image's WORKDIR. */
  readonly workdir?: Value<string | undefined>;
  /** Kubernetes `command`, Compose `entrypoint`. Absent: the image's. An empty one takes that away. */
  readonly entrypoint?: Override;
  /** Kubernetes `args`, Compose `command`. Absent or empty: the image's (or none, where `entrypoint` is given). */
  readonly command?: Override;
  /** The whole field that decides the launch, where one is given. */
  readonly launchAt?: Place;
  /** A stop signal given here; absent: the image's. */
  readonly stopSignal?: Setting<string>;
  /** The edits that give a field such as `command` these words; absent where the source has no such fields. */
  readonly setWords?: (field: Origin, words: readonly string[]) => Change;
  /** The edits that hand the words in place of the image's ENTRYPOINT over to it as its arguments. */
  readonly keepEntrypoint?: () => Change;
  readonly cut?: readonly CutCommand[];
  /** The edits that give this container a stop signal of its own; absent where its source cannot. */
  readonly setStopSignal?: (signal: string) => Change;
  /** Files and folders that are laid over the image. */
  readonly mounts?: readonly Mount[];
  /** Compose `init: true`. */
  readonly init?: Value<boolean>;
  /** Kubernetes `shareProcessNamespace` or `hostPID`: the launch is not PID 1. */
  readonly sharedPidNamespace?: Value<boolean>;
  /** Whether every process gets the stop signal, and not the launch alone. */
  readonly tellsEveryone?: boolean;
  readonly lifecycle?: Lifecycle;
}

/** Resolves what a manifest says together with the image that it runs. */
export function resolveContainer(project: Project, parts: ContainerParts, pod: Pod | undefined): Container {
  const own = placed(imageFor(project, parts), parts);
  const image = own.kind === 'known' ? known(withMounts(own.value, parts.mounts)) : own;
  const launch = launchOf(image, parts);
  const stopSignal = parts.stopSignal ?? inheritedSignal(image, parts);
  const container: Omit<Container, 'stop'> = {
    source: parts.source,
    role: parts.role,
    name: parts.name,
    at: parts.at,
    ...(parts.imageAt && { imageAt: parts.imageAt }),
    image,
    launch,
    ...(parts.setWords && { setWords: parts.setWords }),
    ...(parts.keepEntrypoint && { keepEntrypoint: parts.keepEntrypoint }),
    ...(parts.cut && { cut: parts.cut }),
    stopSignal,
    lifecycle: parts.lifecycle,
    pod,
    awaited:
      parts.role !== 'init' &&
      pod?.workload.nature !== 'oneOff' &&
      pod?.workload.development !== true &&
      !doesOneJob(image, launch),
  };
  if (mayBeWindows(container)) return { ...container, stop: unknown(onWindows(container)) };
  return { ...container, stop: besideHook(container, stopsFor(image, launch, parts, stopSignal)) };
}

/** Whether its programs are those of Windows, which has no signals, or may be. */
export function mayBeWindows({ image, pod }: Pick<Container, 'image' | 'pod'>): boolean {
  return knownValue(image)?.os === 'windows' || (pod !== undefined && knownValue(pod.os.value) !== 'linux');
}

function onWindows({ image, pod }: Pick<Container, 'image' | 'pod'>): string {
  const isSure = knownValue(image)?.os === 'windows' || (pod && knownValue(pod.os.value) === 'windows') === true;
  return isSure ? 'Windows has no signals' : 'its node may run Windows, which has no signals';
}

/** Whether it does its work and ends: a migration, a test run. */
function doesOneJob(image: Value<Image>, launch: Value<Launch>): boolean {
  const words = knownValue(launch)?.words.map(({ text }) => text) ?? [];
  const { entrypoint, entrypointExecs } = knownValue(image)?.base ?? {};
  const through = entrypointExecs === true && entrypoint?.every((word, i) => words[i] === word) === true;
  return isOneOff(through ? words.slice(entrypoint.length) : words);
}

/** What another signal would do to it, if its first process got that in place of the stop signal, after a hook of these words. */
export function stopsOn(
  { image, launch, lifecycle, stop }: Container,
  signal: string,
  hook?: readonly string[],
): Value<Stop> {
  if (launch.kind !== 'known' || stop.kind === 'unknown')
    return unknown('what it does on its stop signal is not known');
  const pid1 = alternatives(stop).every(({ value }) => value.pid1);
  return stopsOf(knownValue(image) ?? imageNobodyKnows('its image'), launch.value, environmentOf(lifecycle), {
    signal,
    pid1,
    ...(hook && { hook }),
  });
}

function environmentOf(lifecycle: Lifecycle | undefined): ReadonlyMap<string, string | undefined> {
  return new Map((lifecycle?.environment ?? []).map(({ name, value }) => [name, value] as const));
}

/** The container that an image starts by itself. */
export function stageContainer(image: Image, at: Place, runners: 'nobody' | 'unknown' | 'workloads'): Container {
  const launch = resolveLaunch(known(image), {}, false);
  const { stopSignal, name } = image;
  const stop = stopsFor(known(image), launch, {}, stopSignal);
  return {
    source: 'dockerfile',
    role: 'stage',
    name,
    at,
    image: known(image),
    launch,
    stopSignal,
    stop,
    lifecycle: undefined,
    pod: undefined,
    awaited: runners !== 'nobody' && !doesOneJob(known(image), launch),
    represented: runners === 'workloads',
  };
}

function imageFor(project: Project, { ownImage, build, image, at }: ContainerParts): Value<Image> {
  if (ownImage) return known(ownImage);
  const built = build && builtImage(project, build);
  if (built) return known(built);
  if (build) return unknown('its Dockerfile is not in the project');
  return image.kind === 'known' ? known(imageOf(project, image.value, at.path)) : unknown('its image is not known');
}

/** The image as it is run: from another directory, where that is said. */
function placed(image: Value<Image>, { workdir }: ContainerParts): Value<Image> {
  if (!workdir || image.kind !== 'known') return image;
  const given = knownValue(workdir);
  if (given === undefined && workdir.kind === 'known') return image;
  const from = knownValue(image.value.workdir) ?? '/';
  const inside = given === undefined ? unknown('its working directory is not known') : known(resolvePath(from, given));
  return known({ ...image.value, workdir: inside });
}

function launchOf(image: Value<Image>, { entrypoint, command, launchAt, init }: ContainerParts): Value<Launch> {
  if (init?.kind === 'unknown') return init;
  return resolveLaunch(image, { entrypoint, command, at: launchAt }, init !== undefined && knownValue(init) === true);
}

function inheritedSignal(image: Value<Image>, { name, setStopSignal }: ContainerParts): Setting<string> {
  const inherited = knownValue(image)?.stopSignal;
  const set = setStopSignal ?? inherited?.set ?? (() => refuse('its image is not known'));
  return inherited
    ? { ...inherited, affects: [...inherited.affects, name], set }
    : {
        value: unknown('its image is not known'),
        given: { kind: 'inherited', from: 'the image' },
        affects: [name],
        set,
      };
}

type StopParts = Pick<ContainerParts, 'sharedPidNamespace' | 'tellsEveryone' | 'lifecycle'>;

function stopsFor(
  image: Value<Image>,
  launch: Value<Launch>,
  { sharedPidNamespace, tellsEveryone = false, lifecycle }: StopParts,
  stopSignal: Setting<string>,
): Value<Stop> {
  if (launch.kind !== 'known') return unknown(launch.kind === 'unknown' ? launch.why : 'several launches are possible');
  if (sharedPidNamespace && sharedPidNamespace.kind !== 'known') return unknown('whether it is PID 1 is not known');
  const written = knownValue(stopSignal.value);
  // One that no runtime can read is another story than what the programs would do.
  const signal = written === undefined ? undefined : signalName(written);
  const pid1 = !sharedPidNamespace || knownValue(sharedPidNamespace) !== true;
  return stopsOf(knownValue(image) ?? imageNobodyKnows('its image'), launch.value, environmentOf(lifecycle), {
    signal,
    pid1,
    everyone: tellsEveryone,
  });
}
