// Replaces the variables in a value of a Compose file before anything else reads it, as compose-go's template.go does.
// Knows no field and no environment.
import type { Embedded } from '../text/embedded.ts';
import { EmbeddedBuilder } from '../text/embeddedBuilder.ts';

/** What is known to be a variable's value. */
export type Variables = (name: string) => string | undefined;

/** A text with its variables replaced as far as their values are known. */
export interface Interpolated {
  /** What whoever runs Compose decides stands there as `${NAME}`. */
  readonly text: Embedded;
  /** Whether some variable has been replaced: whoever writes the text anew takes it out. */
  readonly replaced: boolean;
  /** Whether some variable is left. */
  readonly open: boolean;
}

/** `$$`, `$NAME`, `${NAME}`, `${NAME:-default}` and the like; a default counts where nothing else is known. */
export function interpolate(source: Embedded, variables: Variables): Interpolated {
  const { text } = source;
  const result = new EmbeddedBuilder(source);
  let replaced = false;
  let open = false;
  for (let i = 0; i < text.length; ) {
    const end = text[i] === '$' ? expressionEnd(text, i) : i + 1;
    const expression = text.slice(i, end);
    if (text[i] !== '$' || end === i + 1 || expression === '$$') {
      result.add(text.charAt(i), i, end);
    } else {
      const value = replacement(expression, variables);
      if (value === undefined) open = true;
      else replaced = true;
      result.add(value ?? `\${${nameOf(expression)}}`, i, end);
    }
    i = end;
  }
  return { text: result.finish(source.at, (added) => added.replaceAll('$', '$$$$')), replaced, open };
}

/** The text alone, where nothing in it is left open. */
export function interpolated(source: Embedded, variables: Variables): string | undefined {
  const { text, open } = interpolate(source, variables);
  return open ? undefined : text.text;
}

/** Where what begins with this `$` ends; right behind it where it stands for itself. */
function expressionEnd(text: string, start: number): number {
  const plain = /^(?:\$|[a-z_]\w*)/i.exec(text.slice(start + 1, start + 257));
  if (plain) return start + 1 + plain[0].length;
  if (text[start + 1] !== '{') return start + 1;
  let depth = 0;
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '{' && text[i - 1] === '$') depth++;
    else if (text[i] === '}' && --depth === 0) return i + 1;
  }
  return start + 1;
}

const BRACED = /^\$\{([a-z_]\w*)(?:(:?[-+?])(.*))?\}$/is;

function nameOf(expression: string): string {
  return BRACED.exec(expression)?.[1] ?? expression.replace(/^\$\{?|\}$/g, '');
}

function replacement(expression: string, variables: Variables): string | undefined {
  const [, , operator, argument = ''] = BRACED.exec(expression) ?? [];
  const value = variables(nameOf(expression));
  const counts = value !== undefined && (value !== '' || operator?.startsWith(':') !== true);
  switch (operator?.at(-1)) {
    case '-':
      return counts ? value : nested(argument, variables);
    case '+':
      // Unset as far as anybody here knows is not unset.
      return value === undefined ? undefined : counts ? nested(argument, variables) : '';
    default:
      return value;
  }
}

/** A default may hold variables itself. */
function nested(text: string, variables: Variables): string | undefined {
  let result = '';
  for (let i = 0; i < text.length; ) {
    const end = text[i] === '$' ? expressionEnd(text, i) : i + 1;
    const expression = text.slice(i, end);
    const value = expression === '$$' ? '$' : end > i + 1 ? replacement(expression, variables) : expression;
    if (value === undefined) return undefined;
    result += value;
    i = end;
  }
  return result;
}
