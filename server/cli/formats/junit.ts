// `--format junit`: JUnit XML, which most CI servers show as tests. Each checked file is a suite; each finding is a test of
// it that failed, and a file without findings is one test that passed.
import Builder from 'fast-xml-builder';
import type { Finding } from '../../../shared/index.ts';
import type { Places } from '../places.ts';
import type { Told } from './format.ts';
import { printable } from './text.ts';

/** Findings as tests that failed. */
export function asJunit({ findings, places, files, elapsedMs }: Told): string {
  const pathOf = ({ at }: Finding) => places.show(at).path;
  const suites = files.map((file) => {
    const own = findings.filter((finding) => pathOf(finding) === file);
    const name = plain(file);
    const passed = { '@_name': 'stops without dropping requests', '@_classname': name };
    return {
      '@_name': name,
      '@_tests': Math.max(1, own.length),
      '@_failures': own.length,
      testcase: own.length === 0 ? [passed] : own.map((finding) => failed(finding, name, places)),
    };
  });
  const tests = suites.reduce((sum, suite) => sum + suite['@_tests'], 0);
  const report = {
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    testsuites: {
      '@_name': 'softstop',
      '@_tests': tests,
      '@_failures': findings.length,
      '@_time': (elapsedMs / 1000).toFixed(3),
      testsuite: suites,
    },
  };
  return new Builder({ ignoreAttributes: false, format: true, suppressEmptyNode: true }).build(report);
}

function failed({ at, rule, severity, message, related, fixes }: Finding, file: string, places: Places) {
  const { line, column } = places.show(at).range.start;
  const lines = [
    `${places.link(at)} ${severity} ${message} [${rule}]`,
    ...related.map((fact) => `- ${places.link(fact.at)} ${fact.message}`),
    ...fixes.map(({ title, safety }) => `fix${safety === 'unsafe' ? ' (unsafe)' : ''}: ${title}`),
  ];
  return {
    '@_name': `${rule} at ${line}:${column}`,
    '@_classname': file,
    '@_file': file,
    '@_line': line,
    failure: { '@_type': rule, '@_message': plain(message), '#text': lines.map(plain).join('\n') },
  };
}

/** Text without what XML 1.0 has no way to write. */
function plain(text: string): string {
  return printable(text).replace(/[\ufffe\uffff]/g, '\ufffd');
}
