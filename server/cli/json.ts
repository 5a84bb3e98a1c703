// `--format json`: for programs. Its shape is fixed; a change that breaks readers needs another `version`.
import type { Finding } from '../../shared/index.ts';
import type { Places } from './places.ts';

export interface Summary {
  /** How many files were checked. */
  readonly files: number;
  readonly findings: number;
  /** How many of the findings have a safe fix. */
  readonly fixable: number;
  readonly elapsedMs: number;
}

/** The findings as JSON text. */
export function asJson(findings: readonly Finding[], places: Places, summary: Summary): string {
  return `${JSON.stringify({ version: 1, findings: findings.map((one) => asObject(one, places)), summary }, null, 2)}\n`;
}

function asObject({ at, rule, severity, message, related, fixes }: Finding, places: Places) {
  return {
    ...places.show(at),
    rule,
    severity,
    message,
    related: related.map((fact) => ({ ...places.show(fact.at), message: fact.message })),
    fixes: fixes.map(({ title, safety, edits }) => ({
      title,
      safety,
      edits: edits.map((edit) => ({ ...places.show(edit), newText: edit.newText })),
    })),
  };
}
