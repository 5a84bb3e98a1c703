// Everything in this repository that holds manifests: fixtures, whole projects, examples, charts, kustomizations; and what
// becomes of each by every fix that is offered. Knows no cluster.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Analysis, applyEdits, type Edit, editsByPath } from '../../shared/index.ts';
import { analyzed, safeEdits, textsIn } from '../analyzed.ts';
import { fixturesIn } from '../fixtureFiles.ts';

type Texts = ReadonlyMap<string, string>;

/** A small project. */
export interface Source {
  readonly name: string;
  readonly texts: Texts;
}

/** A source as it is, or with a fix made. */
export interface Variant {
  readonly source: Source;
  /** What was done; absent: nothing. */
  readonly fix: string | undefined;
  readonly texts: Texts;
  /** The rules that find something in it. */
  readonly rules: ReadonlySet<string>;
}

/** Folders whose every subfolder is a project. */
const PROJECTS = ['examples', 'test/projects', 'test/charts', 'test/kustomizations'];
/** More rounds of fixing than any project needs. */
const MOST_ROUNDS = 10;

/** All of them. */
export function allSources(): readonly Source[] {
  const projects = PROJECTS.flatMap((folder) =>
    readdirSync(folder).map((name) => ({ name: `${folder}/${name}`, texts: textsIn(path.join(folder, name)) })),
  );
  const cases = fixturesIn('test/rules').flatMap((fixture) =>
    fixture.cases.map((one) => ({
      name: `test/rules/${fixture.name}.md, "${one.title}"`,
      texts: new Map(one.files.map((file) => [file.path, file.text])),
    })),
  );
  return [...projects, ...cases].filter(({ texts }) => [...texts.values()].some((text) => /apiVersion/.test(text)));
}

/** A source as it is, with each of its fixes alone, and with all safe ones, for a version of Kubernetes. */
export function variantsOf(source: Source, kubernetesVersion: string): readonly Variant[] {
  const settings = { kubernetesVersion };
  const first = analyzed(source.texts, settings);
  const variant = (fix: string | undefined, texts: Texts, { findings }: Analysis): Variant => ({
    source,
    fix,
    texts,
    rules: new Set(findings.map(({ rule }) => rule)),
  });
  const alone = first.findings.flatMap(({ rule, fixes }) =>
    fixes.map(({ title, edits }) => {
      const texts = edited(source.texts, edits);
      return variant(`${rule}: ${title}`, texts, analyzed(texts, settings));
    }),
  );
  let texts = source.texts;
  let last = first;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const edits = safeEdits(last);
    if (edits.length === 0) break;
    texts = edited(texts, edits);
    last = analyzed(texts, settings);
  }
  const all = texts === source.texts ? [] : [variant('all safe fixes', texts, last)];
  return [variant(undefined, source.texts, first), ...alone, ...all];
}

function edited(texts: Texts, edits: readonly Edit[]): Texts {
  const result = new Map(texts);
  for (const [file, own] of editsByPath(edits)) {
    const name = file.slice('/w/'.length);
    result.set(name, applyEdits(texts.get(name) ?? '', own));
  }
  return result;
}
