// What a command turns out to be, in the few ways that it is put together.
import { type Arg, shown } from '../launch/args.ts';
import { baseName } from '../paths.ts';
import type { Step } from '../stop/processTree.ts';
import type { Resolved } from './host.ts';
import type { ProcessImage } from './machine.ts';

/** It has done its work. */
export const ENDED: Resolved = { kind: 'short', status: 0 };

/** What a process is called. */
export function named(args: readonly Arg[]): Pick<ProcessImage, 'argv' | 'program' | 'at' | 'was'> {
  return { argv: args.map(shown), program: nameIn(shown0(args)), at: args[0]?.at, was: [] };
}

/** A command that a process becomes. */
export function running(image: ProcessImage): Resolved {
  return { kind: 'image', image };
}

/** What was something else before. */
export function was(resolved: Resolved, passed: Step): Resolved {
  return resolved.kind === 'image' ? running({ ...resolved.image, was: [passed, ...resolved.image.was] }) : resolved;
}

/** A command that has given way to the next. */
export function step(args: readonly Arg[]): Step {
  return { program: nameIn(shown0(args)), at: args[0]?.at };
}

/** `java` of `"$JAVA_HOME/bin/java"`, which only the running shell knows in full. */
function nameIn(word: string): string {
  const name = baseName(word);
  return name === word ? name : name.replace(/["']$/, '');
}

/** The program of a command. */
export function shown0([first]: readonly Arg[]): string {
  return first ? shown(first) : '';
}
