// Tells by its name what a file may be. Knows no contents.

/** Whether a file may take part in starting or stopping a container, so that a host should load it. */
export function isCandidate(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    /^(?:dockerfile|containerfile)(?:\..+)?$/i.test(name) ||
    /\.(?:dockerfile|containerfile)$/i.test(name) ||
    /\.(?:ya?ml|json)$/i.test(name) ||
    /^procfile(?:\..+)?$/i.test(name)
  );
}
