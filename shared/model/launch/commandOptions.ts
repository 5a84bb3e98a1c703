// Finds the value of an option among the words of a command line. Knows no command.

/** The value of an option by one of its names: `-t 25`, `--timeout=25`; `word` is the one that holds it. */
export function optionValue<W extends { readonly text: string }>(
  words: readonly W[],
  ...names: readonly string[]
): { readonly value: string; readonly word: W } | undefined {
  for (const [i, word] of words.entries()) {
    const [name = '', ...value] = word.text.split('=');
    if (!names.includes(name)) continue;
    const holder = value.length > 0 ? word : words[i + 1];
    if (holder) return { value: value.length > 0 ? value.join('=') : holder.text, word: holder };
  }
  return undefined;
}
