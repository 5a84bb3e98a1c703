// Reads the targets of a Bake file: HCL as far as its values are literal, or JSON. Executes nothing; what a function or a
// variable decides is not known.
import { parsePlainYaml } from '../yaml/yaml.ts';
import { lookup, type YamlNode } from '../yaml/yamlNode.ts';
import { type BuildEntry, isNamed } from './build.ts';

/** What a target says, by key: texts; `undefined` where a value is no literal. */
type Target = ReadonlyMap<string, readonly string[] | undefined>;

const KEYS = /^(?:context|dockerfile|dockerfile-inline|target|tags|inherits)$/;

/** The images that Bake builds. */
export function bakeBuilds(path: string, text: string): readonly BuildEntry[] {
  const targets = path.endsWith('.json') ? jsonTargets(path, text) : hclTargets(text);
  return [...targets.keys()].flatMap((name) => {
    const target = inherited(targets, name);
    const one = (key: string) => target.get(key)?.[0];
    const open = ['context', 'dockerfile'].some((key) => target.has(key) && one(key) === undefined);
    const context = one('context') ?? '.';
    if (open || target.has('dockerfile-inline') || /^[a-z+]+:\/\/|\$\{/.test(context)) return [];
    const dockerfile = one('dockerfile') ?? 'Dockerfile';
    const images = (target.get('tags') ?? []).filter(isNamed);
    return images.map((image) => ({ image, context, dockerfile, within: 'context' as const, target: one('target') }));
  });
}

/** A target with all that those say which it inherits from; the last of them wins. */
function inherited(targets: ReadonlyMap<string, Target>, name: string, depth = 0): Target {
  const own = targets.get(name) ?? new Map<string, readonly string[] | undefined>();
  const bases = depth > 8 ? [] : (own.get('inherits') ?? []).map((base) => inherited(targets, base, depth + 1));
  return new Map([...bases.flatMap((base) => [...base]), ...own]);
}

function jsonTargets(path: string, text: string): ReadonlyMap<string, Target> {
  const [document] = parsePlainYaml(path, text);
  const found = lookup(document?.root, 'target');
  const pairs = found.kind === 'node' && found.node.kind === 'map' ? found.node.pairs : [];
  return new Map(pairs.map(({ key, value }) => [key.text.text, targetOf(value)]));
}

function targetOf(node: YamlNode): Target {
  const pairs = node.kind === 'map' ? node.pairs.filter(({ key }) => KEYS.test(key.text.text)) : [];
  return new Map(
    pairs.map(({ key, value }) => {
      const nodes = value.kind === 'sequence' ? value.items : [value];
      return [key.text.text, nodes.flatMap((one) => (one.kind === 'scalar' ? [one.text.text] : []))];
    }),
  );
}

const BLOCK = /^[ \t]*target\s+"([^"]+)"\s*\{/gm;
const STRING = /"((?:\\.|[^"\\])*)"/y;

function hclTargets(text: string): ReadonlyMap<string, Target> {
  const code = text.replace(/"(?:\\.|[^"\\\n])*"|(?:#|\/\/)[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : '',
  );
  return new Map(
    [...code.matchAll(BLOCK)].map((block) => [
      block[1] ?? '',
      attributesOf(bodyAt(code, block.index + block[0].length)),
    ]),
  );
}

/** What stands in a block, without the blocks in it. */
function bodyAt(code: string, start: number): string {
  let depth = 0;
  let body = '';
  for (let at = start; at < code.length; at++) {
    STRING.lastIndex = at;
    const string = STRING.exec(code)?.[0];
    const char = code.charAt(at);
    if (!string && char === '}' && depth-- === 0) return body;
    if (!string && char === '{') depth++;
    if (depth === 0) body += string ?? char;
    at += (string?.length ?? 1) - 1;
  }
  return body;
}

function attributesOf(body: string): Target {
  const target = new Map<string, readonly string[] | undefined>();
  for (const { 1: key = '', 2: written = '' } of body.matchAll(/^[ \t]*"?([\w-]+)"?\s*=\s*(\[[^\]]*\]|[^\n]*)/gm)) {
    if (KEYS.test(key)) target.set(key, valuesOf(written.trim()));
  }
  return target;
}

/** The strings of a value; none where something else stands there. */
function valuesOf(written: string): readonly string[] | undefined {
  const strings = [...written.matchAll(/"((?:\\.|[^"\\])*)"/g)];
  const rest = written.replace(/"(?:\\.|[^"\\])*"/g, '').replace(/^\[|\]$|,/g, '');
  // A variable within a name is left as it stands: the rest of the name may be enough.
  return rest.trim() === '' || (written.startsWith('[') && strings.length > 0)
    ? strings.map(([, text]) => text ?? '')
    : undefined;
}
