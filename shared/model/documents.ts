// A manifest file of several documents is looked at as that many files: what is typed in one document leaves what is
// known of the others as it is. Knows how such files are named and where they begin; nothing of what they describe.

/** A document of a file, as a file of its own. */
export interface DocumentFile {
  readonly path: string;
  readonly text: string;
  /** Where it begins in the whole file. */
  readonly start: number;
}

/** Stands behind the name of the whole file. No file that exists has it in its name. */
const MARK = '\0';

/** Files whose documents are one thing together, or that are named elsewhere as one. */
const WHOLE = /(?:^|\/)(?:kustomization|skaffold|values[^/]*)\.ya?ml$|\/templates\//i;
/** An expression of a template that holds what follows, which may be several documents. */
const BLOCK = /\{\{-?\s*(?:if|range|with|define|block)\b/;
const MANIFEST = /^["']?apiVersion["']?:/m;
const START = /^---(?=[ \t\r\n]|$)/gm;

/** The documents that a file is looked at as; none where it is looked at as a whole. */
export function documentsOf(path: string, text: string): readonly DocumentFile[] {
  // A fix may add a document to one; both are then looked at as one file.
  if (!/\.ya?ml$/i.test(path) || WHOLE.test(path) || path.includes(MARK)) return [];
  const starts = [...text.matchAll(START)].map(({ index }) => index);
  if (starts.length === 0 || BLOCK.test(text)) return [];
  const begins = starts[0] === 0 ? starts : [0, ...starts];
  const extension = path.slice(path.lastIndexOf('.'));
  const documents = begins.map((start, index): DocumentFile => {
    const number = String(index).padStart(6, '0');
    return { path: `${path}${MARK}${number}${extension}`, text: text.slice(start, begins[index + 1]), start };
  });
  return documents.filter((one) => MANIFEST.test(one.text)).length > 1 ? documents : [];
}

/** The file that a document stands in; any other path as it is. */
export function fileOf(path: string): string {
  const mark = path.indexOf(MARK);
  return mark < 0 ? path : path.slice(0, mark);
}
