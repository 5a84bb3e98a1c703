// Finds the images that a Tiltfile builds: calls of `docker_build` whose arguments are literal. A Tiltfile is a program;
// what it computes is not known. Executes nothing.
import { type BuildEntry, isNamed } from './build.ts';

/** `docker_build(ref, context, …)`, and the same of the extension that restarts a process. */
const CALL = /\bdocker_build(?:_with_restart)?\s*\(/g;
const STRING = /[rb]?("""|'''|"|')((?:\\.|(?!\1)[\s\S])*)\1/y;

/** The images that Tilt builds from a Dockerfile. */
export function tiltBuilds(text: string): readonly BuildEntry[] {
  const code = withoutComments(text);
  return [...code.matchAll(CALL)].flatMap((call) => {
    if (/\bdef\s+$/.test(code.slice(0, call.index))) return [];
    const { places, names } = argumentsAt(code, call.index + call[0].length);
    const image = names.get('ref') ?? places[0];
    const context = names.get('context') ?? places[1];
    if (image === undefined || context === undefined || !isNamed(image) || names.has('dockerfile_contents')) return [];
    const named = names.get('dockerfile');
    // One that is computed may be any.
    if (named === undefined && names.has('dockerfile')) return [];
    const within = named === undefined ? ('context' as const) : ('folder' as const);
    return [{ image, context, dockerfile: named ?? 'Dockerfile', within, target: names.get('target') }];
  });
}

interface Arguments {
  /** In their order; `undefined` where one is no literal. */
  readonly places: readonly (string | undefined)[];
  readonly names: ReadonlyMap<string, string | undefined>;
}

/** The arguments of a call, from behind its bracket. */
function argumentsAt(code: string, start: number): Arguments {
  const places: (string | undefined)[] = [];
  const names = new Map<string, string | undefined>();
  for (const argument of splitAt(code, start)) {
    const [, name, value] = /^\s*([a-z_]\w*)\s*=(?!=)([\s\S]*)$/.exec(argument) ?? [];
    if (name === undefined) places.push(literalOf(argument));
    else names.set(name, literalOf(value ?? ''));
  }
  return { places, names };
}

/** The texts between the commas up to the closing bracket. */
function splitAt(code: string, start: number): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < code.length; at++) {
    STRING.lastIndex = at;
    const string = STRING.exec(code);
    const char = code.charAt(at);
    if (string) at = STRING.lastIndex - 1;
    else if (/[([{]/.test(char)) depth++;
    else if (/[)\]}]/.test(char) && depth-- === 0)
      return [...parts, code.slice(from, at)].filter((part) => part.trim() !== '');
    else if (char === ',' && depth === 0) {
      parts.push(code.slice(from, at));
      from = at + 1;
    }
  }
  return [];
}

/** The text of an argument that is one string and nothing else. */
function literalOf(argument: string): string | undefined {
  const text = argument.trim();
  STRING.lastIndex = 0;
  const string = STRING.exec(text);
  return string && STRING.lastIndex === text.length && !string[2]?.includes('\\') ? string[2] : undefined;
}

function withoutComments(text: string): string {
  return text.replace(/("""|'''|"|')(?:\\.|(?!\1)[\s\S])*?\1|#[^\n]*/g, (found) =>
    found.startsWith('#') ? '' : found,
  );
}
