// What HAProxy is told about its stop. https://docs.haproxy.org/3.0/configuration.html#3.1-hard-stop-after
import { linesOf } from '../../sources/keywordLines.ts';
import { optionValue } from '../launch/commandOptions.ts';
import { known, unknown } from '../value.ts';
import { byDefault, fileAt, givenAtSpan, type Served } from './served.ts';
import type { PlainSettings } from './serverSettings.ts';

const NAME = 'hard-stop-after';
const USUAL = ['/usr/local/etc/haproxy/haproxy.cfg', '/etc/haproxy/haproxy.cfg'];

/** What HAProxy is told; without a limit it waits for all connections. */
export function haproxySettings(served: Served): PlainSettings<'haproxy'> {
  const common = { server: 'haproxy', name: NAME, after: 0, also: [] } as const;
  const named = optionValue(
    served.process.argv.map((text) => ({ text })),
    '-f',
  )?.value;
  const path = (named === undefined ? USUAL : [named]).find((one) => fileAt(served, one));
  const file = path === undefined ? undefined : fileAt(served, path);
  if (!file) return { ...common, drain: byDefault(unknown('its file is not in the project'), 'HAProxy') };
  const given = linesOf(file.text).findLast(({ words }) => words[0]?.text === NAME);
  const argument = given?.words[1];
  if (!argument) return { ...common, drain: byDefault(known(Number.POSITIVE_INFINITY), 'HAProxy') };
  const seconds = haproxySeconds(argument.text);
  const value = seconds === undefined ? unknown('it is no length of time') : known(seconds);
  return { ...common, drain: givenAtSpan(file, argument.span, value, (wanted) => `${wanted}s`) };
}

/** Seconds of `30s`, `500ms`, `2m`, `1h`, `1d`; without a unit, milliseconds. */
function haproxySeconds(text: string): number | undefined {
  const [, number, unit = 'ms'] = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text) ?? [];
  const factor = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 }[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
