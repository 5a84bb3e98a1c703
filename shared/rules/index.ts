// All rules, in the order of the documentation. Adding one is a line here; see docs/architecture.md.
import backgroundServerNotStopped from './background-server-not-stopped.ts';
import commandOverrideDropsInit from './command-override-drops-init.ts';
import composeGraceTooShort from './compose-grace-too-short.ts';
import composeOperatorsTruncated from './compose-operators-truncated.ts';
import composePreStopSemantics from './compose-pre-stop-semantics.ts';
import drainLongerThanGrace from './drain-longer-than-grace.ts';
import dumbInitRewrite from './dumb-init-rewrite.ts';
import execArraySingleString from './exec-array-single-string.ts';
import execInPipeline from './exec-in-pipeline.ts';
import exitTrapOnly from './exit-trap-only.ts';
import fpmControlTimeoutVsGrace from './fpm-control-timeout-vs-grace.ts';
import fpmNoControlTimeout from './fpm-no-control-timeout.ts';
import graceBudget from './grace-budget.ts';
import graceExceedsNodeNotice from './grace-exceeds-node-notice.ts';
import graceTooShortForDelay from './grace-too-short-for-delay.ts';
import graceZero from './grace-zero.ts';
import gunicornGracefulTimeout from './gunicorn-graceful-timeout.ts';
import ignoreWithoutReason from './ignore-without-reason.ts';
import initExitsBeforeApp from './init-exits-before-app.ts';
import initThenShellCmd from './init-then-shell-cmd.ts';
import lbDrainMismatch from './lb-drain-mismatch.ts';
import lbReadinessGate from './lb-readiness-gate.ts';
import lifecycleFieldNotInVersion from './lifecycle-field-not-in-version.ts';
import lifecycleInvalid from './lifecycle-invalid.ts';
import livenessInheritsLongGrace from './liveness-inherits-long-grace.ts';
import localTrafficPolicyRace from './local-traffic-policy-race.ts';
import meshProxyStopsFirst from './mesh-proxy-stops-first.ts';
import missingPrestopDelay from './missing-prestop-delay.ts';
import missingReadinessProbe from './missing-readiness-probe.ts';
import nginxShutdownTimeout from './nginx-shutdown-timeout.ts';
import noSpread from './no-spread.ts';
import orphansWithoutInit from './orphans-without-init.ts';
import packageManagerAsPid1 from './package-manager-as-pid1.ts';
import pdbBlocksDrain from './pdb-blocks-drain.ts';
import pdbMissing from './pdb-missing.ts';
import pid1WithoutHandler from './pid1-without-handler.ts';
import prestopBinaryMissing from './prestop-binary-missing.ts';
import prestopKillWrongPid from './prestop-kill-wrong-pid.ts';
import prestopNotAShell from './prestop-not-a-shell.ts';
import prestopSignalRace from './prestop-signal-race.ts';
import prestopUsesWholeGrace from './prestop-uses-whole-grace.ts';
import procfileDropsImageInit from './procfile-drops-image-init.ts';
import procfileLineNotExecd from './procfile-line-not-execd.ts';
import procfileRunnerTimeout from './procfile-runner-timeout.ts';
import proxyOutlivesBackend from './proxy-outlives-backend.ts';
import publishNotReady from './publish-not-ready.ts';
import pumaShutdownTimeout from './puma-shutdown-timeout.ts';
import rolloutStopsEverything from './rollout-stops-everything.ts';
import type { Rule } from './rule.ts';
import scriptMissingExec from './script-missing-exec.ts';
import shCWithoutExec from './sh-c-without-exec.ts';
import shellEntrypointIgnoresCmd from './shell-entrypoint-ignores-cmd.ts';
import shellFormPid1 from './shell-form-pid1.ts';
import sigPrefixInSh from './sig-prefix-in-sh.ts';
import signalNeverReachesApp from './signal-never-reaches-app.ts';
import slowReadiness from './slow-readiness.ts';
import spreadHasNoEffect from './spread-has-no-effect.ts';
import stopSignalInvalid from './stop-signal-invalid.ts';
import stopSignalKill from './stop-signal-kill.ts';
import stopSignalMismatch from './stop-signal-mismatch.ts';
import suWrapper from './su-wrapper.ts';
import supervisorTimeout from './supervisor-timeout.ts';
import trapBlockedByForeground from './trap-blocked-by-foreground.ts';
import trapDoesNotWait from './trap-does-not-wait.ts';
import trapLostOnExec from './trap-lost-on-exec.ts';
import unusedIgnore from './unused-ignore.ts';
import webhookBackendFragile from './webhook-backend-fragile.ts';
import webhookBlocksCluster from './webhook-blocks-cluster.ts';
import webhookSelfDeadlock from './webhook-self-deadlock.ts';
import webhookSlowTimeout from './webhook-slow-timeout.ts';

/** In the order of the documentation. */
export const rules: readonly Rule[] = [
  shellFormPid1,
  shCWithoutExec,
  shellEntrypointIgnoresCmd,
  execArraySingleString,
  scriptMissingExec,
  initThenShellCmd,
  initExitsBeforeApp,
  trapBlockedByForeground,
  trapDoesNotWait,
  sigPrefixInSh,
  exitTrapOnly,
  trapLostOnExec,
  execInPipeline,
  backgroundServerNotStopped,
  suWrapper,
  supervisorTimeout,
  orphansWithoutInit,
  dumbInitRewrite,
  packageManagerAsPid1,
  pid1WithoutHandler,
  commandOverrideDropsInit,
  stopSignalInvalid,
  stopSignalKill,
  stopSignalMismatch,
  procfileLineNotExecd,
  procfileDropsImageInit,
  procfileRunnerTimeout,
  composeOperatorsTruncated,
  composeGraceTooShort,
  composePreStopSemantics,
  signalNeverReachesApp,
  missingPrestopDelay,
  proxyOutlivesBackend,
  meshProxyStopsFirst,
  localTrafficPolicyRace,
  lbDrainMismatch,
  lbReadinessGate,
  prestopUsesWholeGrace,
  prestopSignalRace,
  graceBudget,
  drainLongerThanGrace,
  nginxShutdownTimeout,
  fpmNoControlTimeout,
  fpmControlTimeoutVsGrace,
  pumaShutdownTimeout,
  gunicornGracefulTimeout,
  graceZero,
  graceTooShortForDelay,
  slowReadiness,
  missingReadinessProbe,
  livenessInheritsLongGrace,
  graceExceedsNodeNotice,
  prestopKillWrongPid,
  prestopNotAShell,
  prestopBinaryMissing,
  lifecycleInvalid,
  lifecycleFieldNotInVersion,
  noSpread,
  spreadHasNoEffect,
  rolloutStopsEverything,
  publishNotReady,
  pdbBlocksDrain,
  pdbMissing,
  webhookBlocksCluster,
  webhookSelfDeadlock,
  webhookBackendFragile,
  webhookSlowTimeout,
  unusedIgnore,
  ignoreWithoutReason,
] as readonly Rule[];
