// Tells what is for a developer's machine or a test run: files by their place and name, stages by their name, servers by
// their command line.

const FOLDER =
  /^(?:.+[-_])?(?:dev|local|development|minikube|kind|skaffold|\.?devcontainer|tests?|test-?data|e2e|fixtures)$/;
/** What stands beside the usual name: `Dockerfile.dev`, `docker-compose.override.yml`, `local.Dockerfile`. */
const QUALIFIER =
  /^(?:override|tests?|e2e|ci|debug|(?:.+[._-])?(?:dev|devel|development|local|devcontainer)(?:[._-].+)?)$/i;
const USUAL = [
  /^(?:dockerfile|containerfile|docker-compose|compose)[._-](.+?)(?:\.ya?ml)?$/i,
  /^(.+)\.(?:dockerfile|containerfile)$/i,
  /^procfile[._-](.+)$/i,
];

/** Whether a file is for a developer's machine or a test run, by its path in the workspace: `k8s/dev/web.yaml`. */
export function isForDevelopment(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  const qualifiers = USUAL.flatMap((usual) => usual.exec(name)?.[1] ?? []);
  return folders.some((folder) => FOLDER.test(folder)) || qualifiers.some((one) => QUALIFIER.test(one));
}

/** Whether a stage of a Dockerfile is for a developer's machine, by its name. */
export function isDevelopmentStage(name: string): boolean {
  return /^(?:dev|devel|development|local|debug|test|tests)(?:$|[._-])|[._-](?:dev|development|local)$/i.test(name);
}

/** Servers that rebuild what they serve at every change, and have no users. */
const REBUILDS = [
  /^nodemon|^ts-node-dev|^(?:node|bun) (?:.* )?--(?:watch|hot)\b|^tsx watch/,
  /^(?:next|nuxt|nuxi|astro|remix|vinxi|wrangler) dev\b|^gatsby develop|^(?:ng|ember|vue-cli-service|webpack) serve\b/,
  /^react-scripts start|^webpack-dev-server|^vite(?:$| (?:dev|serve|-))|^parcel (?!build)|^browser-sync /,
  /^(?:air|reflex|CompileDaemon|fresh)\b|^dotnet watch|^cargo watch|^mix phx\.server --watch/,
];

/** Whether a command line starts a server for whoever writes it: `next dev`, `nodemon app.js`. */
export function isDevelopmentServer([program = '', ...args]: readonly string[]): boolean {
  const line = [program.slice(program.lastIndexOf('/') + 1), ...args].join(' ');
  return REBUILDS.some((pattern) => pattern.test(line));
}
