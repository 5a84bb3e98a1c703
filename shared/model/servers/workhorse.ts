// What gitlab-workhorse is told about its stop: https://docs.gitlab.com/development/workhorse/configuration/
import { parseIni } from '../../sources/iniFile.ts';
import { parseDuration } from '../../text/duration.ts';
import { optionValue } from '../launch/commandOptions.ts';
import { known, unknown } from '../value.ts';
import { fileAt, givenAtSpan, type Served } from './served.ts';
import type { PlainSettings } from './serverSettings.ts';

const NAME = 'shutdown_timeout';

/** What workhorse is told; nothing where its file does not say it. */
export function workhorseSettings(served: Served): PlainSettings<'gitlab-workhorse'> | undefined {
  const named = optionValue(
    served.process.argv.map((text) => ({ text })),
    '-config',
    '--config',
  )?.value;
  // Its script keeps the options in an array of the shell.
  const path = named ?? served.scripts.flatMap((text) => /^\s*--?config[ =]([\w./-]+)\s*$/m.exec(text)?.[1] ?? [])[0];
  const file = path === undefined ? undefined : fileAt(served, path);
  // Above the first table of its TOML.
  const entry = file && parseIni(file.text).entries.findLast(({ section, name }) => section === '' && name === NAME);
  if (!file || !entry) return undefined;
  const seconds = parseDuration(entry.value);
  const value = seconds === undefined ? unknown('it is no length of time') : known(seconds);
  const drain = givenAtSpan(file, entry.at, value, (wanted) => `"${wanted}s"`);
  return { server: 'gitlab-workhorse', name: NAME, after: 0, drain, also: [] };
}
