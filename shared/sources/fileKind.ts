// Tells by its name what a file may be. Knows no contents.

/** Whether a file is a Dockerfile by its name. */
export function isDockerfile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  // Notes about one, and templates that only look like one until they are filled in.
  if (/\.(?:dockerignore|md|txt|j2|jinja2?|tmpl|tpl|template|erb|ejs|sh|ya?ml|json)$/i.test(name)) return false;
  return /^(?:dockerfile|containerfile)(?:\..+)?$/i.test(name) || /\.(?:dockerfile|containerfile)$/i.test(name);
}

/** Whether a file is a Procfile by its name: `Procfile`, `Procfile.dev`. */
export function isProcfile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /^procfile(?:\..+)?$/i.test(name) && !/\.(?:md|txt|j2|jinja2?|tmpl|tpl|template|erb|ejs|sh)$/i.test(name);
}

/** Whether a file is one of Tilt by its name. */
export function isTiltfile(path: string): boolean {
  return /(?:^|[/.])tiltfile$/i.test(path);
}

/** Whether a file is one of `docker buildx bake` by its name; its Compose files are found as such. */
export function isBakeFile(path: string): boolean {
  return /(?:^|\/)docker-bake(?:\.[\w-]+)?\.(?:hcl|json)$/i.test(path);
}

/** Whether a file holds named templates of a Helm chart. */
function isNamedTemplates(path: string): boolean {
  return /\/templates\/(?:.*\/)?[^/]+\.tpl$/.test(path);
}

/** Whether a file is one of those of which a server or supervisord reads a whole folder; of the others, their folder need not be known. */
function isServerPart(path: string): boolean {
  return /\.conf(?:\.template)?$/i.test(path) || /supervisor.*\.ini$/i.test(path);
}

/** Whether a file of this name is data more often than something that a person wrote. */
export function isMostlyData(path: string): boolean {
  return /\.json$/i.test(path) || isServerPart(path);
}

/** Whether a file may take part in starting or stopping a container, so that a host should load it. */
export function isCandidate(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const builds = isTiltfile(path) || isBakeFile(path);
  return (
    builds ||
    isDockerfile(path) ||
    isProcfile(path) ||
    isNamedTemplates(path) ||
    isServerPart(path) ||
    /\.(?:ya?ml|json)$/i.test(name)
  );
}
