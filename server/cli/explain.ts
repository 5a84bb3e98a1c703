// `softstop explain`: what a rule is about, or how the containers of a file stop.
import { existsSync } from 'node:fs';
import { explainFile, nearest, type Rule, rules } from '../../shared/index.ts';
import { parse, UsageError } from './arguments.ts';
import { analysisOf } from './fileSubject.ts';
import { printable } from './formats/text.ts';
import type { Command, Outcome } from './outcome.ts';

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
    if (rule) return { exitCode: 0, stdout: ruleText(rule) };
    if (subject !== '-' && !/[./\\:]/.test(subject) && !existsSync(subject)) throw noSuchRule(subject);
    return fileOutcome(subject);
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
  const { analysis, path, line, shown, exitCode, stderr } = await analysisOf('explain', subject);
  const text = explainFile(analysis, path, line);
  if (text !== undefined) {
    const lines = text.trimEnd().split('\n').map(printable);
    return { exitCode, stdout: `${lines.join('\n')}\n`, stderr };
  }
  return {
    exitCode: exitCode || 3,
    stderr: `${stderr}softstop: nothing in ${shown} takes part in stopping a container\n`,
  };
}

/** A word that names no file is a rule's name gone wrong. */
function noSuchRule(subject: string): UsageError {
  const near = nearest(
    subject,
    rules.map(({ id }) => id),
  );
  const hint = near.length > 0 ? `did you mean ${near.join(', ')}?` : 'softstop rules lists them';
  return new UsageError(`there is no rule and no file "${subject}"; ${hint}`);
}
