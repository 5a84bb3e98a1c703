// Reads the artifacts of a skaffold.yaml, those of its profiles included: skaffold.dev/docs/references/yaml.
import { textAt } from '../manifestObjects.ts';
import { parseYaml } from '../yaml/yaml.ts';
import { lookup, type YamlNode } from '../yaml/yamlNode.ts';
import { type BuildEntry, isNamed } from './build.ts';

/** Ways to build that read a Dockerfile. */
const BUILDERS = ['docker', 'kaniko'];

/** The images that Skaffold builds from a Dockerfile. */
export function skaffoldBuilds(path: string, text: string): readonly BuildEntry[] {
  if (!/^apiVersion:\s*["']?skaffold\//m.test(text)) return [];
  return parseYaml(path, text).flatMap(({ root }) => [root, ...nodes(root, 'profiles')].flatMap(artifacts));
}

function artifacts(holder: YamlNode | undefined): readonly BuildEntry[] {
  return nodes(holder, 'build', 'artifacts').flatMap((artifact) => {
    const image = textAt(artifact, 'image');
    const builder = BUILDERS.find((key) => lookup(artifact, key).kind === 'node');
    // Others make an image without a Dockerfile: Buildpacks, Jib, ko, Bazel.
    const other = ['buildpacks', 'jib', 'ko', 'bazel', 'custom'].some((key) => lookup(artifact, key).kind !== 'absent');
    if (image === undefined || !isNamed(image) || (other && !builder)) return [];
    const context = textAt(artifact, 'context') ?? '.';
    const dockerfile = (builder && textAt(artifact, builder, 'dockerfile')) ?? 'Dockerfile';
    const target = builder && textAt(artifact, builder, 'target');
    return [{ image, context, dockerfile, within: 'context' as const, target }];
  });
}

function nodes(node: YamlNode | undefined, ...keys: readonly string[]): readonly YamlNode[] {
  const found = lookup(node, ...keys);
  return found.kind === 'node' && found.node.kind === 'sequence' ? found.node.items : [];
}
