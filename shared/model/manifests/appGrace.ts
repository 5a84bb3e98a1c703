// The time that a platform gives an app to stop: its own number, or a variable of the app, which stands in app.json or in
// .env. Knows no Procfile.
import type { Platform } from '../../knowledge/platforms.ts';
import { type DotenvVariable, dotenvVariables } from '../../sources/dotenv.ts';
import { parseYaml } from '../../sources/yaml/yaml.ts';
import { setKey } from '../../sources/yaml/yamlEdit.ts';
import { lookup, type YamlMap } from '../../sources/yaml/yamlNode.ts';
import type { Place } from '../../text/span.ts';
import type { Project } from '../project.ts';
import { type Change, change, refuse, type Setting } from '../setting.ts';
import { known, unknown } from '../value.ts';
import { asInteger, asText, numberSetting, type Section } from './yamlValue.ts';

/** Where the variables of an app stand, as far as the project holds them. */
export interface AppVariables {
  readonly appJson: YamlMap | undefined;
  readonly dotenv:
    | { readonly path: string; readonly text: string; readonly variables: readonly DotenvVariable[] }
    | undefined;
}

/** The variables of the app in a folder. */
export function appVariables(project: Project, folder: string): AppVariables {
  const path = `${folder}/.env`;
  const text = project.text(path);
  const [appJson] = project.derived(`${folder}/app.json`, rootsIn) ?? [];
  const variables = project.derived(path, dotenvVariables) ?? [];
  return { appJson, dotenv: text === undefined ? undefined : { path, text, variables } };
}

/** Whether the app gives a variable. */
export function gives({ appJson, dotenv }: AppVariables, variable: string): boolean {
  const inJson = lookup(appJson, 'env', variable).kind !== 'absent';
  return inJson || dotenv?.variables.some(({ name }) => name === variable) === true;
}

function rootsIn(path: string, text: string): readonly YamlMap[] {
  return parseYaml(path, text).flatMap(({ root }) => (root?.kind === 'map' ? [root] : []));
}

/**
 * Seconds from the stop signal to SIGKILL on whichever of these platforms; `affects` names the app's process types, `told`
 * is what the command says that starts the platform.
 */
export function appGrace(
  variables: AppVariables,
  platforms: readonly Platform[],
  affects: readonly string[],
  told: { readonly seconds: number; readonly at: Place } | undefined,
): Setting<number> {
  const [first, ...others] = platforms;
  if (first && told && others.length === 0) {
    const given = { kind: 'here', at: told.at } as const;
    return { value: known(told.seconds), given, affects, set: () => refuse(first.graceElsewhere) };
  }
  const variable = others.length === 0 ? first?.graceVariable : undefined;
  if (first && variable !== undefined) return fromVariable(variables, first, variable, affects);
  // What is too long for the most patient is too long for all of them.
  const seconds = Math.max(...platforms.map(({ graceSeconds }) => graceSeconds));
  const patient = platforms.filter(({ graceSeconds }) => graceSeconds === seconds).map(({ name }) => name);
  const why = others.length === 0 ? first?.graceElsewhere : 'who runs the Procfile is not known';
  return byDefault(seconds, patient.join(', '), affects, () => refuse(why ?? 'it cannot be given'));
}

function byDefault(
  seconds: number,
  whose: string,
  affects: readonly string[],
  set: Setting<number>['set'],
): Setting<number> {
  return { value: known(seconds), given: { kind: 'default', whose }, affects, set };
}

function fromVariable(
  { appJson, dotenv }: AppVariables,
  { name: whose, graceSeconds, graceElsewhere }: Platform,
  variable: string,
  affects: readonly string[],
): Setting<number> {
  const inDotenv = dotenv?.variables.findLast(({ name }) => name === variable);
  if (appJson && (!inDotenv || lookup(appJson, 'env', variable).kind === 'node')) {
    return inAppJson({ map: appJson, partial: false }, variable, { whose, graceSeconds, affects });
  }
  if (!dotenv) return byDefault(graceSeconds, whose, affects, () => refuse(graceElsewhere));
  if (!inDotenv) return byDefault(graceSeconds, whose, affects, (seconds) => append(dotenv, `${variable}=${seconds}`));
  const seconds = /^\d+$/.test(inDotenv.value ?? '') ? Number(inDotenv.value) : undefined;
  return {
    value: seconds === undefined ? unknown('it is no number of seconds') : known(seconds),
    given: { kind: 'here', at: inDotenv.at },
    affects,
    set: (wanted) => change({ ...inDotenv.at, newText: String(wanted) }),
  };
}

/** `"NAME": "60"`, or `"NAME": { "value": "60" }`. */
function inAppJson(
  section: Section,
  variable: string,
  {
    whose,
    graceSeconds,
    affects,
  }: { readonly whose: string; readonly graceSeconds: number; readonly affects: readonly string[] },
): Setting<number> {
  const found = lookup(section.map, 'env', variable);
  const described = found.kind === 'node' && found.node.kind === 'map';
  const keys = ['env', variable, ...(described ? ['value'] : [])];
  const setting = numberSetting(section, {
    keys,
    affects,
    fallback: known(graceSeconds),
    whose,
    parse: (node) => {
      const text = asText(node) ?? '';
      return /^\d+$/.test(text) ? Number(text) : asInteger(node);
    },
  });
  return { ...setting, set: (seconds) => setKey(section.map, keys, String(seconds)) };
}

function append({ path, text }: NonNullable<AppVariables['dotenv']>, line: string): Change {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const apart = text === '' || text.endsWith('\n') ? '' : newline;
  return change({ path, start: text.length, end: text.length, newText: `${apart}${line}${newline}` });
}
