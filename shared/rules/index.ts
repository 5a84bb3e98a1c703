// All rules, in the order of the documentation. Adding one is a line here; see docs/architecture.md.
import execArraySingleString from './exec-array-single-string.ts';
import graceBudget from './grace-budget.ts';
import graceZero from './grace-zero.ts';
import ignoreWithoutReason from './ignore-without-reason.ts';
import initExitsBeforeApp from './init-exits-before-app.ts';
import initThenShellCmd from './init-then-shell-cmd.ts';
import lifecycleInvalid from './lifecycle-invalid.ts';
import missingPrestopDelay from './missing-prestop-delay.ts';
import packageManagerAsPid1 from './package-manager-as-pid1.ts';
import prestopNotAShell from './prestop-not-a-shell.ts';
import prestopUsesWholeGrace from './prestop-uses-whole-grace.ts';
import type { Rule } from './rule.ts';
import scriptMissingExec from './script-missing-exec.ts';
import shCWithoutExec from './sh-c-without-exec.ts';
import shellFormPid1 from './shell-form-pid1.ts';
import signalNeverReachesApp from './signal-never-reaches-app.ts';
import stopSignalInvalid from './stop-signal-invalid.ts';
import stopSignalKill from './stop-signal-kill.ts';
import unusedIgnore from './unused-ignore.ts';

export const rules: readonly Rule[] = [
  shellFormPid1,
  shCWithoutExec,
  execArraySingleString,
  scriptMissingExec,
  initThenShellCmd,
  initExitsBeforeApp,
  packageManagerAsPid1,
  stopSignalInvalid,
  stopSignalKill,
  signalNeverReachesApp,
  missingPrestopDelay,
  prestopUsesWholeGrace,
  graceBudget,
  graceZero,
  prestopNotAShell,
  lifecycleInvalid,
  unusedIgnore,
  ignoreWithoutReason,
] as readonly Rule[];
