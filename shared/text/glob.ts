// Patterns of the shell as regular expressions. Knows no file system.

/** A pattern of the shell (`*`, `?`) as a regular expression for whole texts. */
export function globPattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^(?:${source})$`, 's');
}
