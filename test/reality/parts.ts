// Pieces of shell text in each other, so that a launch can be written, counted and made smaller.

/** A piece of shell text and the pieces inside it. */
export interface Part {
  /** What it is, for the table of what occurred. */
  readonly construct: string;
  readonly inside: readonly Part[];
  /** Its text, from the texts inside it; it may put files into /srv. */
  readonly write: (inside: readonly string[], files: Files) => string;
  /** Commands one after the other: each of them can be left out. */
  readonly sequence?: true;
}

/** Takes a file's text and gives its path. */
export type Files = (text: string) => string;

/** A piece without others inside. */
export function leaf(construct: string, text: string): Part {
  return { construct, inside: [], write: () => text };
}

/** A piece with one inside, between two texts. */
export function around(construct: string, before: string, inside: Part, after: string): Part {
  return { construct, inside: [inside], write: ([text]) => `${before}${text}${after}` };
}

/** Commands one after the other. */
export function sequence(inside: readonly Part[]): Part {
  return { construct: '', inside, sequence: true, write: (texts) => texts.join('\n') };
}

/** A text as one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The text of a piece. */
export function writePart(part: Part, files: Files): string {
  return part.write(
    part.inside.map((one) => writePart(one, files)),
    files,
  );
}

/** Pieces that are a little smaller, the much smaller ones first. */
export function* smallerParts(part: Part): Generator<Part> {
  if (!part.sequence) yield* part.inside;
  for (const [i, one] of part.inside.entries()) {
    if (part.sequence && part.inside.length > 1)
      yield { ...part, inside: part.inside.filter((_, other) => other !== i) };
    for (const less of smallerParts(one))
      yield { ...part, inside: part.inside.map((other, at) => (at === i ? less : other)) };
  }
}
