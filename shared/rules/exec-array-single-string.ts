// A whole command line in the first word of an array, where a runtime looks for a program of that name.
import type { Container } from '../model/container.ts';
import { plainWords } from '../model/execFixes.ts';
import type { Fix } from '../model/finding.ts';
import type { Word } from '../model/launch.ts';
import { programWord, replaceWords } from '../model/rewriteWords.ts';
import { knownValue } from '../model/value.ts';
import { defineRule } from './rule.ts';

export default defineRule({
  id: 'exec-array-single-string',
  subject: 'container',
  severity: 'error',
  default: 'on',
  since: '0.1.0',
  summary: 'An array holds a whole command line in one word; no program has such a name.',
  why: `In exec form every word is one argument, and the first is the name of a program. Nothing splits it: \`["npm start"]\` looks
for a file called \`npm start\`, and the container does not start (\`executable file not found in $PATH\`).`,
  fix: 'sometimes',
  fixSafety: 'The container starts something that it did not start before.',
  references: [
    'https://docs.docker.com/reference/dockerfile/#exec-form',
    'https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/',
  ],
  *check(container) {
    const launch = knownValue(container.launch);
    const word = launch && programWord(launch);
    if (!word?.source || word.form !== 'exec' || isWindows(container) || !isCommandLine(word.text.trim())) return;
    // A file may have such a name.
    if (knownValue(container.image)?.file(word.text).kind === 'text') return;
    yield {
      at: word.source.at,
      message: `\`${word.text.trim()}\` is one word, so a program of that name is looked for: nothing splits it`,
      fixes: [...split(container, word), ...throughShell(container, word)],
    };
  },
});

function isCommandLine(text: string): boolean {
  return /\s|[|&;<>]/.test(text) && !/[\\{]/.test(text);
}

function isWindows({ image, pod }: Container): boolean {
  return knownValue(image)?.os === 'windows' || (pod !== undefined && knownValue(pod.os.value) !== 'linux');
}

function split(container: Container, word: Word): readonly Fix[] {
  const words = plainWords(word.text);
  const change = words && replaceWords(container, word, 1, words);
  return change?.ok ? [{ title: 'Split it into words', safety: 'unsafe', edits: change.edits }] : [];
}

/** Variables and operators need a shell; one that becomes the program. */
function throughShell(container: Container, word: Word): readonly Fix[] {
  if (plainWords(word.text) || /[|&;]/.test(word.text) || knownValue(container.image)?.sh.kind !== 'known') return [];
  const change = replaceWords(container, word, 1, ['/bin/sh', '-c', `exec ${word.text.trim()}`]);
  return change.ok ? [{ title: 'Run it with `/bin/sh -c`', safety: 'unsafe', edits: change.edits }] : [];
}
