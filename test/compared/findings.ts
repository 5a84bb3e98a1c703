// What linters say of a project, whoever says it, and which of it is about stopping. Knows no linter.
import checks from './checks.json';

export const TOOLS = ['softstop', 'hadolint', 'tally', 'dockerfile-utils', 'kube-score', 'shellcheck'] as const;
export type Tool = (typeof TOOLS)[number];

/** One finding of one tool, as the tool gives it. */
export interface Said {
  readonly check: string;
  /** Within the project. */
  readonly path: string;
  /** From 1; 0 where the tool names none. */
  readonly line: number;
  readonly message: string;
}

/** A finding about stopping. */
export interface About extends Said {
  readonly tool: Tool;
  /** What it is about; two tools that say the same of a file have the same topic. */
  readonly topic: string;
  /** Whether the tool says it with its defaults, too. */
  readonly byDefault: boolean;
}

interface Check {
  readonly topic: string;
  readonly why?: string;
  /** Only findings that say this count. */
  readonly says?: string;
}

/** The checks of a tool that are about stopping; of Softstop those that others have as well. */
export function checksOf(tool: Tool): ReadonlyMap<string, Check> {
  return new Map(Object.entries(checks[tool]));
}

/** What of all that is about stopping. All of Softstop's rules are. */
export function aboutStopping(tool: Tool, byDefault: readonly Said[], all: readonly Said[]): readonly About[] {
  const key = ({ check, path, line, message }: Said) => [check, path, line, message].join('\n');
  const usual = new Set(byDefault.map(key));
  const known = checksOf(tool);
  const found = all.flatMap((said): About[] => {
    const check = known.get(said.check);
    const topic = check?.topic ?? (tool === 'softstop' ? said.check : undefined);
    return topic === undefined || !said.message.includes(check?.says ?? '')
      ? []
      : [{ ...said, tool, topic, byDefault: usual.has(key(said)) }];
  });
  const once = new Map(found.map((one) => [key(one), one]));
  const inOrder = (a: Said, b: Said) => a.path.localeCompare(b.path) || a.line - b.line || key(a).localeCompare(key(b));
  return [...once.values()].sort(inOrder);
}

/** Whether two tools say the same: of the same file, or of what it is built into. */
export function isSame(a: About, b: About): boolean {
  return a.topic === b.topic && (a.path === b.path || isBuiltFrom(a.path, b.path) || isBuiltFrom(b.path, a.path));
}

/** Ends the name of what a kustomization builds. */
export const BUILT = ' (built)';

function isBuiltFrom(built: string, source: string): boolean {
  return built.endsWith(BUILT) && source.startsWith(`${built.slice(0, -BUILT.length)}/`);
}
