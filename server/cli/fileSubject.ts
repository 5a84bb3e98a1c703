// FILE[:LINE], as commands that are about one file take it: finds the file and analyses it with what lies around it.
import { existsSync } from 'node:fs';
import type { Analysis } from '../../shared/index.ts';
import { analyzeWhole } from '../analysis.ts';
import { readState } from '../disk.ts';
import { UsageError } from './arguments.ts';
import { printable, problemLine } from './formats/text.ts';
import { placesIn } from './places.ts';
import { scopeOf, shownPath } from './scope.ts';

/** A file with its surroundings, analysed. */
export interface FileAnalysis {
  readonly analysis: Analysis;
  readonly path: string;
  /** Counted from 0. */
  readonly line: number | undefined;
  /** What was asked for, as messages call it. */
  readonly shown: string;
  /** 2 where the configuration is wrong. */
  readonly exitCode: 0 | 2;
  /** The problems on the way. */
  readonly stderr: string;
}

/** Analyses the file that a command's argument names. Throws a UsageError where there is none. */
export async function analysisOf(command: string, subject: string): Promise<FileAnalysis> {
  const { file, line } = fileAndLine(subject);
  const scope = await scopeOf([file]);
  const [path = ''] = scope.named;
  if (scope.input.files.get(path) === undefined) throw new UsageError(`${file} is a folder; ${command} takes one file`);
  // Who asks how containers stop gets no fixes.
  const analysis = await analyzeWhole(scope.input, readState, undefined, () => false);
  const places = placesIn(
    (at) => shownPath(scope, at),
    (at) => analysis.project.text(at),
  );
  const configuration = analysis.problems.filter(({ kind }) => kind !== 'file');
  return {
    analysis,
    path,
    line: line === undefined ? undefined : line - 1,
    shown: printable(`${shownPath(scope, path)}${line === undefined ? '' : `:${line}`}`),
    exitCode: configuration.length > 0 ? 2 : 0,
    stderr: [...scope.problems, ...configuration].map((one) => problemLine(one, places)).join(''),
  };
}

/** A line, and the column that editors put behind it, may follow the file's name. */
function fileAndLine(subject: string): { file: string; line: number | undefined } {
  if (existsSync(subject) || subject === '-') return { file: subject, line: undefined };
  const [, file = '', line] = /^(.+?):([1-9]\d*)(?::\d+)?$/.exec(subject) ?? [];
  if (line !== undefined && existsSync(file)) return { file, line: Number(line) };
  throw new UsageError(`${file || subject}: there is no such file`);
}
