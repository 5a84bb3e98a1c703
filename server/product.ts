// What package.json says about Softstop. It is required, not imported, so that esbuild puts it into every bundle while it
// stays out of the compiled sources.
const { homepage, version }: { homepage: string; version: string } = require('../package.json');

export { homepage, version };

/** Where a rule is explained to people. */
export function rulePage(id: string): string {
  return `${homepage}/docs/rules/${id}.md`;
}
