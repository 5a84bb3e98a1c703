// Reads CEL expressions as conditions of webhooks have them, as far as they compare facts of a request with literals.
// Whatever else stands there is unknown, and an answer that does not depend on it is still an answer. Executes nothing.

/** What a condition may come to; `undefined` where that is not known. */
export type Answer = boolean | undefined;

/** The text of a fact such as `request.namespace`; `undefined` where it is not known. */
export type Facts = (name: string) => string | undefined;

type Value = string | boolean | readonly Value[] | undefined;

/** Longer ones are somebody's program. */
const MOST_TOKENS = 500;
const TOKEN =
  /\s*(?:("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(&&|\|\||==|!=|[!()[\],]))/y;

/** Whether an expression holds. */
export function holds(expression: string, facts: Facts): Answer {
  const tokens = tokensOf(expression);
  if (!tokens) return undefined;
  const reader = new Reader(tokens, facts);
  const value = reader.either();
  return reader.whole() && typeof value === 'boolean' ? value : undefined;
}

/** The words and signs of an expression; `undefined` where it has others than these. */
function tokensOf(expression: string): readonly string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = expression.trimEnd().length;
  while (TOKEN.lastIndex < end && tokens.length < MOST_TOKENS) {
    const [, string, name, sign] = TOKEN.exec(expression) ?? [];
    const token = string ?? name ?? sign;
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return TOKEN.lastIndex < end ? undefined : tokens;
}

/** Reads tokens from left to right; a step that fits nothing leaves the rest unread. */
class Reader {
  readonly #tokens: readonly string[];
  readonly #facts: Facts;
  #at = 0;
  #lost = false;

  constructor(tokens: readonly string[], facts: Facts) {
    this.#tokens = tokens;
    this.#facts = facts;
  }

  /** Whether all of it was understood. */
  whole(): boolean {
    return !this.#lost && this.#atEnd();
  }

  #atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** `a || b`: one that holds is enough. */
  either(): Value {
    const parts = [this.#both()];
    while (this.#take('||')) parts.push(this.#both());
    if (parts.length === 1) return parts[0];
    return parts.includes(true) ? true : parts.every((part) => part === false) ? false : undefined;
  }

  #both(): Value {
    const parts = [this.#compared()];
    while (this.#take('&&')) parts.push(this.#compared());
    if (parts.length === 1) return parts[0];
    return parts.includes(false) ? false : parts.every((part) => part === true) ? true : undefined;
  }

  #compared(): Value {
    const left = this.#single();
    const [sign] = ['==', '!=', 'in'].filter((one) => this.#take(one));
    if (!sign) return left;
    const right = this.#single();
    if (left === undefined || right === undefined) return undefined;
    if (sign === 'in') return Array.isArray(right) ? isAmong(left, right) : undefined;
    if (typeof left !== typeof right || typeof left === 'object') return undefined;
    return (left === right) === (sign === '==');
  }

  #single(): Value {
    if (this.#take('!')) {
      const value = this.#single();
      return typeof value === 'boolean' ? !value : undefined;
    }
    if (this.#take('(')) {
      const value = this.either();
      return this.#take(')') ? value : this.#giveUp();
    }
    if (this.#take('[')) return this.#list(']');
    const token = this.#tokens[this.#at++];
    if (token === undefined || !/^["'A-Za-z_]/.test(token)) return this.#giveUp();
    if (/^["']/.test(token)) return token.includes('\\') ? undefined : token.slice(1, -1);
    if (token === 'true' || token === 'false') return token === 'true';
    return this.#take('(') ? this.#call(token, this.#list(')')) : this.#facts(token);
  }

  #list(end: string): readonly Value[] {
    const items: Value[] = [];
    while (!this.#atEnd() && !this.#take(end)) {
      items.push(this.either());
      if (this.#take(end)) return items;
      if (!this.#take(',')) this.#giveUp();
    }
    return items;
  }

  #call(name: string, [argument]: readonly Value[]): Value {
    const [, object = '', method] = /^(.*)\.(\w+)$/.exec(name) ?? [];
    const text = this.#facts(object);
    if (text === undefined || typeof argument !== 'string') return undefined;
    if (method === 'startsWith') return text.startsWith(argument);
    if (method === 'endsWith') return text.endsWith(argument);
    return method === 'contains' ? text.includes(argument) : undefined;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  /** Nothing behind this is read. */
  #giveUp(): undefined {
    this.#lost = true;
    this.#at = this.#tokens.length;
    return undefined;
  }
}

function isAmong(value: Value, list: readonly Value[]): Answer {
  if (list.includes(value)) return true;
  return list.includes(undefined) ? undefined : false;
}
