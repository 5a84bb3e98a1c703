// What package.json says about Softstop. It is required, not imported, so that esbuild puts it into every bundle while it
// stays out of the compiled sources.
const { homepage, version }: { homepage: string; version: string } = require('../package.json');

export { homepage, version };
