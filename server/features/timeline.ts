// The timeline of a stop as a picture: a code lens over each container of a manifest, for a client that has the command, and
// the picture itself, for whoever asks.
import type { CodeLens, CodeLensParams, Position, TextDocumentIdentifier } from 'vscode-languageserver';
import { chartsAt, drawCharts } from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import { toRange } from '../convert.ts';
import type { Workspace } from '../workspace.ts';
import { askedAt } from './askedAt.ts';

/** The client's command; its arguments are a URI and a position. */
const SHOW = 'softstop.showTimeline';

/** Asks for the picture of what stands at a place. */
export interface TimelineParams {
  readonly textDocument: TextDocumentIdentifier;
  readonly position: Position;
}

/** What `softstop/timeline` answers with. */
export interface Timeline {
  readonly title: string;
  readonly svg: string;
}

/** Answers `textDocument/codeLens`. */
export async function timelineLenses(
  workspace: Workspace,
  client: Client,
  { textDocument: { uri } }: CodeLensParams,
): Promise<CodeLens[]> {
  const { project, containers } = await workspace.analysis();
  const view = { project, workspace, client };
  const path = workspace.uris.pathOf(uri);
  const places = containers.flatMap(({ at, pod }) => (pod ? [project.inFile(at)] : []));
  const starts = new Map(places.filter((at) => at.path === path).map((at) => [at.start, at]));
  return [...starts.values()].map((at) => {
    const range = toRange(view, at);
    return { range, command: { title: 'How it stops', command: SHOW, arguments: [uri, range.start] } };
  });
}

/** Answers `softstop/timeline`. */
export async function timeline(workspace: Workspace, client: Client, params: TimelineParams): Promise<Timeline | null> {
  const { analysis, path, offset } = await askedAt(workspace, client, params);
  const charts = offset === undefined ? [] : chartsAt(analysis, path, offset);
  const [first] = charts;
  return first ? { title: first.title, svg: drawCharts(charts) } : null;
}
