// The variables of a template, seen from some place in it. Knows nothing of what is rendered.
import type { Val } from './helmValues.ts';

/** Variables, and those of the blocks around. */
export interface Scope {
  readonly variables: Map<string, Val>;
  readonly outer: Scope | undefined;
}

/** The map that holds a variable. */
export function find(scope: Scope, name: string): Map<string, Val> | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) if (at.variables.has(name)) return at.variables;
  return undefined;
}

/** All variables that are seen from here, as they are now, in one map. */
export function flattened(scope: Scope): Map<string, Val> {
  const above = scope.outer ? flattened(scope.outer) : new Map<string, Val>();
  for (const [name, value] of scope.variables) above.set(name, value);
  return above;
}

/** All variables that are seen from here, as they are now, with the maps that hold them. */
export function variablesOf(scope: Scope): Map<Map<string, Val>, Map<string, Val>> {
  const saved = new Map<Map<string, Val>, Map<string, Val>>();
  for (let at: Scope | undefined = scope; at; at = at.outer) saved.set(at.variables, new Map(at.variables));
  return saved;
}

/** Gives every map the variables that it had. */
export function restore(saved: ReadonlyMap<Map<string, Val>, Map<string, Val>>): void {
  for (const [own, before] of saved) {
    own.clear();
    for (const [name, value] of before) own.set(name, value);
  }
}
