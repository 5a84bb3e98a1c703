// Guesses which word somebody meant. Knows letters only.

/** The words most like one that is not known, nearest first; none where all are far off. */
export function nearest(word: string, words: readonly string[]): readonly string[] {
  const written = letters(word);
  const far = (other: string) => distance(written, letters(other));
  const likely = (other: string) =>
    far(other) <= Math.max(2, other.length / 3) ||
    (written.length > 3 && letters(other).includes(written)) ||
    other.split('-').some((part) => part.length > 3 && written.includes(part));
  return words
    .filter(likely)
    .sort((a, b) => far(a) - far(b))
    .slice(0, 3);
}

/** Nobody gets a name wrong by its case or its dashes alone. */
function letters(word: string): string {
  return word.toLowerCase().replace(/[-_.\s]/g, '');
}

/** Levenshtein's: how many letters have to be put in, taken out or changed. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...b].entries()) {
      const change = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
