// Where a service of a Compose file is built, if the project holds that.
import { lookup } from '../../sources/yaml/yamlNode.ts';
import type { Build } from '../image/build.ts';
import { folderOf, resolvePath } from '../paths.ts';
import type { ServiceSection } from './composeServices.ts';
import { textOf } from './composeTexts.ts';
import { find } from './yamlValue.ts';

/** Where the image is built, if the project holds that. */
export function buildOf({ section, variables }: Pick<ServiceSection, 'section' | 'variables'>): Build | undefined {
  const found = find(section, 'build');
  if (found.kind !== 'node') return undefined;
  const { node } = found;
  const inner = (key: string) => lookup(node, key);
  const text = (key: string) => {
    const value = inner(key);
    return value.kind === 'node' ? textOf(value.node, variables) : undefined;
  };
  const given = (key: string) => node.kind === 'map' && inner(key).kind !== 'absent';
  // A variable decides, or the Dockerfile is written here: nothing that the project holds.
  const open = ['context', 'dockerfile', 'target'].some((key) => given(key) && text(key) === undefined);
  if (open || given('dockerfile_inline')) return undefined;
  const context = node.kind === 'scalar' ? textOf(node, variables) : (text('context') ?? '.');
  if (context === undefined || context.includes(':')) return undefined;
  // What an extended service says is meant from where it stands.
  const written = inner('context');
  const root = resolvePath(folderOf((written.kind === 'node' ? written.node : node).at.path), context);
  const target = text('target');
  return {
    dockerfile: resolvePath(root, text('dockerfile') ?? 'Dockerfile'),
    context: root,
    ...(target !== undefined && { target }),
  };
}
