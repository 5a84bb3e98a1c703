// The schema of .softstop.yaml, made of what package.json says about the same settings in an editor. It leaves the names of
// rules open: which there are, the server says.

/** Where it stands: shipped, and read by the completion. */
export const SCHEMA_FILE = 'shared/settings/softstop.schema.json';

interface Property {
  readonly markdownDescription: string;
  readonly additionalProperties?: { readonly enum?: readonly string[] };
  readonly [key: string]: unknown;
}

/** The schema as JSON. */
export function settingsSchema(properties: Readonly<Record<string, Property>>): string {
  const own = Object.entries(properties).filter(([name]) => name !== 'softstop.trace.server');
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Settings of Softstop',
    description: 'What a .softstop.yaml may hold. It counts for its folder and everything below it.',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      own.map(([name, property]) => [name.replace('softstop.', ''), inFile(name, property)]),
    ),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** What only an editor's page of settings makes something of. */
const FOR_EDITORS = new Set(['scope', 'order', 'default', 'enumDescriptions', 'patternErrorMessage']);

function inFile(name: string, { markdownDescription, ...rest }: Property): object {
  const description = markdownDescription.replace(/ What a `\.softstop\.yaml` says.*$/, '');
  // YAML 1.1 reads `on` and `off` as yes and no.
  const states = { enum: [...(rest.additionalProperties?.enum ?? []), true, false] };
  const own = name === 'softstop.rules' ? { ...rest, additionalProperties: states } : rest;
  const plain = JSON.stringify(own, (key, value) => (FOR_EDITORS.has(key) ? undefined : value));
  return { description, ...JSON.parse(plain) };
}
