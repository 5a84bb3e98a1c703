// The rule core's public face: files in, findings out. Synchronous; never reads a file, never logs.
export type { Completion } from './complete/completion.ts';
export { completionsAt } from './complete/completionsAt.ts';
export { type Analysis, analyze, type Tells } from './engine/engine.ts';
export type { Container } from './model/container.ts';
export {
  type Finding,
  type Fix,
  type Problem,
  type Related,
  type Safety,
  SEVERITIES,
  type Severity,
} from './model/finding.ts';
export { linksIn } from './model/links.ts';
export { type FileState, Project, type ProjectInput } from './model/project.ts';
export { childrenOf, type FileLink, type Process } from './model/stop/processTree.ts';
export { type Chart, drawCharts } from './render/chart.ts';
export { drawLanes, LEGEND } from './render/chartText.ts';
export {
  chartsAt,
  chartsOfFile,
  type Explanation,
  explainAt,
  explainFile,
  treesAt,
  treesOf,
} from './render/explain.ts';
export { type Hint, hintsIn } from './render/hints.ts';
export { rules } from './rules/index.ts';
export type { Rule } from './rules/rule.ts';
export { isCandidate, isMostlyData } from './sources/fileKind.ts';
export { applyEdits, editsByPath, editsOverlap } from './text/edits.ts';
export { LineIndex, type Position } from './text/lineIndex.ts';
export { nearest } from './text/nearest.ts';
export type { Edit, Place, Span } from './text/span.ts';
