// What Apache httpd is told about its stop. https://httpd.apache.org/docs/2.4/mod/mpm_common.html#gracefulshutdowntimeout
import { linesOf } from '../../sources/keywordLines.ts';
import { optionValue } from '../launch/commandOptions.ts';
import { known, unknown } from '../value.ts';
import { byDefault, fileAt, filesLike, givenAtSpan, mayBeGiven, type Served } from './served.ts';
import type { PlainSettings } from './serverSettings.ts';

/** It gives workers that are still there some seconds more before it ends them (measured: nine). */
const AFTER = 10;
const NAME = 'GracefulShutdownTimeout';
const USUAL = ['/usr/local/apache2/conf/httpd.conf', '/etc/apache2/apache2.conf', '/etc/apache2/httpd.conf'];
const FOLDERS = [
  '/usr/local/apache2/conf/extra',
  '/etc/apache2/conf-enabled',
  '/etc/apache2/sites-enabled',
  '/etc/apache2/conf.d',
];

/** What httpd is told; without a limit it waits for all requests. */
export function httpdSettings(served: Served): PlainSettings<'httpd'> {
  const common = { server: 'httpd', name: NAME, after: AFTER, also: [] } as const;
  const named = optionValue(
    served.process.argv.map((text) => ({ text })),
    '-f',
  )?.value;
  const paths = [
    ...(named === undefined ? USUAL : [named]),
    ...FOLDERS.flatMap((folder) => filesLike(served, `${folder}/*.conf`).paths),
  ];
  for (const path of paths) {
    const file = fileAt(served, path);
    const given =
      file && linesOf(file.text).findLast(({ words }) => words[0]?.text.toLowerCase() === NAME.toLowerCase());
    const argument = given?.words[1];
    if (!file || !argument) continue;
    const seconds = /^\d+$/.test(argument.text) ? Number(argument.text) : undefined;
    const value =
      seconds === undefined ? unknown('it is no number') : known(seconds === 0 ? Number.POSITIVE_INFINITY : seconds);
    return { ...common, drain: givenAtSpan(file, argument.span, value) };
  }
  const open = !served.image.base || mayBeGiven(served, NAME);
  return {
    ...common,
    drain: byDefault(open ? unknown('it may be given elsewhere') : known(Number.POSITIVE_INFINITY), 'httpd'),
  };
}
