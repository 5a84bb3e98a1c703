// Reads the code of a program that an interpreter runs, as far as the project holds it: its first file and what that imports.
// Tells which signals it has handlers for; knows no rule.
import { scriptOf } from '../../knowledge/programs.ts';
import { type CodeFacts, type Language, readCode } from '../../sources/programCode.ts';
import type { Place } from '../../text/span.ts';
import { folderOf, resolvePath } from '../paths.ts';
import type { Process } from '../stop/processTree.ts';
import { knownValue } from '../value.ts';
import type { Image } from './image.ts';

/** What a program's code says. */
export interface ProgramCode {
  /** How a person would name it: `node server.js`. */
  readonly name: string;
  /** The beginning of its first file. */
  readonly at: Place;
  readonly signals: ReadonlySet<string>;
  /** Whether something in it may handle any signal. */
  readonly handlesAny: boolean;
  readonly stays: boolean;
  /** Whether all of it was read that is written here. */
  readonly whole: boolean;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  node: 'javascript',
  bun: 'javascript',
  python: 'python',
  php: 'php',
};
/** How far imports are followed, and how many files are looked at. */
const MAX_DEPTH = 3;
const MAX_FILES = 40;

/** The code of a process; `undefined` where it is no program of an interpreter, or its first file is not in the project. */
export function programCode(image: Image, { argv, program, facts }: Process): ProgramCode | undefined {
  const language = facts && LANGUAGES[facts.id];
  const script = facts?.id === 'bun' ? bunScript(argv) : scriptOf(argv);
  if (!language || !script) return undefined;
  const reader = new Reader(image, language);
  const found = reader.find(script.isModule ? moduleFiles('', script.name) : [script.name, ...codeFiles(script.name)]);
  return (
    found && {
      name: `${program} ${script.isModule ? '-m ' : ''}${script.name}`,
      at: found.at,
      ...reader.readFrom(found.path),
    }
  );
}

function bunScript(argv: readonly string[]): { readonly name: string; readonly isModule: boolean } | undefined {
  const name = argv.slice(1).find((word) => !word.startsWith('-') && word !== 'run');
  return name !== undefined && /\.[cm]?[jt]sx?$/.test(name) ? { name, isModule: false } : undefined;
}

interface Found {
  /** In the image. */
  readonly path: string;
  readonly text: string;
  readonly at: Place;
}

/** Reads files of an image, each once. */
class Reader {
  readonly #image: Image;
  readonly #language: Language;
  readonly #folder: string;
  readonly #read = new Map<string, CodeFacts>();
  #whole = true;

  constructor(image: Image, language: Language) {
    this.#image = image;
    this.#language = language;
    this.#folder = knownValue(image.workdir) ?? '/';
  }

  /** The first of these files that the project holds. */
  find(names: readonly string[]): Found | undefined {
    for (const name of names) {
      const path = resolvePath(this.#folder, name);
      const file = this.#image.file(path);
      if (file.kind !== 'text') continue;
      const { text, at } = file.text;
      const line = /^[^\r\n]*/.exec(text)?.[0].length ?? 0;
      return { path, text, at: { path: at.path, start: at.start, end: at.start + line } };
    }
    return undefined;
  }

  readFrom(path: string): Pick<ProgramCode, 'signals' | 'handlesAny' | 'stays' | 'whole'> {
    this.#follow(path, 0);
    const facts = [...this.#read.values()];
    return {
      signals: new Set(facts.flatMap(({ signals }) => [...signals])),
      handlesAny: facts.some(({ handlesAny }) => handlesAny),
      stays: facts.some(({ stays }) => stays),
      whole: this.#whole && !facts.some(({ open }) => open),
    };
  }

  #follow(path: string, depth: number): void {
    const file = this.find([path]);
    if (!file || this.#read.has(path)) return;
    const facts = readCode(this.#language, file.text);
    this.#read.set(path, facts);
    for (const { name, sure } of facts.imports) {
      const imported = this.#imported(name, folderOf(path));
      if (imported === 'elsewhere' || (imported === undefined && !sure)) continue;
      if (imported === undefined || depth >= MAX_DEPTH || this.#read.size >= MAX_FILES) this.#whole = false;
      else this.#follow(imported, depth + 1);
    }
  }

  /** The file that an import means; `undefined` where it should be here and is not. */
  #imported(name: string, folder: string): string | 'elsewhere' | undefined {
    switch (this.#language) {
      case 'javascript': {
        if (/\.(?:json|css|s[ac]ss|svg|html|node|wasm|graphql|md)$/.test(name)) return 'elsewhere';
        return this.find(codeFiles(resolvePath(folder, name)))?.path;
      }
      case 'php':
        return this.find([resolvePath(folder, name)])?.path;
      default: {
        const dots = /^\.*/.exec(name)?.[0].length ?? 0;
        const from = '../'.repeat(Math.max(0, dots - 1));
        const base = dots > 0 ? resolvePath(folder, from || '.') : undefined;
        if (base !== undefined) return this.find(moduleFiles(base, name.slice(dots)))?.path;
        if (STANDARD.has(name.split('.')[0] ?? '')) return 'elsewhere';
        // A module that is not here comes from a package.
        return this.find([...moduleFiles(folder, name), ...moduleFiles(this.#folder, name)])?.path ?? 'elsewhere';
      }
    }
  }
}

/** What Node may mean by a name: the file, one with an ending, the index of a folder. */
function codeFiles(name: string): readonly string[] {
  const bare = name.replace(/\.[cm]?js$/, '');
  const own = /\.[cm]?[jt]sx?$/.test(name) ? [name] : [];
  const endings = ['js', 'ts', 'mjs', 'cjs', 'mts'].map((ending) => `${bare}.${ending}`);
  const index = own.length > 0 ? [] : ['js', 'ts', 'mjs'].map((ending) => `${name}/index.${ending}`);
  return [...new Set([...own, ...endings, ...index])];
}

/** What Python may mean by a module. */
function moduleFiles(folder: string, name: string): readonly string[] {
  const path = [...(folder === '' ? [] : [folder]), ...name.split('.')].join('/');
  return [`${path}.py`, `${path}/__main__.py`, `${path}/__init__.py`];
}

/** Modules of Python itself that programs import most. */
const STANDARD = new Set(
  `__future__ abc argparse ast asyncio base64 collections concurrent contextlib copy csv dataclasses datetime decimal enum
  functools glob hashlib hmac http importlib inspect io itertools json logging math multiprocessing operator os pathlib
  pickle platform queue random re secrets select shutil signal socket sqlite3 ssl string struct subprocess sys tempfile
  threading time traceback types typing unittest urllib uuid warnings weakref xml zipfile`.split(/\s+/),
);
