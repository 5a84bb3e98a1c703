// Tells commands that do something and end from those that stay: what a start-up script runs before its program.

/** `true`: surely ends by itself; `false`: surely stays; `undefined`: not known. Words that are not known stand as written. */
export function isShort(_words: readonly string[]): boolean | undefined {
  return undefined;
}
