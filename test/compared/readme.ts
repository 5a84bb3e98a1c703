// Where the summary of the comparison stands: on its page, and in README.md.

/** The page. */
export const COMPARED = 'docs/compared.md';

const START = '<!-- compared:start -->';
const END = '<!-- compared:end -->';

/** The summary as it stands on a page. */
export function marked(summary: string): string {
  return `${START}\n${summary}\n${END}`;
}

/** What stands between the marks. */
export function summaryIn(text: string): string {
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`there is no ${START} … ${END}`);
  return text.slice(start + START.length, end).trim();
}

/** A text with another summary between its marks. */
export function withSummary(text: string, summary: string): string {
  return text.replace(marked(summaryIn(text)), () => marked(summary));
}
