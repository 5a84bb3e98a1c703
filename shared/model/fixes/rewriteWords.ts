// Changes the words of a launch where they are written: the array of a Dockerfile, a list of a manifest.
import { innerCommand, programFacts } from '../../knowledge/programs.ts';
import type { Container } from '../container.ts';
import type { Launch } from '../launch/launch.ts';
import type { Word } from '../launch/words.ts';
import { type Change, change, refuse } from '../setting.ts';
import { knownValue } from '../value.ts';

/** The words of the instruction or field that a word belongs to, with some of them replaced. */
export function replaceWords(container: Container, first: Word, count: number, by: readonly string[]): Change {
  const launch = knownValue(container.launch)?.words ?? [];
  const own = launch.filter(({ origin }) => origin === first.origin);
  const index = own.indexOf(first);
  if (index < 0 || index + count > own.length || own.some(({ form }) => form === 'shell'))
    return refuse('it is not written as words');
  const words = own.toSpliced(index, count, ...by.map((text): Word => ({ ...first, text }))).map(({ text }) => text);
  if (first.origin !== 'ENTRYPOINT' && first.origin !== 'CMD')
    return container.setWords?.(first.origin, words) ?? refuse('it is not written here');
  const [start, end] = [first.source?.at, own[index + count - 1]?.source?.at];
  if (!start || !end) return refuse('it is written outside the project');
  return change({
    path: start.path,
    start: start.start,
    end: end.end,
    newText: by.map((text) => JSON.stringify(text)).join(', '),
  });
}

/** The word that names the program, behind inits and wrappers. */
export function programWord({ words }: Launch): Word | undefined {
  const rest = words.map(({ text }) => text);
  let at = 0;
  for (let inner: number | undefined = 0; inner !== undefined && at < words.length; at += inner ?? 0) {
    const argv = rest.slice(at);
    const facts = programFacts(argv);
    inner = facts?.wrapper || facts?.role === 'init' ? innerCommand(facts, argv) : undefined;
  }
  return words[at];
}
