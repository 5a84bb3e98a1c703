// `--format github`: workflow commands, which GitHub Actions turns into annotations at the lines of a pull request.
import type { Finding, Severity } from '../../../shared/index.ts';
import type { Places } from '../places.ts';
import type { Told } from './format.ts';
import { printable } from './text.ts';

const COMMANDS: { readonly [S in Severity]: string } = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};

/** Findings as workflow commands, a line each. */
export function asGithub({ findings, places }: Told): string {
  return findings.map((finding) => `${command(finding, places)}\n`).join('');
}

function command({ at, rule, severity, message, related }: Finding, places: Places): string {
  const { path, range } = places.show(at);
  const properties = {
    file: path,
    line: range.start.line,
    endLine: range.end.line,
    col: range.start.column,
    endColumn: range.end.column,
    title: `Softstop: ${rule}`,
  };
  const named = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  const lines = [message, ...related.map((fact) => `- ${places.link(fact.at)} ${fact.message}`)];
  return `::${COMMANDS[severity]} ${named.join(',')}::${data(lines.map(printable).join('\n'))}`;
}

/** As the runner's own toolkit escapes what stands behind `::`. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The same for a property, which a comma or a colon would end. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
