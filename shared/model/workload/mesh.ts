// Whether a service mesh puts a proxy into the pods of a workload as a regular container, and how long that goes on once
// it is told to stop. Goes by labels and annotations; where the mesh itself is set up is seldom part of a project.
import type { Labels } from '../../sources/manifestObjects.ts';
import { meshSettingsIn } from '../../sources/meshes.ts';
import type { PodTemplate } from '../../sources/podTemplates.ts';
import { setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlMap, type YamlScalar } from '../../sources/yaml/yamlNode.ts';
import { parseDuration } from '../../text/duration.ts';
import type { Place } from '../../text/span.ts';
import type { Project } from '../project.ts';
import { type Change, change, refuse } from '../setting.ts';
import { namespacesOf } from './namespaces.ts';

/** The proxy of a mesh beside the containers of a pod. */
export interface Mesh {
  /** The container that is put in. */
  readonly proxy: 'istio-proxy' | 'linkerd-proxy';
  /** Seconds from its stop signal to its end, or to the last request that it takes. */
  readonly seconds: number;
  /** Whether somebody gave that time for these pods. */
  readonly given: boolean;
  /** What says so, and where. */
  readonly why: string;
  readonly at: Place;
  /** Makes it go on for so long. */
  extend(seconds: number): Change;
}

/** What the labels and annotations of a pod, and of its namespace, say. */
interface Marks {
  readonly project: Project;
  /** The map that holds the pod's metadata. */
  readonly holder: YamlMap;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly namespace: { readonly labels: Labels; readonly annotations: Labels; readonly at: Place } | undefined;
}

/** The proxy that a mesh surely puts into the pods of a template, unless the mesh runs it as a native sidecar. */
export function meshOf(project: Project, template: PodTemplate): Mesh | undefined {
  const { holder, labels, annotations, namespace } = template;
  if (!annotations.complete || !labels.complete) return undefined;
  const own = namespace === undefined ? undefined : namespacesOf(project).find(({ name }) => name === namespace);
  const marks = { project, holder, labels, annotations, namespace: own };
  return istio(marks) ?? linkerd(marks);
}

const CONFIG = 'proxy.istio.io/config';
const DURATION = /^([ \t]*terminationDrainDuration["']?:[ \t]*["']?)(\d[\w.]*)/m;
/** istio/api mesh/v1alpha1/proxy.proto. */
const DRAIN_DURATION = 5;

function istio({ project, holder, labels, annotations, namespace }: Marks): Mesh | undefined {
  const inject = labels.known.get('sidecar.istio.io/inject') ?? annotations.known.get('sidecar.istio.io/inject');
  const everywhere =
    namespace?.labels.known.get('istio-injection') === 'enabled' || namespace?.labels.known.has('istio.io/rev');
  if (inject === undefined ? !everywhere : inject !== 'true') return undefined;
  if (annotations.known.get('sidecar.istio.io/nativeSidecar') === 'true') return undefined;
  const config = annotations.known.get(CONFIG) ?? '';
  if (/EXIT_ON_ZERO_ACTIVE_CONNECTIONS["']?:\s*["']?true/.test(config)) return undefined;
  const [, , duration] = DURATION.exec(config) ?? [];
  const seconds = duration === undefined ? DRAIN_DURATION : parseDuration(duration);
  // What the mesh itself is told holds for pods that say nothing.
  if (
    seconds === undefined ||
    (duration === undefined && project.once('what meshes are told', (all) => all.find(meshSettingsIn)).length > 0)
  )
    return undefined;
  const annotation = scalarAt(holder, CONFIG);
  const at = annotation?.at ?? marked(holder, 'sidecar.istio.io/inject') ?? namespace?.at;
  return (
    at && {
      proxy: 'istio-proxy',
      seconds,
      given: duration !== undefined,
      why:
        duration === undefined
          ? `Istio puts \`istio-proxy\` in: ${seconds} s by default, unless as a native sidecar`
          : `\`terminationDrainDuration\` is ${duration}`,
      at,
      extend: (wanted) => drainFor(holder, annotation, wanted),
    }
  );
}

function drainFor(holder: YamlMap, annotation: YamlScalar | undefined, seconds: number): Change {
  const written = `${seconds}s`;
  if (!annotation) return setKey(holder, ['metadata', 'annotations', CONFIG], `terminationDrainDuration: ${written}`);
  const found = DURATION.exec(annotation.text.text);
  const start = found ? found.index + (found[1]?.length ?? 0) : 0;
  const edit = found && annotation.text.replace(start, start + (found[2]?.length ?? 0), written);
  return edit ? change(edit) : refuse('the configuration of the proxy says nothing of it');
}

const NATIVE = /^config\.(?:alpha|beta)\.linkerd\.io\/proxy-enable-native-sidecar$/;
const WAIT = 'config.alpha.linkerd.io/proxy-wait-before-exit-seconds';

/** Since 2.20 its proxy is a native sidecar, unless that is turned off. */
function linkerd({ holder, annotations, namespace }: Marks): Mesh | undefined {
  const all = new Map([...(namespace?.annotations.known ?? []), ...annotations.known]);
  const native = [...all].find(([name]) => NATIVE.test(name));
  if (all.get('linkerd.io/inject') !== 'enabled' || native?.[1] !== 'false') return undefined;
  const wait = all.get(WAIT);
  const seconds = wait === undefined ? 0 : Number(wait);
  const at = scalarAt(holder, WAIT)?.at ?? marked(holder, native[0]) ?? namespace?.at;
  if (!at || !Number.isFinite(seconds)) return undefined;
  return {
    proxy: 'linkerd-proxy',
    seconds,
    given: wait !== undefined,
    why: wait === undefined ? 'its proxy is no native sidecar' : `its proxy waits ${seconds} s`,
    at,
    extend: (wanted) => setKey(holder, ['metadata', 'annotations', WAIT], String(wanted)),
  };
}

function scalarAt(holder: YamlMap, annotation: string): YamlScalar | undefined {
  const found = lookup(holder, 'metadata', 'annotations', annotation);
  return found.kind === 'node' && found.node.kind === 'scalar' ? found.node : undefined;
}

/** Where a label or an annotation of this name stands. */
function marked(holder: YamlMap, name: string): Place | undefined {
  for (const kind of ['labels', 'annotations']) {
    const found = lookup(holder, 'metadata', kind, name);
    if (found.kind === 'node') return found.key.at;
  }
  return undefined;
}
