// What the functions of Helm templates give, as far as it can be known without a cluster, a clock or a dice.
// A function that is not here gives something unknown.
import { BASE64 } from './functions/base64.ts';
import { CHOICES } from './functions/choices.ts';
import { DICTS } from './functions/dicts.ts';
import { FORMATS } from './functions/formats.ts';
import type { Call, HelmFunction } from './functions/function.ts';
import { LISTS } from './functions/lists.ts';
import { NUMBERS } from './functions/numbers.ts';
import { REGEXES } from './functions/regexes.ts';
import { TEXTS } from './functions/texts.ts';
import { VERSIONS } from './functions/versions.ts';
import { UNKNOWN, type Val } from './helmValues.ts';

const FUNCTIONS: ReadonlyMap<string, HelmFunction> = new Map([
  ...CHOICES,
  ...TEXTS,
  ...REGEXES,
  ...NUMBERS,
  ...VERSIONS,
  ...LISTS,
  ...DICTS,
  ...FORMATS,
  ...BASE64,
]);

/** The result of a function; unknown where the function, or what it needs to know, is. */
export function callFunction(name: string, args: readonly Val[], call: Call): Val {
  return FUNCTIONS.get(name)?.(args, call) ?? UNKNOWN;
}
