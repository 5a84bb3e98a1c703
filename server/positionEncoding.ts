// How a client counts within a line: in UTF-16 units as the core does, or in UTF-8 bytes or whole characters. Knows no file.
import type { InitializeParams, Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** A way to count, as the protocol calls it. */
export type Encoding = 'utf-8' | 'utf-16' | 'utf-32';

/** The way that the client likes best; without a word it is UTF-16, which every client knows. */
export function encodingOf({ capabilities }: InitializeParams): Encoding {
  const offered = capabilities.general?.positionEncodings ?? [];
  return offered.find((one): one is Encoding => one === 'utf-8' || one === 'utf-16' || one === 'utf-32') ?? 'utf-16';
}

/** Units of the encoding that a piece of a line takes. */
export function unitsOf(piece: string, encoding: Encoding): number {
  if (encoding === 'utf-16') return piece.length;
  let units = 0;
  for (const letter of piece) units += encoding === 'utf-32' ? 1 : bytesOf(letter);
  return units;
}

/** UTF-16 units from the beginning of a line to so many units of the encoding; no further than the line goes. */
export function columnOf(line: string, units: number, encoding: Encoding): number {
  if (encoding === 'utf-16') return units;
  let left = units;
  let column = 0;
  for (const letter of line) {
    left -= encoding === 'utf-32' ? 1 : bytesOf(letter);
    if (left < 0) break;
    column += letter.length;
  }
  return column;
}

/** How open documents take in what a client that counts so has changed. */
export function documentsIn(encoding: Encoding) {
  return {
    create: TextDocument.create,
    update(document: TextDocument, changes: TextDocumentContentChangeEvent[], version: number): TextDocument {
      if (encoding === 'utf-16') return TextDocument.update(document, changes, version);
      // One by one: each is made for what the one before has left.
      for (const change of changes) {
        const plain =
          'range' in change ? { text: change.text, range: toUtf16(document, change.range, encoding) } : change;
        TextDocument.update(document, [plain], version);
      }
      return document;
    },
  };
}

function toUtf16(document: TextDocument, { start, end }: Range, encoding: Encoding): Range {
  const convert = ({ line, character }: Position): Position => {
    const text = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
    return { line, character: columnOf(text, character, encoding) };
  };
  return { start: convert(start), end: convert(end) };
}

/** In UTF-8; half of a surrogate pair is written as the character that stands for what cannot be written. */
function bytesOf(letter: string): number {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
