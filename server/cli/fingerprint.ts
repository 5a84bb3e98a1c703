// Names findings so that they are known again after the lines around them have moved: by their rule, their file, the text
// of their line, and which of the findings with all that in common they are.
import { createHash } from 'node:crypto';
import type { Analysis, Finding } from '../../shared/index.ts';
import { type Places, placesIn } from './places.ts';

/** The fingerprints of an analysis's findings; `name` is what a file is called, wherever it lies on this machine. */
export function fingerprintsOf(analysis: Analysis, name: (path: string) => string): ReadonlyMap<Finding, string> {
  const places = placesIn(name, (path) => analysis.project.text(path));
  const seen = new Map<string, number>();
  // Whatever is shown of them: which severities are asked for must not change a name.
  const findings = [...analysis.findings].sort((a, b) => a.at.start - b.at.start);
  return new Map(
    findings.map((finding) => {
      const key = JSON.stringify([finding.rule, name(finding.at.path), lineOf(finding, places)]);
      const before = seen.get(key) ?? 0;
      seen.set(key, before + 1);
      return [finding, hash(`${key}${before}`)];
    }),
  );
}

/** The text of a finding's line, as it is after indenting it anew. */
function lineOf({ at }: Finding, places: Places): string {
  const { line } = places.show(at).range.start;
  return places.line(at.path, line).trim().replace(/\s+/g, ' ');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
