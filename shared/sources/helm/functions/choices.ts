// Functions of Helm templates that decide: fallbacks, comparisons, kinds of values.
import { bool, NIL, stringOf, text, truth, UNKNOWN, type Val } from '../helmValues.ts';
import { anyOf, equal, flip, type HelmFunction, maybe, type Named, symbolic } from './function.ts';

/** The functions that decide. */
export const CHOICES: Named = [
  // A fallback for something that a values file may give: what it gives wins, and can be given there.
  [
    'default',
    ([fallback = NIL, given = NIL]) => {
      const holds = truth(given);
      if (holds === undefined) return { kind: 'unknown', holder: given.holder };
      if (holds) return given;
      return given.holder ? { ...fallback, node: undefined, holder: given.holder } : fallback;
    },
  ],
  [
    'coalesce',
    (args) => {
      for (const arg of args) {
        const holds = truth(arg);
        if (holds !== false) return holds ? arg : UNKNOWN;
      }
      return args[0]?.holder ? { ...NIL, holder: args[0].holder } : NIL;
    },
  ],
  [
    'ternary',
    ([yes = NIL, no = NIL, which = NIL]) =>
      [UNKNOWN, yes, no][truth(which) === undefined ? 0 : truth(which) ? 1 : 2] ?? UNKNOWN,
  ],
  [
    'required',
    ([, value = NIL]) =>
      truth(value) === false && value.kind !== 'bool' && value.kind !== 'number'
        ? { kind: 'unknown', holder: value.holder }
        : value,
  ],
  ['empty', ([value = NIL]) => maybe(flip(truth(value)))],
  ['not', ([value = NIL]) => maybe(flip(truth(value)))],
  ['eq', ([first, ...others]) => maybe(anyOf(others.map((other) => equal(first, other))))],
  ['ne', ([a, b]) => maybe(flip(equal(a, b)))],
  ['lt', ordered((order) => order < 0)],
  ['le', ordered((order) => order <= 0)],
  ['gt', ordered((order) => order > 0)],
  ['ge', ordered((order) => order >= 0)],
  ['deepEqual', ([a, b]) => maybe(equal(a, b))],
  [
    'typeOf',
    ([value = NIL]) =>
      typed(value, {
        number: 'float64',
        text: 'string',
        bool: 'bool',
        list: '[]interface {}',
        dict: 'map[string]interface {}',
        nil: '<nil>',
      }),
  ],
  [
    'kindOf',
    ([value = NIL]) =>
      typed(value, { number: 'float64', text: 'string', bool: 'bool', list: 'slice', dict: 'map', nil: 'invalid' }),
  ],
  ['kindIs', ([kind, value = NIL]) => isKind(kind, value)],
  ['typeIs', ([kind, value = NIL]) => isKind(kind, value)],
];

function ordered(holds: (order: number) => boolean): HelmFunction {
  return ([a, b]) => {
    if (a?.kind === 'number' && b?.kind === 'number') return bool(holds(a.value - b.value));
    const [one, other] = [stringOf(a), stringOf(b)];
    if (one === undefined || other === undefined || (a && symbolic(a)) || (b && symbolic(b))) return UNKNOWN;
    return bool(holds(one < other ? -1 : one > other ? 1 : 0));
  };
}

function typed(value: Val, names: { readonly [kind: string]: string }): Val {
  const name = value.kind === 'number' && !value.float ? 'int' : names[value.kind];
  return name === undefined ? UNKNOWN : text(name);
}

function isKind(kind: Val | undefined, value: Val): Val {
  const name = stringOf(kind);
  if (name === undefined || value.kind === 'unknown' || value.kind === 'method') return UNKNOWN;
  const own: { readonly [kind: string]: RegExp } = {
    number: value.kind === 'number' && !value.float ? /^int/ : /^float64$/,
    text: /^string$/,
    bool: /^bool$/,
    list: /^(?:slice|\[\]interface ?\{\})$/,
    dict: /^(?:map|map\[string\]interface ?\{\})$/,
    nil: /^(?:invalid|<nil>)$/,
  };
  return bool(own[value.kind]?.test(name) ?? false);
}
