// Tells an exec form that went wrong from a shell form that is meant: single quotes, a word without quotes, a comma too
// many. Knows what people write by mistake, nothing of what runs.
import type { Embedded } from '../text/embedded.ts';
import type { Container } from './container.ts';
import { knownValue } from './value.ts';

/** The shell-form instructions of a container's Dockerfile that look like a JSON array. */
export function looksLikeJson(container: Container): readonly Embedded[] {
  const image = container.source === 'dockerfile' ? knownValue(container.image) : undefined;
  const commands = image ? [image.entrypoint, image.cmd].map(knownValue) : [];
  return commands.flatMap((command) => {
    const source = command?.form === 'shell' ? command.words.at(-1)?.source : undefined;
    return source && looksLikeArray(source.text) ? [source] : [];
  });
}

/** `[ -f x ] && y` is a test; an array has a quote or a comma behind its first word. */
function looksLikeArray(text: string): boolean {
  return /^\[\s*(?:'[^']*'|"[^"]*"|[\w./-]+)\s*(?:,|\]\s*$)/.test(text);
}

/** A repaired array. */
export interface RepairedJson {
  readonly text: string;
  /** What was wrong. */
  readonly why: string;
}

const ITEM = /\s*(?:'([^']*)'|"((?:[^"\\]|\\.)*)"|([^\s,'"[\]]+))\s*(,|\]$|$)/y;

/** The array that was probably meant; `undefined` where that is not clear. */
export function repairedJson(text: string): RepairedJson | undefined {
  const why = new Set<string>();
  const words: string[] = [];
  ITEM.lastIndex = 1;
  const trimmed = text.trim();
  for (let end = ''; end !== ']'; ) {
    const at = ITEM.lastIndex;
    if (words.length > 0 && /^\s*\]$/.test(trimmed.slice(at))) {
      why.add('a comma before the bracket');
      break;
    }
    const item = ITEM.exec(trimmed);
    if (!item) return undefined;
    const [, single, double, bare] = item;
    if (single !== undefined) why.add('single quotes');
    if (bare !== undefined) why.add(`\`${bare}\` has no quotes`);
    words.push(single ?? bare ?? unescaped(double ?? ''));
    end = item[4] ?? '';
    if (end === '') {
      why.add('the bracket at the end is missing');
      break;
    }
  }
  const array = `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
  return why.size > 0 ? { text: array, why: [...why].join(', ') } : undefined;
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}
