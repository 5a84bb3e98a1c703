// The grammars, over those that VS Code brings: which texts are coloured as shell, and that nothing around them changes.
// `npm test` says where VS Code's own extensions are.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, it } from 'node:test';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';

/** A grammar as an extension contributes it. */
interface Contributed {
  readonly scopeName: string;
  readonly file: string;
  readonly injectTo?: readonly string[];
}

/** The grammars that an extension contributes. */
function contributedBy(extension: string): readonly Contributed[] {
  const { contributes } = JSON.parse(readFileSync(path.join(extension, 'package.json'), 'utf8'));
  return contributes.grammars.map((grammar: { scopeName: string; path: string; injectTo?: readonly string[] }) => ({
    ...grammar,
    file: path.join(extension, grammar.path),
  }));
}

const builtIn = process.env.SOFTSTOP_VSCODE_EXTENSIONS ?? '';
const base = ['docker', 'yaml', 'shellscript'].flatMap((name) => contributedBy(path.join(builtIn, name)));
const ours = contributedBy('.');

const wasm = createRequire(path.resolve('package.json')).resolve('vscode-oniguruma/release/onig.wasm');
const loaded = loadWASM(readFileSync(wasm));

function registryOf(grammars: readonly Contributed[]): Registry {
  return new Registry({
    onigLib: loaded.then(() => ({ createOnigScanner, createOnigString })),
    loadGrammar: async (scope) => {
      const found = grammars.find(({ scopeName }) => scopeName === scope);
      return found ? parseRawGrammar(readFileSync(found.file, 'utf8'), found.file) : null;
    },
    getInjections: (scope) =>
      grammars.filter(({ injectTo }) => injectTo?.includes(scope)).map(({ scopeName }) => scopeName),
  });
}

const plain = registryOf(base);
const withOurs = registryOf([...base, ...ours]);

/** A piece of a line with its scopes, the outermost first. */
interface Token {
  readonly start: number;
  readonly text: string;
  readonly scopes: readonly string[];
}

/** The tokens of each line. */
async function tokens(registry: Registry, scope: string, text: string): Promise<readonly (readonly Token[])[]> {
  const grammar = await registry.loadGrammar(scope);
  assert.ok(grammar, scope);
  let stack = INITIAL;
  return text.split(/\r?\n/).map((line) => {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    return result.tokens.map(({ startIndex, endIndex, scopes }) => ({
      start: startIndex,
      text: line.slice(startIndex, endIndex),
      scopes,
    }));
  });
}

/** The commands, keywords and variables that are coloured as shell. */
async function shellIn(scope: string, text: string): Promise<readonly string[]> {
  const said = /^(?:entity\.name\.(?:command|function)|keyword\.control|variable\.other)\.(?:\w+\.)*shell$/;
  const lines = await tokens(withOurs, scope, text);
  return lines.flat().flatMap(({ text: piece, scopes }) => {
    const embedded = scopes.findIndex((name) => name.startsWith('meta.embedded.'));
    return embedded >= 0 && scopes.slice(embedded).some((name) => said.test(name)) ? [piece] : [];
  });
}

describe('Dockerfiles', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['CMD ["sh", "-c", "exec node server.js --port=$PORT"]', ['exec', '$', 'PORT']],
    ['ENTRYPOINT ["tini", "--", "/bin/bash", "-ec", "run \\"$A\\" || exit 1"]', ['run', '$', 'A', 'exit']],
    ['RUN ["sh", "-c", \\\n  "if [ -n \\"$A\\" ]; then exec x; fi"]', ['if', '$', 'A', 'then', 'exec', 'fi']],
    ['HEALTHCHECK CMD [ "sh", "-c", "curl -f localhost" ]', ['curl']],
    ['CMD ["node", "server.js"]', []],
    ['CMD ["sh", "entry.sh"]', []],
    ['# CMD ["sh", "-c", "exec node"]', []],
    ['RUN echo "[" "sh" "-c" "it\'s" "]"', []],
  ];
  for (const [text, shell] of cases) {
    it(text.replaceAll('\n', '⏎'), async () => {
      assert.deepEqual(await shellIn('source.dockerfile', `FROM node:22\n${text}\nUSER node`), shell);
    });
  }
});

describe('YAML', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['an array', 'command: ["/bin/sh", "-c", "sleep 15; exec node \\"$APP\\""]', ['sleep', 'exec', '$', 'APP']],
    ['an array of plain words', 'command: [sh, -c, exec node]', ['exec']],
    ['an array in single quotes', "command: ['sh', '-c', 'kill -QUIT 1']", ['kill']],
    ['an array over several lines', 'command: [\n  "bash", "-c",\n  "exec node" # why\n]', ['exec']],
    ['an array behind an init', 'command: ["tini", "--", "sh", "-c", "exec node"]', ['exec']],
    ['a list', 'command:\n  - sh\n  - -c\n  - exec node "$APP"', ['exec', '$', 'APP']],
    ['a list that is not indented', 'command:\n- "/bin/sh"\n- "-c"\n- "exec node"\nimage: a', ['exec']],
    [
      'a block scalar',
      "command:\n  - /bin/sh\n  - -ec\n  - |\n    A=1\n    if [ \"$B\" = 'c' ]; then\n      exec node # it's\n    fi\nimage: nginx",
      ['A', 'if', '$', 'B', 'then', 'exec', 'fi'],
    ],
    ['a folded block scalar', 'command:\n  - sh\n  - -c\n  - >-\n    sleep 5 &&\n    exec node', ['sleep', 'exec']],
    ['args below command', 'command: ["sh", "-c"]\nargs: ["exec node"]\nimage: a', ['exec']],
    ['a list of args below command', 'command: [sh, -c]\nargs:\n  - |\n    exec node\nimage: a', ['exec']],
    ['a command of Compose', 'command: sh -c "exec node --port $$PORT"', ['exec', '$', 'PORT']],
    ['a command of Compose in single quotes', "entrypoint: /bin/sh -c 'exec node' # why", ['exec']],
    ['a health check', 'test: ["CMD-SHELL", "curl -f localhost || exit 1"]', ['curl', 'exit']],
    ['a health check as a list', 'test:\n  - CMD-SHELL\n  - pg_isready -U "$$USER"', ['pg_isready', '$', 'USER']],
    ['a hook of a pod', 'lifecycle:\n  preStop:\n    exec:\n      command: ["sh", "-c", "nginx -s quit"]', ['nginx']],
    ['another program', 'command: ["node", "server.js"]\nargs: ["exec node"]', []],
    ['a shell that reads a script', 'command:\n  - sh\n  - entry.sh\n  - exec', []],
    ['packages', 'packages:\n  - bash\n  - curl\n  - exec', []],
    ['another language', 'command:\n  - python\n  - -c\n  - |\n    import sys', []],
    ['text that quotes a command', 'note: |\n  command: ["sh", "-c", "exec node"]', []],
    ['a comment', '# command: ["sh", "-c", "exec node"]', []],
  ];
  for (const [what, text, shell] of cases) {
    it(what, async () => {
      const indented = text.replaceAll('\n', '\n    ');
      assert.deepEqual(await shellIn('source.yaml', `spec:\n  - name: a\n    ${indented}\n    last: b\n`), shell);
    });
  }
});

describe('Procfiles', () => {
  it('have a name and a shell command on each line, and a quote left open ends with its line', async () => {
    const text = '# all\nweb: exec puma -p $PORT\nworker: A=1 echo "open\nrelease: rake db:migrate\nno process';
    assert.deepEqual(await shellIn('source.procfile', text), ['exec', '$', 'PORT', 'A', 'echo', 'rake']);
    const names = (await tokens(withOurs, 'source.procfile', text)).flatMap((line) =>
      line.filter(({ scopes }) => scopes.includes('entity.name.function.procfile')).map((token) => token.text),
    );
    assert.deepEqual(names, ['web', 'worker', 'release']);
  });
});

describe('around the shell', () => {
  const folders = ['examples', 'test/projects', 'test/charts', 'test/kustomizations', 'test/rules'];
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?:\.ya?ml|Dockerfile)$/.test(name))
      .map((name) => path.join(folder, name)),
  );
  const awkward = [
    'a:\n  - command: ["sh", "-c", "echo \'open"]\n  - b: [x, "y"]\nc: "d"',
    'command:\n  - sh\n  - -c\n  - |\n    echo "open\n    cat <<EOF\nb: "c"\nd: [e]',
    'command: ["sh", "-c"]\nargs:\n  - "it\'s"\nb: "c"',
    'command: [\n  "sh", "-c",\n  "open\nb: "c"',
  ];

  it('nothing changes', async () => {
    assert.ok(files.length > 100);
    const texts = [
      ...files.map(
        (file) =>
          [file.endsWith('Dockerfile') ? 'source.dockerfile' : 'source.yaml', readFileSync(file, 'utf8')] as const,
      ),
      ...awkward.map((text) => ['source.yaml', text] as const),
    ];
    let shells = 0;
    for (const [scope, text] of texts) {
      const before = await tokens(plain, scope, text);
      const after = await tokens(withOurs, scope, text);
      for (const [index, line] of after.entries()) {
        if (line.some(({ scopes }) => scopes.some((name) => /^meta\.(?:shell-|embedded)/.test(name)))) shells++;
        else assert.deepEqual(line, before[index], `${text}\n\nline ${index + 1}`);
      }
    }
    assert.ok(shells > 20);
  });
});
