// Replaces `$(NAME)` in the words of a container as the kubelet does before it starts them. Knows no field, and no image:
// what that sets, the kubelet does not read. Source: kubernetes/kubernetes third_party/forked/golang/expansion/expand.go.
import type { Embedded } from '../text/embedded.ts';
import { EmbeddedBuilder } from '../text/embeddedBuilder.ts';

/** A variable without a value is one that something else decides. */
type Variables = ReadonlyMap<string, string | undefined>;

const REFERENCE = /\$(?:\$|\(([^)]*)\))/g;

/** The text with what is known replaced; `$$` stands for `$`, and what nobody here knows stays as it is written. */
export function withReferences(source: Embedded, variables: Variables): Embedded {
  if (!hasReferences(source.text, variables)) return source;
  const result = new EmbeddedBuilder(source);
  let from = 0;
  for (const found of [...source.text.matchAll(REFERENCE), undefined]) {
    const end = found?.index ?? source.text.length;
    for (let i = from; i < end; i++) result.add(source.text.charAt(i), i, i + 1);
    if (!found) break;
    from = end + found[0].length;
    result.add(replacement(found, variables), end, from);
  }
  return result.finish(source.at, (added) => added.replace(/\$(?=[($])/g, '$$$$'));
}

/** Whether something in a text is replaced: whoever writes it anew takes that out. */
export function hasReferences(text: string, variables: Variables): boolean {
  return [...text.matchAll(REFERENCE)].some((found) => replacement(found, variables) !== found[0]);
}

function replacement([written, name]: RegExpExecArray, variables: Variables): string {
  return name === undefined ? '$' : (variables.get(name) ?? written);
}
