// `--format sarif`: SARIF 2.1.0, for code scanning on GitHub, Azure DevOps and whatever else reads it.
import type { Log, ReportingDescriptor, Result } from 'sarif';
import { type Edit, editsByPath, type Finding, type Place, rules, type Severity } from '../../../shared/index.ts';
import { homepage, rulePage, version } from '../../product.ts';
import type { Places } from '../places.ts';
import { jsonText, type Told } from './format.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note', hint: 'note' } as const satisfies Record<
  Severity,
  Result.level
>;

/** Findings as SARIF 2.1.0. */
export function asSarif({ findings, places, fingerprint }: Told): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Softstop',
            informationUri: homepage,
            version,
            semanticVersion: version,
            rules: rules.map(descriptor),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, places, fingerprint(finding))),
      },
    ],
  };
  return jsonText(log);
}

function descriptor({ id, severity, default: byDefault, summary, why, references }: (typeof rules)[number]) {
  const links = references.map((link) => `- ${link}`).join('\n');
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: summary },
    help: { text: why.trim(), markdown: `${why.trim()}\n\n${links}` },
    helpUri: rulePage(id),
    defaultConfiguration: { enabled: byDefault === 'on', level: LEVELS[severity] },
  } satisfies ReportingDescriptor;
}

function result({ rule, severity, message, at, related, fixes }: Finding, places: Places, fingerprint: string): Result {
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: LEVELS[severity],
    message: { text: message },
    locations: [{ physicalLocation: physical(at, places) }],
    relatedLocations: related.map((fact, id) => ({
      id,
      physicalLocation: physical(fact.at, places),
      message: { text: fact.message },
    })),
    partialFingerprints: { 'softstop/v1': fingerprint },
    fixes: fixes.map(({ title, safety, edits }) => ({
      description: { text: safety === 'safe' ? title : `${title} (unsafe)` },
      artifactChanges: [...editsByPath(edits).values()].map((ofFile) => change(ofFile, places)),
    })),
  };
}

function change(edits: readonly Edit[], places: Places) {
  const replacements = edits.map((edit) => {
    const { artifactLocation: _, region } = physical(edit, places);
    return { deletedRegion: region, insertedContent: { text: edit.newText } };
  });
  const [first] = edits;
  return { artifactLocation: { uri: first ? uriOf(places.show(first).path) : '' }, replacements };
}

function physical(at: Place, places: Places) {
  const { path, range } = places.show(at);
  return {
    artifactLocation: { uri: uriOf(path) },
    region: {
      startLine: range.start.line,
      startColumn: range.start.column,
      endLine: range.end.line,
      endColumn: range.end.column,
    },
  };
}

/** A path as a URI reference: what has a meaning in URIs is escaped. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
