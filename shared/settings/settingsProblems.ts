// Tells what is wrong with the settings, wherever they stand, so that nobody wonders why one of them does nothing.
import type { Problem } from '../model/finding.ts';
import { baseName } from '../model/paths.ts';
import type { Project } from '../model/project.ts';
import { SETTINGS_FILE, type Written, writtenIn } from '../sources/settings/settingsFile.ts';
import type { Say } from '../sources/settings/settingsShapes.ts';
import { nearestFile, settingsFilesIn } from './settingsFiles.ts';
import { EDITOR_PREFIX, entriesOf, guess, type Layer, readLayer } from './settingsKeys.ts';

/** What is wrong with the settings; `ruleIds` are all rules that there are. */
export function settingsProblems(project: Project, ruleIds: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  const say: Say = (at, message) => problems.push({ kind: 'configuration', at, message });
  for (const path of project.paths()) checkFile(project, path, say);
  for (const file of project.find(settingsFilesIn)) {
    if (nearestFile(project, file.path) !== file) continue;
    problems.push(...file.problems);
    checkRules(file.written, '', ruleIds, say);
    checkImages(project, file.written, '', [file.layer], say);
  }
  const { roots, defaults, overrides } = project.scope;
  const editor = writtenIn(defaults);
  readLayer(editor, { folder: '', prefix: EDITOR_PREFIX }, say);
  checkRules(editor, EDITOR_PREFIX, ruleIds, say);
  const layers = roots.map((folder) => readLayer(editor, { folder, prefix: EDITOR_PREFIX }, () => {}));
  checkImages(project, editor, EDITOR_PREFIX, layers, say);
  readLayer(writtenIn(overrides), { folder: '' }, say);
  return problems;
}

/** A settings file that nobody can read, or that nobody looks for. */
function checkFile(project: Project, path: string, say: Say): void {
  const at = { path, start: 0, end: 0 };
  if (baseName(path) === '.softstop.yml') say(at, `this file does not count; call it \`${SETTINGS_FILE}\``);
  if (baseName(path) !== SETTINGS_FILE) return;
  const state = project.file(path);
  if (state.kind === 'unreadable') say(at, `these settings do not count: the file cannot be read (${state.why})`);
}

function checkRules(written: Written, prefix: string, ruleIds: readonly string[], say: Say): void {
  for (const { name, nameAt } of entriesOf(written, 'rules')) {
    if (ruleIds.includes(name)) continue;
    const help = guess(name, ruleIds, '`softstop rules` lists them');
    say(nameAt, `\`${prefix}rules\` names \`${name}\`, which is no rule; ${help}`);
  }
}

/** Dockerfiles that are in none of the places where they are looked for: one for each layer. */
function checkImages(project: Project, written: Written, prefix: string, layers: readonly Layer[], say: Say): void {
  for (const { name, value } of entriesOf(written, 'images')) {
    const paths = [...new Set(layers.flatMap(({ images }) => images?.get(name) ?? []))];
    const states = paths.map((path) => project.file(path));
    const [gone] = states.filter(({ kind }) => kind === 'absent' || kind === 'unreadable');
    if (gone === undefined || states.some(({ kind }) => kind === 'present' || kind === 'notLoaded')) continue;
    const why = gone.kind === 'unreadable' ? `which cannot be read (${gone.why})` : 'and there is no such file';
    say(
      value.at,
      `\`${prefix}images.${name}\` names \`${paths.map((path) => project.display(path)).join('`, `')}\`, ${why}`,
    );
  }
}
