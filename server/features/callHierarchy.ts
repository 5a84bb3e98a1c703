// A container's process tree as a call hierarchy: who starts whom. An item carries where its process is found, so that
// nothing has to be kept between the questions.
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CallHierarchyPrepareParams,
  type Range,
  SymbolKind,
} from 'vscode-languageserver';
import {
  type Analysis,
  type Container,
  childrenOf,
  type Place,
  type Process,
  treesAt,
  treesOf,
} from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import { toRange, type View } from '../convert.ts';
import type { Workspace } from '../workspace.ts';
import { askedAt } from './askedAt.ts';

/** Where a process is found: the container by its place, the way that its launch goes, the steps down from PID 1. */
interface Address {
  readonly container: Place;
  readonly way: number;
  readonly steps: readonly number[];
}

/** Answers `textDocument/prepareCallHierarchy`: PID 1 of every way that the launch under the cursor can go. */
export async function prepareCallHierarchy(
  workspace: Workspace,
  client: Client,
  params: CallHierarchyPrepareParams,
): Promise<CallHierarchyItem[] | null> {
  const { analysis, view, path, offset } = await askedAt(workspace, client, params);
  if (offset === undefined) return null;
  const items = treesAt(analysis, path, offset).map(({ container, way, root }) =>
    toItem(view, container, root, { container: container.at, way, steps: [] }),
  );
  return items.length > 0 ? items : null;
}

/** Answers `callHierarchy/outgoingCalls`: what a process has started. */
export async function outgoingCalls(
  workspace: Workspace,
  client: Client,
  { data, range }: CallHierarchyItem,
): Promise<CallHierarchyOutgoingCall[]> {
  const analysis = await workspace.analysis();
  const view = { project: analysis.project, workspace, client };
  const found = find(analysis, data);
  if (!found) return [];
  const { container, process, address } = found;
  return childrenOf(process).map((child, i) => ({
    to: toItem(view, container, child, { ...address, steps: [...address.steps, i] }),
    fromRanges: [startedIn(view, process, child) ?? range],
  }));
}

/** Answers `callHierarchy/incomingCalls`: who has started a process. */
export async function incomingCalls(
  workspace: Workspace,
  client: Client,
  { data, range }: CallHierarchyItem,
): Promise<CallHierarchyIncomingCall[]> {
  const analysis = await workspace.analysis();
  const view = { project: analysis.project, workspace, client };
  const own = find(analysis, data);
  const parent =
    own && own.address.steps.length > 0
      ? find(analysis, { ...own.address, steps: own.address.steps.slice(0, -1) })
      : undefined;
  if (!own || !parent) return [];
  const from = toItem(view, parent.container, parent.process, parent.address);
  return [{ from, fromRanges: [startedIn(view, parent.process, own.process) ?? range] }];
}

function find(
  { containers }: Analysis,
  data: unknown,
): { readonly container: Container; readonly process: Process; readonly address: Address } | undefined {
  if (!isAddress(data)) return undefined;
  const { container: at, way, steps } = data;
  const container = containers.find(
    (one) => one.at.path === at.path && one.at.start === at.start && one.at.end === at.end,
  );
  let process = container && treesOf(container)[way];
  for (const step of steps) process = process && childrenOf(process)[step];
  return container && process ? { container, process, address: data } : undefined;
}

function isAddress(data: unknown): data is Address {
  return typeof data === 'object' && data !== null && 'container' in data && 'way' in data && 'steps' in data;
}

function toItem(view: View, container: Container, process: Process, address: Address): CallHierarchyItem {
  const at = view.project.inFile(process.at ?? container.at);
  const range = toRange(view, at);
  const was = process.was.map(({ program }) => program).join(', ');
  return {
    name: process.argv.join(' ').replace(/\s+/g, ' '),
    kind: SymbolKind.Function,
    detail: [
      ...(address.steps.length === 0 ? [`PID 1 of ${container.name}`] : []),
      ...(was ? [`was ${was}`] : []),
    ].join(', '),
    uri: view.workspace.uris.uriOf(at.path),
    range,
    selectionRange: range,
    data: address,
  };
}

/** Where a process's own text starts its child. */
function startedIn(view: View, { at, shell }: Process, child: Process): Range | undefined {
  const path = shell?.command?.text.at.path ?? at?.path;
  return child.at && child.at.path === path ? toRange(view, child.at) : undefined;
}
