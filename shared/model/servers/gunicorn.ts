// What Gunicorn is told about its stop: on its command line, in GUNICORN_CMD_ARGS, in its file; the first of them counts.
// https://gunicorn.org/reference/settings/#graceful_timeout
import { literalOf, statementsOf } from '../../sources/literalStatements.ts';
import { splitCommand } from '../../sources/shellwords.ts';
import { Embedded } from '../../text/embedded.ts';
import { optionValue } from '../launch/commandOptions.ts';
import type { Setting } from '../setting.ts';
import { known, unknown } from '../value.ts';
import { byDefault, fileAt, flagSetting, givenAtSpan, isHidden, type Served } from './served.ts';
import type { PlainSettings } from './serverSettings.ts';

const NAME = 'graceful_timeout';
const FLAG = '--graceful-timeout';
const VARIABLE = 'GUNICORN_CMD_ARGS';
/** Seconds that workers get by default: gunicorn/config.py, GracefulTimeout. */
const DEFAULT = 30;

/** What Gunicorn is told. */
export function gunicornSettings(served: Served): PlainSettings<'gunicorn'> {
  const common = { server: 'gunicorn', after: 1, also: [] } as const;
  const flag = flagSetting(served, [FLAG]);
  if (flag) return { ...common, name: FLAG, drain: flag };
  const variable = fromVariable(served);
  if (variable) return { ...common, name: VARIABLE, variable: VARIABLE, drain: variable };
  return { ...common, name: NAME, drain: fromFile(served) };
}

function fromVariable({ environment }: Served): Setting<number> | undefined {
  if (!environment.has(VARIABLE)) return undefined;
  const text = environment.get(VARIABLE);
  if (text === undefined) return byDefault(unknown(`\`${VARIABLE}\` decides it`), 'Gunicorn');
  const found = optionValue(variableWords({ environment }), FLAG)?.value;
  if (found === undefined) return undefined;
  const value = /^\d+$/.test(found) ? known(Number(found)) : unknown('it is no number');
  return { ...byDefault(value, 'Gunicorn'), given: { kind: 'inherited', from: `\`${VARIABLE}\`` } };
}

/** The words of the variable that the command line is lengthened by. */
function variableWords({ environment }: Pick<Served, 'environment'>): readonly { readonly text: string }[] {
  return splitCommand(Embedded.verbatim('', environment.get(VARIABLE) ?? ''))?.words ?? [];
}

function fromFile(served: Served): Setting<number> {
  const given = [served.process.argv.map((text) => ({ text })), variableWords(served)];
  const [named] = given.flatMap((words) => optionValue(words, '-c', '--config')?.value ?? []);
  if (named?.startsWith('python:')) return byDefault(unknown('a module decides it'), 'Gunicorn');
  const path = (named ?? 'gunicorn.conf.py').replace(/^file:/, '');
  const file = fileAt(served, path);
  if (!file) {
    const elsewhere = isHidden(served, path) || (named !== undefined && path !== '/dev/null');
    return byDefault(elsewhere ? unknown('its file is not in the project') : known(DEFAULT), 'Gunicorn');
  }
  const said = statementsOf('python', file.text, NAME);
  if (said.kind === 'given') {
    const literal = literalOf(said.statement.value);
    const value = literal?.kind === 'number' ? known(literal.value) : unknown('it is not written as a number');
    return givenAtSpan(file, said.statement.at, value);
  }
  if (said.kind === 'open') return byDefault(unknown('its file decides it in a way that is not read'), 'Gunicorn');
  return byDefault(known(DEFAULT), 'Gunicorn');
}
