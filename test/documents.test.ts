// Files of several documents: each is looked at by itself, and what is told of it stands where it stands in the file.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Analysis, analyze, applyEdits, linksIn, Project } from '../shared/index.ts';
import { documentsOf, fileOf } from '../shared/model/documents.ts';
import { settled } from './analyzed.ts';

const service = (name: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 80}]}\n`;

const deployment = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - {name: web, image: nginx:1.29, ports: [{containerPort: 80}], readinessProbe: {httpGet: {path: /, port: 80}}}
`;

const FILE = ['# All of it.\n', service('a'), deployment('a'), deployment('b'), service('b')].join('---\n');

const look = (texts: Readonly<Record<string, string>>, before?: Analysis) =>
  settled(new Map(Object.entries(texts)), before);

describe('a file of several documents', () => {
  it('is looked at document by document', () => {
    const documents = documentsOf('/w/all.yaml', FILE);
    assert.equal(documents.length, 5);
    assert.equal(documents.map(({ text }) => text).join(''), FILE);
    for (const { path, text, start } of documents) {
      assert.equal(fileOf(path), '/w/all.yaml');
      assert.equal(FILE.slice(start, start + text.length), text);
    }
  });

  it('gets its fixes only where a finding is told, by the place that it has in the file', () => {
    const { project, findings } = look({ '/w/all.yaml': FILE });
    const fixable = findings.filter(({ fixes }) => fixes.length > 0).map(({ at }) => at.start);
    assert.ok(fixable.length > 1);
    const last = Math.max(...fixable);
    const told = analyze(new Project(project.input), undefined, ({ at }) => at.start === last);
    assert.equal(told.findings.length, findings.length);
    for (const { at, fixes } of told.findings) assert.equal(fixes.length > 0, at.start === last);
  });

  it('is one thing where its documents belong together, or where there is but one', () => {
    for (const [path, text] of [
      ['/w/all.yaml', deployment('a')],
      ['/w/all.yaml', `---\n${deployment('a')}`],
      ['/w/all.yaml', `# A comment.\n---\n${deployment('a')}`],
      ['/w/all.yaml', `{{ range .hosts }}\n${service('a')}---\n{{ end }}\n${service('b')}`],
      ['/w/all.json', FILE],
      ['/w/notes.md', FILE],
      ['/w/chart/templates/all.yaml', FILE],
      ['/w/kustomization.yaml', FILE],
      ['/w/compose.yaml', 'services: {}\n---\nservices: {}\n'],
    ] as const) {
      assert.deepEqual(documentsOf(path, text), [], path);
    }
  });

  it('has its findings and fixes where they stand in the file', () => {
    const { findings, wants } = look({ '/w/all.yaml': FILE });
    assert.deepEqual(wants, []);
    const found = findings.filter(({ rule }) => rule === 'missing-prestop-delay');
    assert.equal(found.length, 2);
    for (const { at, related, fixes } of found) {
      for (const place of [at, ...related.map((one) => one.at), ...fixes.flatMap(({ edits }) => edits)]) {
        assert.equal(place.path, '/w/all.yaml');
      }
      assert.equal(FILE.slice(at.start, at.end), 'web');
    }
    const [first, second] = found;
    assert.ok(
      first && second && first.at.start < FILE.indexOf('metadata: {name: b}') && second.at.start > first.at.end,
    );
    const edits = found.flatMap(({ fixes }) => fixes[0]?.edits ?? []);
    const left = look({ '/w/all.yaml': applyEdits(FILE, edits) }).findings;
    assert.deepEqual(
      left.filter(({ rule }) => rule === 'missing-prestop-delay'),
      [],
    );
  });

  it('is analysed where somebody types, and nowhere else', () => {
    const before = look({ '/w/all.yaml': FILE });
    const after = look({ '/w/all.yaml': FILE.replace('name: a}', 'name: aaa}') }, before);
    const [a, b] = before.containers;
    assert.ok(a && b && before.containers.length === 2);
    assert.notEqual(after.containers[0], a, 'its Service has another name');
    assert.equal(after.containers[1], b);
    const moved = after.findings.filter(({ rule }) => rule === 'missing-prestop-delay').map(({ at }) => at.start);
    const old = before.findings.filter(({ rule }) => rule === 'missing-prestop-delay').map(({ at }) => at.start);
    assert.deepEqual(
      moved,
      old.map((start) => start + 2),
      'what stands behind it has moved',
    );
  });

  it('may become one, and several again', () => {
    const one = deployment('a');
    let analysis = look({ '/w/all.yaml': one });
    for (const text of [`${one}---\n${deployment('b')}`, one, `${one}---\n${service('a')}`, `${one}---\n`]) {
      analysis = look({ '/w/all.yaml': text }, analysis);
      const afresh = look({ '/w/all.yaml': text });
      assert.deepEqual(analysis.findings, afresh.findings);
    }
  });

  it('leads to other files from where its words stand', () => {
    const text = FILE.replace('image: nginx:1.29', 'image: shop/web');
    const { project, containers } = look({
      '/w/all.yaml': text,
      '/w/web/Dockerfile': 'FROM nginx:1.29\nCMD ["nginx"]\n',
    });
    const [link] = linksIn(project, containers, '/w/all.yaml');
    assert.equal(link?.path, '/w/web/Dockerfile');
    assert.equal(text.slice(link.at.start, link.at.end), 'shop/web');
  });

  it('may be silenced as a whole, or document by document', () => {
    const rule = 'missing-prestop-delay';
    const count = (text: string) => look({ '/w/all.yaml': text }).findings.filter((one) => one.rule === rule).length;
    assert.equal(count(FILE), 2);
    assert.equal(count(`# softstop-ignore-file: ${rule} -- not here\n${FILE}`), 0);
    assert.equal(count(FILE.replace(/^( *)(?=- \{name: web)/m, `$1# softstop-ignore: ${rule} -- not this\n$1`)), 1);
  });
});
