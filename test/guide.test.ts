// The guide and the README, as a stranger follows them: their commands are run as they stand there, and what the guide shows
// of their output is what they print. UPDATE=1 writes down what they print now.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { checkout, cli, folderWith } from './commandLine.ts';

const GUIDE = 'docs/guide.md';
const guide = readFileSync(GUIDE, 'utf8');
const FENCED = /^```(\w*)\n([\s\S]*?)^```$/gm;

/** The blocks of a page, with their languages. */
function blocksOf(text: string): readonly { readonly language: string; readonly body: string }[] {
  return [...text.matchAll(FENCED)].map(([, language = '', body = '']) => ({ language, body }));
}

/** A copy of what the guide works on, and `softstop` on the PATH. */
function placeToWork(): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
  const folder = folderWith({ 'bin/softstop': `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n` });
  chmodSync(path.join(folder, 'bin/softstop'), 0o755);
  for (const name of ['examples', 'test/projects']) cpSync(name, path.join(folder, name), { recursive: true });
  return { folder, env: { ...process.env, NO_COLOR: '1', PATH: `${folder}/bin:${process.env.PATH}` } };
}

/** Runs a script in a place of its own. */
function printed(script: string): { readonly code: number; readonly text: string } {
  const { folder, env } = placeToWork();
  const wrapped = `exec 2>&1\n${script}`;
  try {
    return { code: 0, text: execFileSync('sh', ['-c', wrapped], { cwd: folder, env, encoding: 'utf8' }) };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { code: status, text: stdout };
  }
}

/** A transcript: commands behind `$ `, each with what it prints. */
function transcriptOf(body: string): string {
  const commands = body.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
  const script = commands.map((command) => `printf '%s\\n' '$ ${command}'\n${command}`).join('\n');
  return printed(`${script}\ntrue`).text;
}

describe('the guide', () => {
  it('shows what its commands print', () => {
    const redrawn = guide.replace(FENCED, (whole, language: string, body: string) =>
      language === 'console' ? `\`\`\`console\n${transcriptOf(body)}\`\`\`` : whole,
    );
    if (process.env.UPDATE) writeFileSync(GUIDE, redrawn);
    else assert.equal(redrawn, guide);
  });

  it('names the commands of the extension', () => {
    const { contributes } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const { category, title } of contributes.commands) assert.ok(guide.includes(`*${category}: ${title}*`), title);
  });

  it('links to what is there', () => {
    const headings = new Set(guide.match(/^#+ .+$/gm)?.map((line) => anchorOf(line.replace(/^#+ /, ''))));
    for (const [, target = ''] of guide.matchAll(/\]\(([^)]+)\)/g)) {
      if (target.startsWith('http')) continue;
      const [file = '', anchor] = target.split('#');
      if (file === '') assert.ok(headings.has(anchor ?? ''), target);
      else {
        const text = readFileSync(path.join('docs', file), 'utf8');
        const anchors = text.match(/^#+ .+$/gm)?.map((line) => anchorOf(line.replace(/^#+ /, '')));
        assert.ok(anchor === undefined || anchors?.includes(anchor), target);
      }
    }
  });
});

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\d -]/gu, '')
    .replaceAll(' ', '-');
}

/** What stands for something of the reader's own. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/\[PATH…\]/, 'k8s'],
  [/FILE\[:LINE\]/, 'k8s/deployment.yaml:52'],
  [/RULE/, 'grace-zero'],
  [/FILE/, 'k8s/deployment.yaml'],
];

/** The commands that a page names, in blocks and in its text. */
function commandsIn(text: string): readonly string[] {
  const inBlocks = blocksOf(text)
    .filter(({ language }) => language !== 'console' && language !== 'js')
    .flatMap(({ body }) => body.split('\n'))
    // Explanations stand behind two spaces, comments behind a hash.
    .map((line) => line.split(/ {2,}#? ?(?=\S)/).find((part) => part.includes('softstop')) ?? '');
  // A word or two in the text name a command; they are none that is run.
  const inText = [...text.replace(FENCED, '').matchAll(/`([^`\n]+)`/g)].flatMap(([, code = '']) =>
    /^softstop (?:explain|timeline)$/.test(code) ? [] : [code],
  );
  const found = [...inBlocks, ...inText].flatMap((line) => {
    const [, command] =
      /(?:^|\| |: |npx (?:--yes )?)(softstop (?:check|explain|timeline|rules|--)[^>]*)/.exec(line) ?? [];
    return command === undefined ? [] : [command.trim()];
  });
  const filled = (command: string) => PLACEHOLDERS.reduce((now, [what, by]) => now.replace(what, by), command);
  return [...new Set(found.map(filled))];
}

describe('the commands of the pages', () => {
  for (const page of ['README.md', GUIDE, 'docs/editors/README.md']) {
    const commands = commandsIn(readFileSync(page, 'utf8'));
    it(`run as they stand in ${page}`, () => {
      assert.ok(commands.length > 0);
      for (const command of commands) {
        const input = path.join(checkout, 'examples/gitlab-workhorse/k8s/deployment.yaml');
        const { code, text } = printed(`cd examples/gitlab-workhorse\n${command} < '${input}'`);
        assert.ok(code === 0 || code === 1, `${command} ends with ${code}:\n${text}`);
        assert.notEqual(text, '', command);
      }
    });
  }
});
