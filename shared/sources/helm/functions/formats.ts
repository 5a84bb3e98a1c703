// Functions of Helm templates that write values as YAML or JSON, and read them.
import type { Place } from '../../../text/span.ts';
import { dict, isCollection, isWhole, NIL, text, type Val } from '../helmValues.ts';
import { asYaml, parsed, plain } from '../helmYaml.ts';
import { type Named, ofTexts, sameValue } from './function.ts';

/** The functions of YAML and JSON. */
export const FORMATS: Named = [
  ...ofTexts([
    ['fromYaml', ([s = '']) => (s.trim() === '' ? dict() : parsed(s))],
    ['fromYamlArray', ([s = '']) => parsed(s)],
    ['fromJson', ([s = '']) => parsed(s)],
    ['fromJsonArray', ([s = '']) => parsed(s)],
  ]),
  ['toYaml', ([value = NIL], { action }) => yamlText(value, action)],
  ['mustToYaml', ([value = NIL], { action }) => yamlText(value, action)],
  ['toYamlPretty', ([value = NIL], { action }) => yamlText(value, action)],
  ['toJson', ([value = NIL]) => json(value)],
  ['mustToJson', ([value = NIL]) => json(value)],
  ['toRawJson', ([value = NIL]) => json(value)],
  ['toPrettyJson', ([value = NIL]) => json(value)],
];

function yamlText(value: Val, action: Place): Val {
  if (value.kind === 'unknown') return { kind: 'unknown', holder: value.holder };
  return { kind: 'text', rope: asYaml(value, action) };
}

function json(value: Val): Val {
  const given = plain(value);
  if (given === undefined) return { kind: 'unknown', holder: value.holder };
  const written = text(JSON.stringify(given));
  return isCollection(value) && !isWhole(value) ? written : sameValue(value, written);
}
