// `--format json`: for programs. Its shape is fixed; a change that breaks readers needs another `version`.
import type { Finding } from '../../../shared/index.ts';
import type { Places } from '../places.ts';
import { jsonText, type Told } from './format.ts';

/** Findings as Softstop's own JSON. */
export function asJson({ findings, places, files, elapsedMs }: Told): string {
  const fixable = findings.filter(({ fixes }) => fixes.some(({ safety }) => safety === 'safe')).length;
  const summary = { files: files.length, findings: findings.length, fixable, elapsedMs };
  return jsonText({ version: 1, findings: findings.map((one) => asObject(one, places)), summary });
}

/** A finding with its places in the terms of the output. */
export function asObject({ at, rule, severity, message, related, fixes }: Finding, places: Places) {
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
