// Tells an exec form that went wrong from a shell form that is meant: single quotes, a word without quotes, a comma too
// many. Knows what people write by mistake, nothing of what runs.
import type { Embedded } from '../../text/embedded.ts';
import type { Container } from '../container.ts';
import { knownValue } from '../value.ts';
import { shellWord } from './execFixes.ts';

/** A shell-form instruction that looks like a JSON array. */
export interface BrokenArray {
  /** What stands there in place of the array. */
  readonly source: Embedded;
  /** The words of SHELL, which get it. */
  readonly shell: string;
  /** What is wrong with it, in the order of the text; empty where that is not clear. */
  readonly mistakes: readonly string[];
  /** What was probably meant; absent where that is not clear. */
  readonly repaired: RepairedArray | undefined;
}

/** What was probably meant by an array that is none. */
export interface RepairedArray {
  readonly text: string;
  /** `shell`: a command line, since an array would hand variables over as they stand. */
  readonly form: 'exec' | 'shell';
}

/** The instructions of a container's Dockerfile that look like a JSON array and are none. */
export function brokenArrays({ source, image: given }: Container): readonly BrokenArray[] {
  const image = source === 'dockerfile' ? knownValue(given) : undefined;
  if (image?.os !== 'linux') return [];
  const [entrypoint, cmd] = [image.entrypoint, image.cmd].map(knownValue);
  return [entrypoint, cmd].flatMap((command) => {
    const written = command?.form === 'shell' ? command.words.at(-1)?.source : undefined;
    if (!command || !written || !looksLikeArray(written.text)) return [];
    const read = repairArray(written.text);
    const shell = command.words.slice(0, -1).map(({ text }) => text);
    // A command line in an ENTRYPOINT would not get the CMD.
    const fits = read?.form === 'exec' || command === cmd || !cmd;
    const { mistakes = [] } = read ?? {};
    return [{ source: written, shell: shell.join(' '), mistakes, repaired: fits ? read : undefined }];
  });
}

/** Whether a text is meant as an array: it has a quote, or a comma behind its first word, unlike `[ -f x ] && y`. */
export function looksLikeArray(text: string): boolean {
  return /^\[\s*(?:(?:'[^']*'|"[^"]*"|[“”][^“”]*[“”])\s*(?:[,'"“”]|\]?\s*$)|[^\s,'"[\]]+\s*(?:,|\]\s*$))/.test(text);
}

const ITEM = /\s*(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|[“”„]([^“”]*)[“”]|([^\s,'"“”[\]]+))\s*/y;

/** The array that was probably meant; `undefined` where that is not clear. */
function repairArray(text: string): (RepairedArray & Pick<BrokenArray, 'mistakes'>) | undefined {
  const mistakes = new Set<string>();
  const words: { readonly text: string; readonly literal: boolean }[] = [];
  let at = 1;
  for (let open = true; open; ) {
    ITEM.lastIndex = at;
    const item = ITEM.exec(text);
    if (!item) return undefined;
    const [, single, double, curly, bare] = item;
    if (single !== undefined) mistakes.add('single quotes');
    if (curly !== undefined) mistakes.add('typographic quotes');
    if (bare !== undefined) mistakes.add(`\`${bare}\` has no quotes`);
    words.push({ text: single ?? curly ?? bare ?? unescaped(double ?? ''), literal: single !== undefined });
    const [separator = ''] = /^(?:,\s*\]?|\]|)/.exec(text.slice(ITEM.lastIndex)) ?? [];
    at = ITEM.lastIndex + separator.length;
    open = separator === ',' || separator.trimEnd() === ',' || (separator === '' && at < text.length);
    if (separator === '' && open) mistakes.add('a comma is missing');
    if (separator === '' && !open) mistakes.add('the bracket at the end is missing');
    if (separator.startsWith(',') && separator.endsWith(']')) mistakes.add('a comma before the bracket');
  }
  const rest = text.slice(at).trim();
  if (rest !== '' && !/^(?:;|#.*)$/.test(rest)) return undefined;
  if (rest !== '') mistakes.add('something follows the bracket');
  if (mistakes.size === 0) return undefined;
  // The shell of `sh -c` replaces them itself.
  const [program, option] = words.map((word) => word.text);
  const open = !(/(?:^|\/)\w*sh$/.test(program ?? '') && /^-\w*c$/.test(option ?? ''));
  if (!open || !words.some((word) => /\$[\w{]/.test(word.text) && !word.literal)) {
    return { text: jsonArray(words.map((word) => word.text)), form: 'exec', mistakes: [...mistakes] };
  }
  return { text: ['exec', ...words.map(withVariables)].join(' '), form: 'shell', mistakes: [...mistakes] };
}

function jsonArray(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** The word as a shell has to be given it, which replaces its variables. */
function withVariables({ text, literal }: { readonly text: string; readonly literal: boolean }): string {
  if (literal || !text.includes('$')) return shellWord(text);
  return /^[\w./:=@%+,${}-]+$/.test(text) ? text : `"${text.replace(/["\\`]/g, '\\$&')}"`;
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
