// A whole command line in the first word of an array, where a runtime looks for a program of that name.
import { type Container, mayBeWindows } from '../model/container.ts';
import type { Fix } from '../model/finding.ts';
import { plainWords, shellWord, withExec } from '../model/fixes/execFixes.ts';
import { programWord, replaceWords } from '../model/fixes/rewriteWords.ts';
import { wordsInstead } from '../model/fixes/startDirectly.ts';
import type { Launch } from '../model/launch/launch.ts';
import type { Word } from '../model/launch/words.ts';
import { alternatives, knownValue } from '../model/value.ts';
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
    const word = launch && wordOfProgram(container, launch);
    if (!word?.source || mayBeWindows(container) || !isCommandLine(word.text)) return;
    // What another image starts may take it as an argument.
    if (launch?.supposes && container.source !== 'dockerfile') return;
    // A file may have such a name.
    if (knownValue(container.image)?.file(word.text).kind === 'text') return;
    yield {
      at: word.source.at,
      ...(launch?.supposes && { severity: 'hint' }),
      message: `nothing splits a word of an array: no program is called ${shown(word.text)}, and the container does not start${launch?.supposes ? `, if ${launch.supposes}` : ''}`,
      fixes: [...split(container, word), ...throughShell(container, word), ...startServer(container, word)],
    };
  },
});

/** The word that is taken for a program: behind inits and wrappers, or behind scripts that become what they are given. */
function wordOfProgram({ stop }: Container, launch: Launch): Word | undefined {
  const started = alternatives(stop).flatMap(({ value }) => value.hops.map(({ process }) => process.argv[0]));
  const word = launch.words.find(({ text, form }) => form === 'exec' && isCommandLine(text) && started.includes(text));
  const first = programWord(launch);
  return word ?? (first?.form === 'exec' ? first : undefined);
}

/** An option is none: an entrypoint hands it to its own program, which may even take it apart, as Redis does. */
function isCommandLine(text: string): boolean {
  return !text.startsWith('-') && /\s|[|&;<>]/.test(text) && !/\\|\{\{/.test(text);
}

/** As a person reads it; blanks at its ends would not be seen. */
function shown(text: string): string {
  return text.trim() === text ? `\`${text}\`` : `\`${JSON.stringify(text)}\``;
}

function split(container: Container, word: Word): readonly Fix[] {
  const words = plainWords(word.text);
  const change = words && replaceWords(container, word, 1, words);
  const title = words?.length === 1 ? 'Take the blanks away' : 'Split it into words';
  return change?.ok ? [{ title, safety: 'unsafe', edits: change.edits }] : [];
}

/** A package manager is no first process: what it would start is. */
function startServer(container: Container, word: Word): readonly Fix[] {
  const words = plainWords(word.text);
  const instead = words && words.length > 1 ? wordsInstead(container, words) : undefined;
  const change = instead && replaceWords(container, word, 1, instead);
  const title = `Start \`${instead?.map(shellWord).join(' ')}\` itself`;
  return change?.ok ? [{ title, safety: 'unsafe', edits: change.edits }] : [];
}

/** Variables and operators need a shell; one that becomes the program at the end. */
function throughShell(container: Container, word: Word): readonly Fix[] {
  const sh = knownValue(container.image)?.sh;
  const text = plainWords(word.text) ? undefined : withExec(word.text.trim());
  if (text === undefined || !sh || sh.kind === 'unknown' || knownValue(sh) === 'none') return [];
  const change = replaceWords(container, word, 1, ['/bin/sh', '-c', text]);
  return change.ok ? [{ title: 'Run it with `/bin/sh -c`', safety: 'unsafe', edits: change.edits }] : [];
}
