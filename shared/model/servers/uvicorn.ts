// What uvicorn is told about its stop. https://www.uvicorn.org/settings/#timeouts
import type { Setting } from '../setting.ts';
import { known, unknown } from '../value.ts';
import { byDefault, flagSetting, type Served } from './served.ts';
import type { PlainSettings } from './serverSettings.ts';

const FLAG = '--timeout-graceful-shutdown';
/** Its command line reads every option from the environment too. */
const VARIABLE = 'UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN';

/** What uvicorn is told; without a limit it waits for all requests. */
export function uvicornSettings(served: Served): PlainSettings<'uvicorn'> {
  const common = { server: 'uvicorn', after: 0, also: [] } as const;
  const flag = flagSetting(served, [FLAG]);
  if (flag) return { ...common, name: FLAG, drain: flag };
  const variable = fromVariable(served);
  if (variable) return { ...common, name: VARIABLE, variable: VARIABLE, drain: variable };
  return { ...common, name: FLAG, drain: byDefault(known(Number.POSITIVE_INFINITY), 'uvicorn') };
}

function fromVariable({ environment }: Served): Setting<number> | undefined {
  if (!environment.has(VARIABLE)) return undefined;
  const text = environment.get(VARIABLE) ?? '';
  const value = /^\d+$/.test(text) ? known(Number(text)) : unknown(`\`${VARIABLE}\` decides it`);
  return { ...byDefault(value, 'uvicorn'), given: { kind: 'inherited', from: `\`${VARIABLE}\`` } };
}
