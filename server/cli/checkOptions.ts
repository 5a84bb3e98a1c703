// The arguments of `softstop check`: what they are called, what they may be, and how they go together.
import { SEVERITIES } from '../../shared/index.ts';
import { oneOf, parse, UsageError } from './arguments.ts';

const FORMATS = ['text', 'json', 'sarif', 'github', 'gitlab', 'junit'] as const;

/** What `softstop check --help` prints. */
export const HELP = `Usage: softstop check [PATH…]

Tells what would go wrong when a container is told to stop: in Dockerfiles, the scripts they start, Procfiles, Compose
files and Kubernetes manifests. PATH is a file or a folder (the working directory without one), or - for standard input:

  softstop check
  softstop check Dockerfile k8s/
  helm template . | softstop check -

Findings are told for the files under the PATHs; the rest of the git work tree is read to understand them.

Options:
  --format FORMAT             text (default), json, sarif, github (workflow commands), gitlab (code quality) or junit
  --min-severity SEVERITY     error, warning, info (default) or hint: what is below is neither shown nor counted
  --fix                       apply the safe fixes; with - the fixed text goes to standard output
  --unsafe-fixes              with --fix or --diff: apply the fixes that a person should look at, too
  --diff                      show what --fix would change, as a unified diff; write nothing
  --baseline FILE             leave out the findings that FILE holds
  --write-baseline            write what is found to the FILE of --baseline, and leave it at that
  --kubernetes-version X.Y    the oldest cluster version that the manifests have to work on
  --endpoint-lag SECONDS      how long the routers may take to stop sending to a pod that is going away
  -h, --help                  show this

Exit code: 0 nothing found (with --fix: nothing left), 1 findings, 2 wrong usage or configuration, 3 nothing to check.
`;

const OPTIONS = {
  format: { type: 'string', default: 'text' },
  'min-severity': { type: 'string', default: 'info' },
  fix: { type: 'boolean', default: false },
  'unsafe-fixes': { type: 'boolean', default: false },
  diff: { type: 'boolean', default: false },
  baseline: { type: 'string' },
  'write-baseline': { type: 'boolean', default: false },
  'kubernetes-version': { type: 'string' },
  'endpoint-lag': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What the arguments ask for. */
export interface CheckOptions {
  readonly help: boolean;
  readonly paths: readonly string[];
  readonly format: (typeof FORMATS)[number];
  readonly minSeverity: (typeof SEVERITIES)[number];
  readonly fix: boolean;
  readonly unsafe: boolean;
  readonly diff: boolean;
  /** The file of accepted findings. */
  readonly baseline: string | undefined;
  readonly writeBaseline: boolean;
  /** Settings that win over every configuration file. */
  readonly overrides: { readonly kubernetesVersion?: string; readonly endpointLagSeconds?: number };
}

/** Reads the arguments. Throws a UsageError that says which of them is wrong. */
export function optionsOf(args: readonly string[]): CheckOptions {
  const { values, positionals } = parse('check', args, OPTIONS);
  const version = values['kubernetes-version'];
  if (version !== undefined && !/^v?\d+\.\d+$/.test(version)) {
    throw new UsageError(`--kubernetes-version takes a version such as 1.34, not "${version}"`);
  }
  const lag = values['endpoint-lag'];
  if (lag !== undefined && !/^\d+(?:\.\d+)?$/.test(lag)) {
    throw new UsageError(`--endpoint-lag takes a number of seconds such as 15, not "${lag}"`);
  }
  const options: CheckOptions = {
    help: values.help,
    paths: positionals,
    format: oneOf('--format', values.format, FORMATS),
    minSeverity: oneOf('--min-severity', values['min-severity'], SEVERITIES),
    fix: values.fix,
    unsafe: values['unsafe-fixes'],
    diff: values.diff,
    baseline: values.baseline,
    writeBaseline: values['write-baseline'],
    overrides: {
      ...(version !== undefined && { kubernetesVersion: version.replace('v', '') }),
      ...(lag !== undefined && { endpointLagSeconds: Number(lag) }),
    },
  };
  if (options.unsafe && !options.fix && !options.diff) throw new UsageError('--unsafe-fixes needs --fix or --diff');
  if (options.diff && options.format !== 'text') throw new UsageError('--diff shows a text; it takes no --format');
  if (options.fix && options.format !== 'text' && positionals.includes('-')) {
    throw new UsageError('check - --fix writes the fixed text; it takes no --format');
  }
  if (options.writeBaseline && options.baseline === undefined) {
    throw new UsageError('--write-baseline needs --baseline FILE, where it writes to');
  }
  if (options.writeBaseline && (options.fix || options.diff)) {
    throw new UsageError('--write-baseline takes no --fix or --diff; fix first, then write what is left');
  }
  return options;
}
