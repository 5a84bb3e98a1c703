// `--format gitlab`: a code quality report, which GitLab shows in merge requests.
import type { Severity } from '../../../shared/index.ts';
import { jsonText, type Told } from './format.ts';

const SEVERITIES: { readonly [S in Severity]: string } = {
  error: 'critical',
  warning: 'major',
  info: 'minor',
  hint: 'info',
};

/** Findings as a code quality report. */
export function asGitlab({ findings, places, fingerprint }: Told): string {
  return jsonText(
    findings.map((finding) => {
      const { path, range } = places.show(finding.at);
      return {
        description: finding.message,
        check_name: finding.rule,
        // GitLab tells by it which findings a merge request brings and which it repairs.
        fingerprint: fingerprint(finding),
        severity: SEVERITIES[finding.severity],
        location: { path, lines: { begin: range.start.line, end: range.end.line } },
      };
    }),
  );
}
