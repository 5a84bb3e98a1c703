// Writes docs/proof.md: what was expected, measured and predicted, in one table.
import { execFileSync } from 'node:child_process';
import { cpus, release } from 'node:os';
import { type Done, type Left, median, type StageDone, secondsOf } from './judge.ts';

export function page(done: readonly Done[], left: readonly Left[]): string {
  const packages = [...new Set(done.flatMap((one) => one.case.packages))].sort();
  const versions = packages.flatMap((name) => versionOf(name) ?? []);
  return `# Proof: the incidents, replayed

What Softstop says of these files, tried with the real programs: requests lost before, and after its quick fixes.
This page is written by \`npm run proof\`; every figure is one that the command measured.

Date: ${new Date().toISOString().slice(0, 10)}. Machine: Linux ${release()}, ${cpus().length} CPUs, Node ${process.version}. Programs: ${versions.join(', ')}.

| case | files | lost: expected | measured | predicted | cut by SIGKILL | seconds to stop: expected | measured |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${done.flatMap(({ case: one, stages }) => stages.map((stage, i) => row(i === 0 ? `[${one.title}](#${one.id})` : '', stage))).join('\n')}

Measured figures are those of ${done[0]?.stages[0]?.runs.length ?? 0} runs.
${left.map(({ case: one, why }) => `\nNot replayed on this machine: ${one.title}; ${why}.\n`).join('')}
${done.map(section).join('\n\n')}

${HOW}`;
}

function row(title: string, { stage, runs, prediction }: StageDone): string {
  const { min, max } = prediction.lost;
  const cells = [
    title,
    stage.title,
    stage.expected.lost,
    `**${runs.map(({ lost }) => lost).join(', ')}**`,
    min === max ? min : `${min}–${max}`,
    runs.map(({ cutByKill }) => cutByKill).join(', '),
    stage.expected.seconds,
    runs.map((run) => secondsOf(run).toFixed(1)).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function section({ case: one, stages }: Done): string {
  const { rate, slowEvery, slowMs, balances } = one.load;
  const applied = stages.flatMap(({ stage, applied: fixes }) =>
    fixes.length > 0 ? [`- ${stage.title}: ${[...new Set(fixes)].join('; ')}`] : [],
  );
  const ends = stages.flatMap(({ stage, runs, prediction }) =>
    [...prediction.ends].map(([name, { min, max }]) => {
      const measured = median(
        runs.flatMap(({ stopped }) => stopped.filter((stop) => stop.name === name)).map(({ endAt }) => endAt),
      );
      return `| ${stage.title} | \`${name}\` | ${Math.max(0, min).toFixed(1)}–${max.toFixed(1)} | ${measured.toFixed(2)} |`;
    }),
  );
  const remarks = stages.flatMap(({ stage: { title, late, remark } }) =>
    [late?.why, remark].flatMap((why) => (why ? [`${title}: ${why}`] : [])),
  );
  const folders = one.folders.map((folder) => `[\`${folder}\`](../${folder})`).join(' and ');
  return `<a id="${one.id}"></a>

## ${one.title}

${one.about}

![Lost requests per second and the timeline of the pod](proof/${one.id}.svg)

Files: ${folders}. ${rate} requests a second over two pods, one in ${slowEvery} of them ${slowMs} ms long; ${
    balances === 'requests' ? 'the router balances requests' : 'callers stay on their connections'
  }; the router follows after ${one.lag} s.

${applied.length > 0 ? `Fixes applied:\n\n${applied.join('\n')}` : 'No fix is applied: the variants are compared as they are.'}

| files | container | ends after: predicted (s) | measured |
| --- | --- | ---: | ---: |
${[ends.join('\n'), ...remarks].join('\n\n')}`;
}

/** How programs tell their version that may be here without a package of Debian. */
const OWN_WORDS: Readonly<Record<string, readonly [program: string, word: string]>> = {
  'golang-go': ['go', 'version'],
  npm: ['npm', '--version'],
};

function versionOf(name: string): string | undefined {
  const packaged = said('dpkg-query', ['-W', '-f', `\${Version}`, name]);
  const [program, word] = OWN_WORDS[name] ?? [];
  const own = packaged === '' && program && word ? /\d[\d.]*\d/.exec(said(program, [word]))?.[0] : undefined;
  return packaged || own ? `${program && own ? program : name} ${packaged || own}` : undefined;
}

function said(program: string, words: readonly string[]): string {
  try {
    return execFileSync(program, words, { stdio: 'pipe', encoding: 'utf8' });
  } catch {
    return '';
  }
}

const HOW = `## How it is done

- **A pod** is a network namespace with its own 127.0.0.1 and an address that only this machine knows. **A container** is a PID namespace and a mount namespace whose root is the machine's own, with the files of the image laid over it where the Dockerfile copies them. So the paths of an image are those of Debian's packages, and nothing in the files is changed.
- **What runs, and how it is stopped**, is read from the files by Softstop's own model: the words of the launch, the hook, the signal, the grace period, the files that are copied. A wrong model makes a wrong replay.
- **What is not the example's own**: the application answers after as many milliseconds as it is asked for, the versions in a \`Gemfile\` are Debian's, GitLab Workhorse is a proxy of Go's standard library with its options and its way to stop, and nothing is built by the \`RUN\` of a Dockerfile.
- **The stop** goes as the kubelet does it: preStop hooks (\`exec\` inside the container, or a native sleep) within the grace period, native sidecars after the others, the stop signal to PID 1, at least 2 s, SIGKILL. All waiting times are those of the files; none is scaled.
- **The traffic** is an open loop: a request is sent when it is due, whether or not earlier ones are answered. A closed loop hides losses. A request that meets a kept connection within 20 ms of being closed is sent once more, to the same place, as HTTP clients do; nothing else is sent twice: a router that repeats a failed request on another pod hides nearly all of these losses. Lost is what gets no whole answer with status 200.
- **Predicted** are the model's timeline, with the lag of the router and the time of the last requests given as \`endpointLagSeconds\` and \`drainSeconds\`, and from it rate × share × window plus what is in flight where work is cut. A point in time of the model stands for half a second, a number of lost requests for as many as come in half a second or for 20 %.
- **The fixes** are Softstop's quick fixes, applied to a copy of the files by the engine, as \`softstop check --fix\` does.

## What cannot be replayed

- Replicas on one node ([moonlight-spread](../examples/moonlight-spread)): it takes nodes that fail and a scheduler.
- An admission webhook that stops the cluster ([opa-webhook](../examples/opa-webhook)): it takes a control plane.
`;
