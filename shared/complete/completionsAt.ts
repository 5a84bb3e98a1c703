// What Softstop offers to write at a place of a file: signals, times, hooks, settings, the names of rules. It reads the lines
// around the cursor, since what is half written is no whole file, and asks the model what would fit. Where an editor knows
// the language by other means, as the keys of a manifest, nothing is offered.
import type { Analysis } from '../engine/engine.ts';
import { baseName } from '../model/paths.ts';
import { isDockerfile, isProcfile } from '../sources/fileKind.ts';
import { SETTINGS_FILE } from '../sources/settings/settingsFile.ts';
import { type Completion, cursorAt } from './completion.ts';
import { dockerfileWords } from './dockerfileWords.ts';
import { ignoredRules } from './ignoredRules.ts';
import { manifestWords } from './manifestWords.ts';
import { scriptWords } from './scriptWords.ts';
import { settingsWords } from './settingsWords.ts';

/** What may be written at an offset of a file, the best first. */
export function completionsAt(analysis: Analysis, path: string, offset: number): readonly Completion[] {
  const text = analysis.project.text(path);
  if (text === undefined) return [];
  const cursor = cursorAt(path, text, offset);
  const rules = ignoredRules(analysis, cursor);
  if (rules) return rules;
  if (baseName(path) === SETTINGS_FILE) return settingsWords(cursor);
  if (isDockerfile(path)) return dockerfileWords(analysis, cursor);
  if (/\.ya?ml$/i.test(path)) return manifestWords(analysis, cursor);
  return isProcfile(path) ? [] : scriptWords(analysis, cursor);
}
