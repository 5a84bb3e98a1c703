// An ENTRYPOINT that is a shell with a text of its own reads nothing of what is put behind it.

import type { Fix } from '../model/finding.ts';
import { looksLikeArray } from '../model/fixes/brokenJson.ts';
import { plainWords } from '../model/fixes/execFixes.ts';
import type { ImageCommand } from '../model/image/image.ts';
import type { Word } from '../model/launch/words.ts';
import { baseName } from '../model/paths.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'shell-entrypoint-ignores-cmd',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'The ENTRYPOINT is a shell that reads its own text only: CMD and run-time arguments are ignored.',
  why: `In shell form an ENTRYPOINT becomes \`/bin/sh -c TEXT\`. What CMD, Kubernetes \`args\` or a Compose \`command\` put behind
it become the shell's own parameters, \`$0\`, \`$1\` and so on, which the text does not use: the program starts without them,
and nobody is told. \`ENTRYPOINT tini --\` starts tini with no program to run.

In exec form the words of the CMD are the arguments of the ENTRYPOINT, and no shell stands between the stop signal and the
program.`,
  fix: 'sometimes',
  fixSafety: 'The program gets arguments that it never had.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact',
    'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
  ],
  *check(container) {
    const image = knownValue(container.image);
    const launch = knownValue(container.launch);
    const entrypoint = image && knownValue(image.entrypoint);
    const text = entrypoint?.at && image?.os === 'linux' ? ownText(entrypoint) : undefined;
    if (!entrypoint?.at || !text?.source || !launch?.words.includes(text) || readsParameters(text.text)) return;
    // An array that went wrong is told as such.
    if (entrypoint.form === 'shell' && looksLikeArray(text.text)) return;
    const ignored = launch.words.filter(({ origin }) => /^(?:CMD|args|command)$/.test(origin));
    const [first] = ignored;
    const cmd = image && knownValue(image.cmd);
    if (!first) return;
    const shell = `\`${entrypoint.words[0]?.text ?? 'sh'} -c\``;
    if (first.origin === 'CMD') {
      yield {
        at: text.source.at,
        message: `${shell} runs \`${short(text.text)}\` and nothing else: the CMD is ignored`,
        related: cmd?.at ? [{ at: cmd.at, message: 'the CMD that nobody reads' }] : [],
        fixes: cmd?.form === 'exec' ? execForm(entrypoint, text) : [],
      };
    } else if (launch.at) {
      yield {
        at: launch.at,
        message: `nobody reads the \`${first.origin}\` of \`${container.name}\`: the ENTRYPOINT of its image is a shell that runs \`${short(text.text)}\` and nothing else`,
        related: [{ at: text.source.at, message: `${shell} reads this, and nothing behind it` }],
        fixes: execForm(entrypoint, text),
      };
    }
  },
});

/** The text that the shell of an ENTRYPOINT reads, if it brings one. */
function ownText({ form, words }: ImageCommand): Word | undefined {
  if (form === 'shell') return words.at(-1);
  const [program, flag, text] = words;
  const shell = /^(?:sh|bash|ash|dash|ksh|zsh)$/.test(baseName(program?.text ?? ''));
  return shell && /^-[a-z]*c$/.test(flag?.text ?? '') ? text : undefined;
}

/** `$0`, `$1`, `$@`, `${*}`, `shift`: whoever writes these knows what comes in. */
function readsParameters(text: string): boolean {
  return /\$\{?[#@*\d]|\b(?:shift|getopts)\b/.test(text);
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

/** The exec form, where the text is one plain command. */
function execForm({ form }: ImageCommand, { source }: Word): readonly Fix[] {
  const words = form === 'shell' && source ? plainWords(source.text.replace(/^exec\s+/, '')) : undefined;
  if (!words || !source) return [];
  const newText = `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
  return [{ title: 'Use the exec form, which takes arguments', safety: 'unsafe', edits: [{ ...source.at, newText }] }];
}
