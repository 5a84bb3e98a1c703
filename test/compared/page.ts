// Writes docs/compared.md and the table in README.md: what Softstop and other linters say of the same files.
import { type About, checksOf, isSame, TOOLS, type Tool } from './findings.ts';
import { marked } from './readme.ts';
import type { Linter } from './tools.ts';
import type { Tried, Verdict } from './verdicts.ts';

/** A finding with what is known about it. */
export interface Judged extends About {
  readonly verdict: Verdict | undefined;
}

/** All that is said about one project. */
export interface Compared {
  readonly project: string;
  /** How many files each tool reads. */
  readonly reads: Readonly<Record<Tool, number>>;
  readonly findings: readonly Judged[];
}

const NAMES: Readonly<Record<Tool, string>> = {
  softstop: 'Softstop',
  hadolint: 'hadolint',
  tally: 'tally',
  'dockerfile-utils': 'dockerfile-utils',
  'kube-score': 'kube-score',
  shellcheck: 'ShellCheck',
};

/** The name on the page of an example: those of the tests are told by their folder. */
const isExample = ({ project }: Compared) => project.startsWith('examples/');

/** The table for README.md. */
export function summary(compared: readonly Compared[], all: Readonly<Record<Tool, Linter>>): string {
  return `${table(
    ['', 'in the examples', 'in the projects of the tests', 'found by nobody else', 'tried: right', 'tried: wrong'],
    TOOLS.map((tool) => {
      const of = (some: readonly Compared[]) =>
        some.flatMap(({ findings }) => findings.filter((one) => one.tool === tool));
      const [examples, others] = [compared.filter(isExample), compared.filter((one) => !isExample(one))];
      const alone = compared.flatMap(({ findings }) =>
        findings.filter((one) => one.tool === tool && isAlone(one, findings)),
      );
      const tried = (kind: Verdict['kind']) => of(compared).filter(({ verdict }) => verdict?.kind === kind).length;
      return [
        `${NAMES[tool]} ${all[tool].version}`,
        counted(of(examples)),
        counted(of(others)),
        alone.length,
        tried('right'),
        tried('wrong'),
      ];
    }),
  )}`;
}

/** Whether no other tool says the same. */
function isAlone(one: About, findings: readonly About[]): boolean {
  return !findings.some((other) => other.tool !== one.tool && isSame(one, other));
}

/** With the defaults, and with all checks on where that is more. */
export function counted(findings: readonly About[]): string {
  const usual = findings.filter(({ byDefault }) => byDefault).length;
  return usual === findings.length ? String(usual) : `${usual} (${findings.length})`;
}

/** The checks of other tools that are about stopping. */
export function whatCounts(): string {
  return table(
    ['tool', 'check', 'why it counts'],
    TOOLS.filter((tool) => tool !== 'softstop').flatMap((tool) =>
      [...checksOf(tool)].map(([check, { why = '' }]) => [NAMES[tool], `\`${check}\``, why]),
    ),
  );
}

export function page(
  compared: readonly Compared[],
  tried: readonly Tried[],
  all: Readonly<Record<Tool, Linter>>,
): string {
  return `# Beside other linters

What Softstop and other linters say about stopping, of the same files: the [examples](../examples), which are public incidents, and the [projects](../test/projects) of the tests, most of which are as they should be.
This page is written by \`npm run compare\`, which installs the others, runs all of them and counts.

${marked(summary(compared, all))}

Findings with the defaults of each tool, and in parentheses with all its checks on, where that is more; the other columns are with all checks on. *Tried* are findings that were put to the test, [below](#what-was-tried); the others may be right or wrong.

## What counts

A finding counts if it is about what happens when a container is told to stop, or is replaced, or its node goes. All rules of Softstop are about that; of the others, these checks:

${whatCounts()}

What the others say about other things (package versions, users, limits, layout, and much more) is not counted, and is no less worth having. Two tools say the same if their findings are about the same matter in the same file.

## How they were run

${table(
  ['tool', 'version', 'with its defaults', 'with all checks on'],
  TOOLS.map((tool) => [NAMES[tool], all[tool].version, all[tool].usual, all[tool].everything]),
)}

- Each tool gets every file of a project that is of its kind, and charts and kustomizations rendered by Helm and kustomize where it reads plain manifests. Softstop gets the project as it is.
- tally can ask image registries about base images; that is off, so that the page does not depend on a network.
- Compose files and Procfiles are read by none of the others.
- Not run: kube-linter, which the Go module proxy did not serve, and kubeconform, whose schemas come from the network.

## By project

Findings about stopping; an empty cell: the tool reads none of the files.

${table(
  ['project', ...TOOLS.map((tool) => NAMES[tool])],
  compared.map(({ project, findings, reads }) => [
    `[${project}](../${project})`,
    ...TOOLS.map((tool) => (reads[tool] === 0 ? '' : counted(findings.filter((one) => one.tool === tool)))),
  ]),
)}

## What was tried

Launches that somebody reports, run as PID 1 of a namespace with the shell that answers to \`/bin/sh\` in their image, a stand-in that answers SIGTERM for the program, and SIGTERM as the stop; a finding is right if the program did not get to finish. Where it says *measured*, \`npm run proof\` has replayed the incident with the real programs.

${table(
  ['file', 'what', 'reported by', 'verdict', 'because'],
  tried.filter(({ verdict }) => verdict.kind !== 'elsewhere').map((one) => triedRow(one, compared)),
)}

## The examples

${compared.filter(isExample).map(section).join('\n\n')}

## What others say and Softstop does not

With all checks and all rules on. Softstop's own rules for budgets, probes and rollouts are off by default, and speak where a Service sends requests to the pods.

${table(['tool', 'check', 'findings', 'tried', 'where'], onlyOthers(compared))}
`;
}

function triedRow({ entry, verdict }: Tried, compared: readonly Compared[]): readonly Cell[] {
  const findings = compared.find(({ project }) => project === entry.project)?.findings ?? [];
  const meant = findings.filter((one) => one.verdict === verdict);
  const by = [...new Set(meant.map(({ tool, check }) => `${NAMES[tool]} \`${check}\``))].join(', ');
  const where = `${entry.project}${entry.path ? `/${entry.path}` : ''}`;
  return [where, entry.line ? `\`${entry.line}\`` : '', by, verdict.kind, verdict.because];
}

function section({ project, findings }: Compared): string {
  const places = findings.filter(({ byDefault }) => byDefault);
  const more = findings.length - places.length;
  return `### ${project.split('/').at(-1)}

${table(
  ['place', 'tool', 'check', 'says'],
  places.map((one) => placeCells(project, one)),
)}${more > 0 ? `\n\nWith all checks on: ${more} more.` : ''}`;
}

function placeCells(project: string, { path, line, tool, check, message }: About): readonly Cell[] {
  return [`[${path}:${line}](../${project}/${path}#L${line})`, NAMES[tool], `\`${check}\``, message];
}

/** A finding as the page tells it below the project that it is in. */
export function placeLine(project: string, one: About): string {
  return row(placeCells(project, one));
}

function onlyOthers(compared: readonly Compared[]): readonly (readonly Cell[])[] {
  const found = compared.flatMap(({ project, findings }) => {
    const own = findings.filter(({ tool }) => tool === 'softstop');
    return findings
      .filter((one) => one.tool !== 'softstop' && !own.some((other) => isSame(one, other)))
      .map((one) => ({ ...one, project }));
  });
  const kinds = [...new Set(found.map(({ tool, check }) => `${tool}\n${check}`))];
  return kinds.map((kind) => {
    const some = found.filter(({ tool, check }) => `${tool}\n${check}` === kind);
    const [first] = some;
    const wrong = some.filter(({ verdict }) => verdict?.kind === 'wrong').length;
    const right = some.filter(({ verdict }) => verdict?.kind === 'right').length;
    const verdict = [...(right ? [`${right} right`] : []), ...(wrong ? [`${wrong} wrong`] : [])].join(', ');
    const where = [...new Set(some.map(({ project }) => project.split('/').at(-1)))].join(', ');
    return [first ? NAMES[first.tool] : '', `\`${first?.check}\``, some.length, verdict, where];
  });
}

type Cell = string | number;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numbers = (i: number) => rows.length > 0 && rows.every((cells) => /^\d*(?: \(\d+\))?$/.test(String(cells[i])));
  return [row(head), `|${head.map((_, i) => (numbers(i) ? ' ---: ' : ' --- ')).join('|')}|`, ...rows.map(row)].join(
    '\n',
  );
}

function row(cells: readonly Cell[]): string {
  return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}
