// Builds the image of a Dockerfile stage: what a container inherits from it. Folds the instructions in their order over
// the base image, as the builder does.
import type { Dialect } from '../../knowledge/images.ts';
import {
  type CommandInstruction,
  globalValues,
  type PlainInstruction,
  type Stage,
  type VariableInstruction,
} from '../../sources/dockerfile.ts';
import { hasVariable, substitute } from '../../sources/substitute.ts';
import type { Embedded } from '../../text/embedded.ts';
import type { Edit } from '../../text/span.ts';
import type { Form, Origin, Word } from '../launch/words.ts';
import { baseName, resolvePath } from '../paths.ts';
import { change, refuse, type Setting } from '../setting.ts';
import { known, knownValue, unknown, type Value } from '../value.ts';
import { type BuildContext, contextFile, copiedFile } from './copiedFiles.ts';
import { copiedNames } from './copiedFolder.ts';
import type { Image, ImageCommand, ImageFile } from './image.ts';
import { stageBrings } from './stagePrograms.ts';

type Values = ReadonlyMap<string, string | undefined>;

/** The image that a stage builds; `outside` gives the images that are no stages. */
export function stageImage(build: BuildContext, written: Stage, outside: (reference: string) => Image): Image {
  const globals = globalValues(build.dockerfile.globals);
  const base = written.base ? stageImage(build, written.base, outside) : outside(substitute(written.from, globals));
  // The triggers of a stage of this file stand in it already.
  const stage = written.base ? written : { ...written, instructions: [...base.triggers, ...written.instructions] };
  const folded = fold(build, stage, base, globals);
  const name = `${build.project.display(build.path)}${stage.name === undefined ? '' : ` (stage ${stage.name})`}`;
  return {
    ...folded,
    name,
    dockerfile: build.path,
    triggers: stage.triggers,
    file: remembered((path) => fileIn(build, stage, base, path, runDialect(folded))),
    list: (folder) =>
      [...new Set([...copiedNames(build, stage, resolvePath('/', folder)), ...(base.list(folder) ?? [])])].sort(),
    context: (path) => contextFile(build, path),
    mentions: (text) => build.project.text(build.path)?.includes(text) === true || base.mentions(text),
    runFirst: base.runFirst ?? ((line) => behindFrom(build, written, `RUN ${line}`)),
    holds: (program) => holds(stage, base, program),
  };
}

/** Following one launch asks for the same files again and again. */
function remembered(read: Image['file']): Image['file'] {
  const known = new Map<string, ImageFile>();
  return (path) => {
    const file = known.get(path) ?? read(path);
    known.set(path, file);
    return file;
  };
}

/** What the base image holds, and what the stage adds. */
function holds(stage: Stage, base: Image, program: string): boolean | undefined {
  const own = stageBrings(stage, program);
  const inherited = base.holds(program);
  return own || inherited ? true : own === undefined ? undefined : inherited;
}

/** The shell that RUN instructions are read by. */
function runDialect({ shell, sh }: Image): Dialect | undefined {
  const name = baseName(shell?.[0]?.text ?? 'sh');
  if (name === 'bash' || name === 'dash') return name;
  const dialect = name === 'sh' ? knownValue(sh) : undefined;
  return dialect === 'none' ? undefined : dialect;
}

function fileIn(build: BuildContext, stage: Stage, base: Image, path: string, dialect: Dialect | undefined) {
  const own = copiedFile(build, stage, resolvePath('/', path), dialect);
  return own.kind === 'text' ? own : base.file(path);
}

function fold(build: BuildContext, stage: Stage, base: Image, globals: Values): Image {
  const env = new Map(base.env);
  const values = new Map([['PATH', DEFAULT_PATH], ...base.env]);
  let { workdir, entrypoint, cmd, stopSignal, shell, sh } = base;
  let cmdHere = false;
  for (const instruction of stage.instructions) {
    switch (instruction.keyword) {
      case 'ENV':
      case 'ARG':
        assign(instruction, values, env, globals);
        break;
      case 'WORKDIR':
        workdir = directory(workdir, substitute(instruction.text.text, values));
        break;
      case 'SHELL':
        shell = instruction.words.map((word) => ({ text: word.text, origin: 'SHELL', form: 'exec', source: word }));
        break;
      case 'RUN':
        if (BASH_AS_SH.test(instruction.text.text)) sh = known('bash');
        break;
      case 'ENTRYPOINT':
        entrypoint = known(commandOf(instruction, shell));
        // The builder forgets the CMD of the base image, for which this entrypoint was not meant.
        if (!cmdHere) cmd = known(undefined);
        break;
      case 'CMD':
        cmd = known(commandOf(instruction, shell));
        cmdHere = true;
        break;
      case 'STOPSIGNAL':
        stopSignal = givenSignal(build, instruction, values);
        break;
      default:
        break;
    }
  }
  const insert = inFrontOfLaunch(build, stage);
  const set: Setting<string>['set'] =
    stopSignal.given.kind === 'here' ? stopSignal.set : (signal) => insert(`STOPSIGNAL ${signal}`);
  return { ...base, env, workdir, shell, sh, entrypoint, cmd, stopSignal: { ...stopSignal, set }, insert };
}

/** What images mostly bring: `ENV PATH=/app/bin:$PATH`. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Commands that put bash in dash's place. */
const BASH_AS_SH = /\bln\s+(?:-\w+\s+)+\S*\bbash\s+\/(?:usr\/)?bin\/sh\b|\bdash\/sh\s+boolean\s+false\b/;

function assign(
  { keyword, pairs }: VariableInstruction,
  values: Map<string, string | undefined>,
  env: Map<string, string | undefined>,
  globals: Values,
): void {
  for (const { name, value } of pairs) {
    // An ARG without a value has that of the same name above the first FROM, or whatever whoever builds it gives.
    const text = value === undefined ? globals.get(name) : substitute(value, values);
    if (text === undefined) continue;
    const decided = hasVariable(text) ? undefined : text;
    values.set(name, decided);
    // Whoever runs the image may set a variable anew; what it holds by itself is what most run.
    if (keyword === 'ENV') env.set(name, decided);
  }
}

function directory(from: Value<string>, path: string): Value<string> {
  if (hasVariable(path)) return unknown('a variable decides the directory');
  return from.kind === 'known' || path.startsWith('/')
    ? known(resolvePath(from.kind === 'known' ? from.value : '/', path))
    : from;
}

const SH: readonly Word[] = ['/bin/sh', '-c'].map((text) => ({ text, origin: 'SHELL', form: 'exec' }));

/** A command as the image holds it; an empty one is none. */
function commandOf(
  { keyword, form, words, text, at }: CommandInstruction,
  shell: readonly Word[] | undefined,
): ImageCommand | undefined {
  const origin: Origin = keyword === 'CMD' ? 'CMD' : 'ENTRYPOINT';
  const word = (source: Embedded, how: Form): Word => ({ text: source.text, origin, form: how, source });
  if (form === 'exec')
    return words.length === 0 ? undefined : { form, words: words.map((one) => word(one, 'exec')), at };
  return text.text === '' ? undefined : { form, words: [...(shell ?? SH), word(text, 'shell')], at };
}

function givenSignal(
  build: BuildContext,
  { text }: PlainInstruction,
  values: ReadonlyMap<string, string | undefined>,
): Setting<string> {
  const written = substitute(text.text, values);
  return {
    value: hasVariable(written) ? unknown('a variable decides the signal') : known(written),
    given: { kind: 'here', at: text.at },
    affects: [build.project.display(build.path)],
    set: (signal) =>
      written === text.text ? change({ ...text.at, newText: signal }) : refuse('a variable decides it'),
  };
}

function behindFrom({ project, path }: BuildContext, { at }: Stage, line: string): Edit {
  const newline = project.text(path)?.includes('\r\n') ? '\r\n' : '\n';
  return { path, start: at.end, end: at.end, newText: `${newline}${line}` };
}

/** Writes an instruction in front of the one that says what runs. */
function inFrontOfLaunch({ project, path }: BuildContext, stage: Stage): Image['insert'] {
  const at = stage.instructions
    .flatMap((one) => (one.keyword === 'CMD' || one.keyword === 'ENTRYPOINT' ? [one.at] : []))
    .findLast((place) => place.path === path);
  const newline = project.text(path)?.includes('\r\n') ? '\r\n' : '\n';
  return (instruction) =>
    at
      ? change({ path, start: at.start, end: at.start, newText: `${instruction}${newline}` })
      : change({ path, start: stage.at.end, end: stage.at.end, newText: `${newline}${instruction}` });
}
