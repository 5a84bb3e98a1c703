// `softstop rules`: the table of all rules.
import { rules as allRules, type Rule } from '../../shared/index.ts';
import { oneOf, parse, UsageError } from './arguments.ts';
import type { Command } from './outcome.ts';

const HELP = `Usage: softstop rules [--format FORMAT]

Lists all rules. "softstop explain RULE" says more about one.

Options:
  --format FORMAT    text (default) or json
  -h, --help         show this
`;

const OPTIONS = {
  format: { type: 'string', default: 'text' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const rules: Command = {
  name: 'rules',
  summary: 'List all rules',
  help: HELP,
  async run(args) {
    const { values, positionals } = parse('rules', args, OPTIONS);
    if (values.help) return { exitCode: 0, stdout: HELP };
    if (positionals.length > 0) {
      throw new UsageError(`rules takes no arguments; see softstop explain ${positionals[0]}`);
    }
    const format = oneOf('--format', values.format, ['text', 'json']);
    return {
      exitCode: 0,
      stdout: format === 'json' ? `${JSON.stringify(allRules.map(asObject), null, 2)}\n` : table(),
    };
  },
};

/** All that a rule says of itself. */
function asObject({ check: _, ...metadata }: Rule) {
  return metadata;
}

function table(): string {
  const rows = [
    ['rule', 'severity', 'default', 'fix', 'summary'],
    ...allRules.map((rule) => [rule.id, rule.severity, rule.default, rule.fix, rule.summary]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}
