// Functions of Helm templates that make lists, and choose of them.
import { list, NIL, truth, UNKNOWN, type Val } from '../helmValues.ts';
import { printed } from '../helmYaml.ts';
import { anyOf, equal, type HelmFunction, itemsOf, maybe, type Named, numberOf } from './function.ts';

/** The functions of lists. */
export const LISTS: Named = [
  ['list', (args) => list(args)],
  ['tuple', (args) => list(args)],
  ['first', onList((items) => items[0] ?? NIL)],
  ['last', onList((items) => items.at(-1) ?? NIL)],
  ['rest', onList((items) => list(items.slice(1)))],
  ['initial', onList((items) => list(items.slice(0, -1)))],
  ['reverse', onList((items) => list([...items].reverse()))],
  ['compact', onList((items) => list(items.filter((item) => truth(item) !== false)))],
  ['append', ([items, item = NIL]) => (itemsOf(items) ? list([...(itemsOf(items) ?? []), item]) : UNKNOWN)],
  ['prepend', ([items, item = NIL]) => (itemsOf(items) ? list([item, ...(itemsOf(items) ?? [])]) : UNKNOWN)],
  ['concat', (args) => (args.every(itemsOf) ? list(args.flatMap((arg) => itemsOf(arg) ?? [])) : UNKNOWN)],
  ['without', ([items, ...unwanted]) => without(items, unwanted)],
  ['has', ([item, items]) => maybe(anyOf(itemsOf(items)?.map((one) => equal(one, item)) ?? [undefined]))],
  ['uniq', onList((items) => list(items.filter((item, i) => !items.slice(0, i).some((other) => equal(item, other)))))],
  ['sortAlpha', onList((items) => sorted(items))],
  [
    'slice',
    ([items, from, to]) =>
      itemsOf(items) ? list((itemsOf(items) ?? []).slice(numberOf(from) ?? 0, to && numberOf(to))) : UNKNOWN,
  ],
];

function onList(change: (items: readonly Val[], args: readonly Val[]) => Val): HelmFunction {
  return (args) => {
    const items = itemsOf(args.at(-1)) ?? itemsOf(args[0]);
    return items ? change(items, args) : UNKNOWN;
  };
}

function without(items: Val | undefined, unwanted: readonly Val[]): Val {
  const known = itemsOf(items);
  if (!known || known.some((item) => unwanted.some((other) => equal(item, other) === undefined))) return UNKNOWN;
  return list(known.filter((item) => !unwanted.some((other) => equal(item, other))));
}

function sorted(items: readonly Val[]): Val {
  const words = items.map(printed);
  if (words.includes(undefined)) return UNKNOWN;
  return list([...items].sort((a, b) => ((printed(a) ?? '') < (printed(b) ?? '') ? -1 : 1)));
}
