// `softstop timeline`: how the pods and services of a file stop, second by second, as lanes of text or as a picture.
import { writeFile } from 'node:fs/promises';
import { chartsOfFile, drawCharts, drawLanes, LEGEND } from '../../shared/index.ts';
import { parse, UsageError } from './arguments.ts';
import { analysisOf } from './fileSubject.ts';
import { printable } from './formats/text.ts';
import type { Command, Outcome } from './outcome.ts';

const HELP = `Usage: softstop timeline FILE[:LINE] [--svg OUT]

Draws, second by second from the stop order on, how the pods or services that FILE describes stop: how long a preStop
hook waits, who still works, what is lost. With LINE only those that the line has to do with.

Options:
  --svg OUT     write a picture into OUT (- writes it to standard output)
  -h, --help    show this
`;

const OPTIONS = {
  svg: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const timeline: Command = {
  name: 'timeline',
  summary: 'Draw how the pods of a file stop, second by second',
  help: HELP,
  async run(args) {
    const { values, positionals } = parse('timeline', args, OPTIONS);
    if (values.help) return { exitCode: 0, stdout: HELP };
    const [subject, ...others] = positionals;
    if (subject === undefined || others.length > 0) {
      throw new UsageError('timeline takes one FILE[:LINE]; see softstop timeline --help');
    }
    if (values.svg === '') throw new UsageError('--svg needs the name of a file, or -');
    return outcomeOf(subject, values.svg);
  },
};

async function outcomeOf(subject: string, svg: string | undefined): Promise<Outcome> {
  const { analysis, path, line, shown, exitCode, stderr } = await analysisOf('timeline', subject);
  const charts = chartsOfFile(analysis, path, line);
  if (charts.length === 0) {
    return {
      exitCode: exitCode || 3,
      stderr: `${stderr}softstop: nothing in ${shown} takes part in stopping a pod or a service\n`,
    };
  }
  if (svg === undefined) {
    const lines = charts.flatMap((chart) => [...drawLanes(chart).map(printable), '']);
    return { exitCode, stdout: `${[...lines, LEGEND].join('\n')}\n`, stderr };
  }
  const picture = drawCharts(charts);
  if (svg === '-') return { exitCode, stdout: picture, stderr };
  try {
    await writeFile(svg, picture);
  } catch (error) {
    throw new UsageError(`${svg} could not be written: ${error instanceof Error ? error.message : error}`);
  }
  return { exitCode, stderr: `${stderr}Wrote ${printable(svg)}.\n` };
}
