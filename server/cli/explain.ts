// `softstop explain`: what a rule is about, or how the containers of a file stop.
import { existsSync } from 'node:fs';
import { explainFile, nearest, type Rule, rules } from '../../shared/index.ts';
import { analyzeWhole } from '../analysis.ts';
import { readState } from '../disk.ts';
import { parse, UsageError } from './arguments.ts';
import { printable, problemLine } from './formats/text.ts';
import type { Command, Outcome } from './outcome.ts';
import { placesIn } from './places.ts';
import { scopeOf, shownPath } from './scope.ts';

const HELP = `Usage: softstop explain RULE
       softstop explain FILE[:LINE]

RULE: what the rule is about and what happens at run time, such as
  softstop explain shell-form-pid1

FILE: in words, how the containers that the file describes stop: who gets which signal, and how long they have. With
LINE only those that the line has to do with, such as
  softstop explain k8s/deployment.yaml:14

Options:
  -h, --help    show this
`;

const FIXES = {
  always: 'softstop check --fix',
  sometimes: 'softstop check --fix, where the change is plain',
  never: 'by hand',
};

export const explain: Command = {
  name: 'explain',
  summary: 'Explain a rule, or how the containers of a file stop',
  help: HELP,
  async run(args) {
    const { values, positionals } = parse('explain', args, { help: { type: 'boolean', short: 'h', default: false } });
    if (values.help) return { exitCode: 0, stdout: HELP };
    const [subject, ...others] = positionals;
    if (subject === undefined || others.length > 0) {
      throw new UsageError('explain takes one RULE or FILE[:LINE]; see softstop explain --help');
    }
    const rule = rules.find(({ id }) => id === subject);
    return rule ? { exitCode: 0, stdout: ruleText(rule) } : fileOutcome(subject);
  },
};

function ruleText({ id, severity, default: byDefault, since, summary, why, fix, fixSafety, references }: Rule): string {
  const facts = [
    `Severity:   ${severity}${byDefault === 'off' ? ', off unless the configuration turns it on' : ''}`,
    `Fix:        ${FIXES[fix]}`,
    ...(fixSafety ? [`Look twice: ${fixSafety}`] : []),
    `Since:      ${since}`,
  ];
  const links = references.length > 0 ? ['', 'See also:', ...references.map((link) => `  ${link}`)] : [];
  return `${[id, summary, '', plain(why.trim()), '', ...facts, ...links].join('\n')}\n`;
}

/** Markdown as it reads in a terminal: links with their address behind them, no stars. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\(([^)]+)\)/g, '$1 ($2)').replace(/\*\*([^*]+)\*\*/g, '$1');
}

async function fileOutcome(subject: string): Promise<Outcome> {
  const { file, line } = fileAndLine(subject);
  const scope = await scopeOf([file]);
  const [path = ''] = scope.named;
  const state = scope.input.files.get(path);
  if (state === undefined) throw new UsageError(`${file} is a folder; explain takes one file`);
  const analysis = await analyzeWhole(scope.input, readState);
  const places = placesIn(
    (at) => shownPath(scope, at),
    (at) => analysis.project.text(at),
  );
  const configuration = analysis.problems.filter(({ kind }) => kind !== 'file');
  const stderr = [...scope.problems, ...configuration].map((one) => problemLine(one, places)).join('');
  const text = explainFile(analysis, path, line === undefined ? undefined : line - 1);
  const exitCode = configuration.length > 0 ? 2 : 0;
  if (text !== undefined) {
    const lines = text.trimEnd().split('\n').map(printable);
    return { exitCode, stdout: `${lines.join('\n')}\n`, stderr };
  }
  const where = `${shownPath(scope, path)}${line === undefined ? '' : `:${line}`}`;
  return {
    exitCode: exitCode || 3,
    stderr: `${stderr}softstop: nothing in ${printable(where)} takes part in stopping a container\n`,
  };
}

/** A line, and the column that editors put behind it, may follow the file's name. */
function fileAndLine(subject: string): { file: string; line: number | undefined } {
  if (existsSync(subject) || subject === '-') return { file: subject, line: undefined };
  const [, file = '', line] = /^(.+?):([1-9]\d*)(?::\d+)?$/.exec(subject) ?? [];
  if (line !== undefined && existsSync(file)) return { file, line: Number(line) };
  if (/[./\\]/.test(subject)) throw new UsageError(`${file || subject}: there is no such file`);
  const near = nearest(
    subject,
    rules.map(({ id }) => id),
  );
  const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : 'softstop rules lists them';
  throw new UsageError(`there is no rule and no file "${subject}"; ${hint}`);
}
