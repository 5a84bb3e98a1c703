// Renders the Helm charts of a project: each once for its own values, and once for every values file beside them.
// Knows how charts depend on each other; what a manifest means is for others.
import {
  type ChartFile,
  type ChartTemplate,
  chartsIn,
  chartTemplatesIn,
  type Dependency,
  type ValuesFile,
  valuesIn,
} from '../../sources/helm/helmChart.ts';
import { renderTemplate } from '../../sources/helm/helmRender.ts';
import type { Part } from '../../sources/helm/helmSyntax.ts';
import {
  bool,
  type Dict,
  dict,
  type Method,
  stringOf,
  text,
  UNKNOWN,
  type Val,
} from '../../sources/helm/helmValues.ts';
import { fromPlain, fromYaml, plain } from '../../sources/helm/helmYaml.ts';
import { parseRendered } from '../../sources/helm/rendered.ts';
import { matters } from '../../sources/manifestDocuments.ts';
import { objectsOf } from '../../sources/manifestObjects.ts';
import { overlay } from '../../sources/yaml/yamlLayers.ts';
import { lookup, type YamlMap, type YamlPair } from '../../sources/yaml/yamlNode.ts';
import { Embedded } from '../../text/embedded.ts';
import type { Project } from '../project.ts';
import type { Condition } from '../value.ts';

/** A chart as it is installed with some values. */
export interface Rendering {
  /** The values file; absent where there is but one way. */
  readonly when: Condition | undefined;
  /** The objects of each template file. */
  readonly objects: ReadonlyMap<string, readonly YamlMap[]>;
}

/** A chart of the project, seen from one of its files. */
export interface ChartLocation {
  /** The chart that is installed: the outermost. */
  readonly root: ChartFile;
}

const NOTHING: readonly YamlMap[] = [];

/** More values files than this are taken as one: what they differ in is unknown. */
const MAX_RENDERINGS = 8;

/** The chart whose template a file is. */
export function chartOfTemplate(project: Project, path: string): ChartLocation | undefined {
  const at = path.lastIndexOf('/templates/');
  let folder = at < 0 ? '' : path.slice(0, path.indexOf('/templates/'));
  // A folder `templates` inside of `templates` belongs to the same chart.
  for (let end = path.indexOf('/templates/'); end >= 0; end = path.indexOf('/templates/', end + 1)) {
    folder = path.slice(0, end);
    const own = chartIn(project, folder);
    if (own) return { root: rootOf(project, own) };
  }
  return undefined;
}

function chartIn(project: Project, folder: string): ChartFile | undefined {
  return project.derived(`${folder}/Chart.yaml`, chartsIn)?.[0];
}

function rootOf(project: Project, chart: ChartFile): ChartFile {
  const above = /^(.*)\/charts\/[^/]+$/.exec(chart.folder)?.[1];
  const parent = above === undefined ? undefined : chartIn(project, above);
  return parent ? rootOf(project, parent) : chart;
}

/** What a chart renders to, for its own values and for each values file beside them. `version` is the cluster's. */
export function renderingsOf(project: Project, root: ChartFile, version: string): readonly Rendering[] {
  return project.once(`chart ${root.folder} ${version}`, (own) => renderAll(own, root, version));
}

function renderAll(project: Project, root: ChartFile, version: string): readonly Rendering[] {
  const inside = `${root.folder}/`;
  const charts = project.find(chartsIn, (chart) => chart.folder.startsWith(inside) || chart.folder === root.folder);
  const files = project.find(chartTemplatesIn, (file) => file.path.startsWith(inside));
  const values = project.find(valuesIn, (file) => charts.some(({ folder }) => folder === file.folder));
  const own = values.filter(({ folder }) => folder === root.folder);
  const base = own.find(isUsual);
  const others = own.filter((file) => file !== base && file.map !== undefined);
  const tree = files.filter(({ path }) => path.startsWith(inside));
  const defines = new Map(files.flatMap((file) => [...file.defines]));
  const lenders = files.filter((file) => file.defines.size > 0);
  const render = (map: YamlMap | undefined, way: readonly (object | undefined)[]) => {
    // What renders to nothing, of a subchart that is switched off too, is nothing: it is not read as it stands.
    const objects = new Map<string, readonly YamlMap[]>(tree.map(({ path }) => [path, NOTHING]));
    const rests = [version, ...way, ...charts, ...values, ...lenders];
    renderChart({ project, charts, values, files, defines, version, objects, rests }, root, base ? map : opened(map));
    return objects;
  };
  if (others.length === 0) return [{ when: undefined, objects: render(base?.map, [base]) }];
  if (others.length >= MAX_RENDERINGS) {
    const open = others.reduce((map, { map: over }) => (map && over ? uncertain(map, over) : map), base?.map);
    return [{ when: undefined, objects: render(open, [others]) }];
  }
  const ways = [base, ...others].flatMap((file) => (file ? [file] : []));
  return ways.map((file) => {
    const map = file === base || !base?.map || !file.map ? file.map : overlay(file.map, base.map);
    return { when: conditionOf(file), objects: render(map, [file]) };
  });
}

const conditions = new WeakMap<ValuesFile, Condition>();

/** That a chart is installed with some values: the same as long as the file is. */
function conditionOf(file: ValuesFile): Condition {
  const only = isUsual(file) ? ' alone' : '';
  const at = file.map?.pairs[0]?.key.at ?? { path: file.path, start: 0, end: 0 };
  const condition = conditions.get(file) ?? { text: `with \`${file.name}\`${only}`, holds: true, at };
  conditions.set(file, condition);
  return condition;
}

function isUsual({ name }: ValuesFile): boolean {
  return /^values\.ya?ml$/.test(name);
}

/** Values of which somebody may give more. */
function opened(map: YamlMap | undefined): YamlMap | undefined {
  return map && { ...map, open: true };
}

/** The map with everything that another one changes marked as undecided. */
function uncertain(map: YamlMap, over: YamlMap): YamlMap {
  const pairs = map.pairs.map((pair): YamlPair => {
    const change = over.pairs.find(({ key }) => key.text.text === pair.key.text.text)?.value;
    if (!change) return pair;
    if (change.kind === 'map' && pair.value.kind === 'map') return { ...pair, value: uncertain(pair.value, change) };
    return { ...pair, conditional: true };
  });
  const added = over.pairs.filter(({ key }) => !map.pairs.some((pair) => pair.key.text.text === key.text.text));
  return { ...map, pairs: [...pairs, ...added.map((pair) => ({ ...pair, conditional: true }))] };
}

interface Context {
  readonly project: Project;
  readonly charts: readonly ChartFile[];
  readonly values: readonly ValuesFile[];
  readonly files: readonly ChartTemplate[];
  readonly defines: ReadonlyMap<string, readonly Part[]>;
  readonly version: string;
  /** What a rendering rests on, beside the template itself. */
  readonly rests: readonly unknown[];
  readonly objects: Map<string, readonly YamlMap[]>;
}

/** Renders a chart and those that it depends on. Without any values, nothing is known of them. */
function renderChart(context: Context, chart: ChartFile, given: YamlMap | undefined): void {
  const { charts, files, objects } = context;
  const subcharts = charts.filter(
    ({ folder }) => folder.slice(0, folder.lastIndexOf('/')) === `${chart.folder}/charts`,
  );
  // What a subchart lends is there if nothing else is given.
  let map = chart.dependencies.some(({ lends }) => lends) ? opened(given) : given;
  const below: [string, ChartFile][] = [];
  for (const subchart of subcharts) {
    const wanted = chart.dependencies.filter(({ name }) => name === subchart.name);
    for (const dependency of wanted.length > 0 ? wanted : [undefined]) {
      const key = dependency?.key ?? subchart.name;
      if (dependency && isOff(given, dependency)) continue;
      const values = subValues(context, subchart, given, key);
      map = map && values ? withKey(map, key, values) : map;
      below.push([key, { ...subchart, name: key }]);
      renderChart(context, { ...subchart, name: key }, values);
    }
  }
  if (chart.library) return;
  const prefix = `${chart.folder}/templates/`;
  for (const file of files) {
    if (!file.path.startsWith(prefix) || !file.matters) continue;
    const found = rendered(context, chart, file, map, below);
    const before = objects.get(file.path) ?? [];
    if (found) objects.set(file.path, before.length > 0 ? [...before, ...found] : found);
    else objects.delete(file.path);
  }
}

/** What a template rendered to, and what that rested on. */
interface Rendered {
  readonly rests: readonly unknown[];
  /** The other files that it read, with what they held. */
  readonly read: ReadonlyMap<string, string | undefined>;
  readonly objects: readonly YamlMap[];
}

/** The last renderings of a template: a chart is rendered anew for every key that is typed, and few templates change. */
const lastRendered = new WeakMap<ChartTemplate, readonly Rendered[]>();
const KEPT = 2 * MAX_RENDERINGS;

function rendered(
  { project, defines, version, rests: common }: Context,
  chart: ChartFile,
  file: ChartTemplate,
  map: YamlMap | undefined,
  below: readonly [string, ChartFile][],
): readonly YamlMap[] | undefined {
  const rests = [...common, chart.name];
  const kept = lastRendered.get(file) ?? [];
  const known = kept.find(
    (one) => isSame(one.rests, rests) && [...one.read].every(([path, text]) => project.text(path) === text),
  );
  if (known) return known.objects;
  const read = new Map<string, string | undefined>();
  const root = rootDict({ project, version, read }, chart, file, map, below);
  const rope = renderTemplate(file, { defines, root });
  if (!rope) return undefined;
  const objects = parseRendered(file.path, rope, matters).flatMap(({ root: node }) => objectsOf(node));
  lastRendered.set(file, [{ rests, read, objects }, ...kept].slice(0, KEPT));
  return objects;
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

/** Whether the first condition that is given says no; where none is, some of its tags, and none of them yes. */
function isOff(map: YamlMap | undefined, { conditions, tags }: Dependency): boolean {
  const flag = (keys: readonly string[]): boolean | 'unknown' | undefined => {
    const found = map ? lookup(map, ...keys) : undefined;
    if (found?.kind !== 'node') return found?.kind === 'unknown' ? 'unknown' : undefined;
    return found.node.kind === 'scalar' && typeof found.node.value === 'boolean' ? found.node.value : undefined;
  };
  const decided = conditions.map(flag).find((one) => one !== undefined);
  if (decided !== undefined) return decided === false;
  const said = tags.map((tag) => flag(['tags', tag])).filter((one) => one !== undefined);
  return said.length > 0 && said.every((one) => one === false);
}

/** A subchart's values: its own, with what the chart above says under its name, and what all share. */
function subValues(
  { values }: Context,
  subchart: ChartFile,
  above: YamlMap | undefined,
  key: string,
): YamlMap | undefined {
  const file = values.find((one) => one.folder === subchart.folder && isUsual(one));
  const over = mapAt(above, key);
  const own = over && file?.map ? overlay(over, file.map) : (over ?? file?.map);
  const shared = mapAt(above, 'global');
  const mine = mapAt(own, 'global');
  const both = shared && own ? withKey(own, 'global', mine ? overlay(shared, mine) : shared) : own;
  return file === undefined || above?.open ? opened(both) : both;
}

function mapAt(map: YamlMap | undefined, key: string): YamlMap | undefined {
  const found = map?.pairs.find((pair) => pair.key.text.text === key)?.value;
  return found?.kind === 'map' ? found : undefined;
}

function withKey(map: YamlMap, key: string, value: YamlMap): YamlMap {
  const pair = map.pairs.find((one) => one.key.text.text === key);
  if (pair) return { ...map, pairs: map.pairs.map((one) => (one === pair ? { ...one, value } : one)) };
  const [like] = value.pairs;
  // It has no key of its own in this file; it only needs a name to be found by.
  if (!like) return map;
  const own = { ...like.key, text: new Embedded(key, like.key.at), value: key };
  return { ...map, pairs: [...map.pairs, { ...like, key: own, value, conditional: false, merged: false }] };
}

/** `.` of a template of a chart. */
function rootDict(
  { project, version, read }: Pick<Context, 'project' | 'version'> & { readonly read: Map<string, string | undefined> },
  chart: ChartFile,
  file: ChartTemplate,
  map: YamlMap | undefined,
  below: readonly [string, ChartFile][],
): Dict {
  const values = map ? fromYaml(map, { map, keys: [] }) : dict([], true);
  const about = Object.entries((plain(fromYaml(chart.map)) ?? {}) as { readonly [key: string]: unknown });
  const said = about.map(([key, value]): [string, Val] => [
    key.charAt(0).toUpperCase() + key.slice(1),
    fromPlain(value),
  ]);
  const [major = '1', minor = ''] = version.replace(/^v/, '').split('.');
  const full = text(`v${major}.${minor}.0`);
  const subcharts = below.map(([key]): [string, Val] => {
    const own: Val = values.kind === 'dict' ? (values.entries.get(key) ?? UNKNOWN) : UNKNOWN;
    return [key, dict([['Values', own]], true)];
  });
  return dict([
    ['Values', values],
    ['Chart', dict([...said, ['Name', text(chart.name)], ['IsRoot', UNKNOWN]])],
    [
      'Release',
      dict([
        ['Name', text('release-name', true)],
        ['Namespace', text('default', true)],
        ['Service', text('Helm')],
        ['IsInstall', UNKNOWN],
        ['IsUpgrade', UNKNOWN],
        ['Revision', UNKNOWN],
      ]),
    ],
    [
      'Capabilities',
      dict([
        [
          'KubeVersion',
          dict([
            ['Version', full],
            ['GitVersion', full],
            ['Major', text(major)],
            ['Minor', text(minor)],
          ]),
        ],
        ['APIVersions', dict([['Has', method(hasApi)]], true)],
        ['HelmVersion', UNKNOWN],
      ]),
    ],
    ['Files', dict([['Get', method((args) => fileText(project, read, chart, args[0]))]], true)],
    ['Subcharts', dict(subcharts)],
    [
      'Template',
      dict([
        ['Name', text(`${chart.name}/${file.path.slice(chart.folder.length + 1)}`)],
        ['BasePath', text(`${chart.name}/templates`)],
      ]),
    ],
  ]);
}

function method(call: Method['call']): Method {
  return { kind: 'method', call };
}

/** Every cluster has the APIs of Kubernetes itself; of others nobody knows. */
function hasApi([name]: readonly Val[]): Val {
  const api = stringOf(name);
  if (api === undefined) return UNKNOWN;
  const [group = '', version = ''] = api.split('/');
  const builtIn =
    /^(?:v1|apps|batch|autoscaling|policy|(?:networking|rbac\.authorization|storage|apiextensions|coordination|discovery|scheduling|admissionregistration|certificates|apiregistration|node|events|authorization|authentication)\.k8s\.io)$/;
  if (!builtIn.test(group)) return UNKNOWN;
  return group === 'v1' || /^v\d+$/.test(version) ? bool(true) : UNKNOWN;
}

function fileText(
  project: Project,
  read: Map<string, string | undefined>,
  chart: ChartFile,
  name: Val | undefined,
): Val {
  const asked = stringOf(name);
  if (asked === undefined) return UNKNOWN;
  const path = `${chart.folder}/${asked}`;
  const state = project.file(path);
  read.set(path, state.kind === 'present' ? state.text : undefined);
  return state.kind === 'present' ? text(state.text) : state.kind === 'absent' ? text('') : UNKNOWN;
}
