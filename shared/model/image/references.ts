// References to images, such as `registry:5000/shop/api:1.2@sha256:…`, as texts.

/** A reference without its tag and digest; a tag may come from a variable. */
export function repositoryOf(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/^((?:.*\/)?[^/:]*):[^/]*$/, '$1');
}
