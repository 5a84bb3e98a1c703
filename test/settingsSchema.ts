// The schema of .softstop.yaml, made of what package.json says about the same settings in an editor and of the rules.
import type { Rule } from '../shared/index.ts';

/** Where it stands: shipped, and read by the completion. */
export const SCHEMA_FILE = 'shared/settings/softstop.schema.json';

interface Property {
  readonly markdownDescription: string;
  readonly additionalProperties?: { readonly enum?: readonly string[] };
  readonly [key: string]: unknown;
}

/** The schema as JSON. */
export function settingsSchema(properties: Readonly<Record<string, Property>>, rules: readonly Rule[]): string {
  const own = Object.entries(properties).filter(([name]) => name !== 'softstop.trace.server');
  const states = properties['softstop.rules']?.additionalProperties?.enum ?? [];
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Settings of Softstop',
    description: 'What a .softstop.yaml may hold. It counts for its folder and everything below it.',
    // YAML 1.1 reads `on` and `off` as yes and no.
    definitions: { state: { enum: [...states, true, false] } },
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      own.map(([name, property]) => [name.replace('softstop.', ''), inFile(name, property, rules)]),
    ),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** What only an editor's page of settings makes something of. */
const FOR_EDITORS = new Set(['scope', 'order', 'default', 'enumDescriptions', 'patternErrorMessage']);

function inFile(name: string, { markdownDescription, ...rest }: Property, rules: readonly Rule[]): object {
  const description = markdownDescription.replace(/ What a `\.softstop\.yaml` says.*$/, '');
  if (name === 'softstop.rules') {
    const each = rules.map(({ id, summary }) => [
      id,
      { description: summary, allOf: [{ $ref: '#/definitions/state' }] },
    ]);
    return { description, type: 'object', additionalProperties: false, properties: Object.fromEntries(each) };
  }
  const plain = JSON.stringify(rest, (key, value) => (FOR_EDITORS.has(key) ? undefined : value));
  return { description, ...JSON.parse(plain) };
}
