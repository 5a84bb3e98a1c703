// The timeline as a picture and as lanes of text: what is drawn, where, and that any name may stand in it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { chartsAt, chartsOfFile, drawCharts, drawLanes } from '../shared/index.ts';
import { analyzed } from './analyzed.ts';

/** Two containers in a grace period of 75 s: one waits 20 s and then needs 60 s, the other waits 5 s. */
const POD = `apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  terminationGracePeriodSeconds: 75
  containers:
    - name: web
      image: web
      command: ["gunicorn", "--graceful-timeout=60", "app:app"]
      lifecycle: {preStop: {exec: {command: ["sleep", "20"]}}}
    - name: proxy
      image: nginx:1.27
      ports: [{containerPort: 80}]
      lifecycle: {preStop: {exec: {command: ["sleep", "5"]}}}
`;
const folder = mkdtempSync(path.join(tmpdir(), 'softstop-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const chartOf = (text: string) => {
  const [chart, ...others] = chartsOfFile(analyzed(new Map([['pod.yaml', text]])), '/w/pod.yaml');
  assert.ok(chart);
  assert.deepEqual(others, []);
  return chart;
};

/** Runs the command line in the folder of the test. */
function softstop(...args: string[]) {
  const cli = path.resolve('dist/cli.js');
  return spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' });
}

test('a chart has a lane for the routers and for each container, with what happens in it', () => {
  const { title, limit, lanes, notes } = chartOf(POD);
  assert.equal(title, 'How shop stops');
  assert.equal(limit?.at, 75);
  assert.deepEqual(
    lanes.map(({ name, bars, losses, marks }) => ({
      name,
      bars: bars.map(({ tone, from, to }) => [tone, from, to]),
      losses: losses.map(({ from, to }) => [from, to]),
      marks: marks.map(({ at }) => at),
    })),
    [
      { name: 'routers', bars: [['routers', 0, 0.1]], losses: [], marks: [] },
      {
        name: 'web',
        bars: [
          ['delay', 0, 20],
          ['work', 20, 20],
        ],
        losses: [[75, 81]],
        marks: [20],
      },
      {
        name: 'proxy',
        bars: [
          ['delay', 0, 5],
          ['work', 5, 5],
        ],
        losses: [],
        marks: [5],
      },
    ],
  );
  assert.deepEqual(notes, ['lost: what web still works on after 75 s (it needs 81 s)']);
});

test('a program that is never told serves on until it is killed', () => {
  const shell = '["sh", "-c", "x; gunicorn"]';
  const { lanes } = chartOf(
    POD.replace('image: web', 'image: debian:12-slim').replace(/command: .*/, `command: ${shell}`),
  );
  const web = lanes.find(({ name }) => name === 'web');
  assert.deepEqual(web?.marks.at(-1), { at: 75, label: 'killed' });
  assert.equal(web?.bars.at(-1)?.label, 'serves on, never told');
});

test('a chart of one place is that of its pod alone', () => {
  const other = POD.replace('name: shop', 'name: other');
  const analysis = analyzed(new Map([['pods.yaml', `${POD}---\n${other}`]]));
  assert.equal(chartsOfFile(analysis, '/w/pods.yaml').length, 2);
  const at = (offset: number) => chartsAt(analysis, '/w/pods.yaml', offset).map(({ title }) => title);
  assert.deepEqual(at(POD.lastIndexOf('nginx')), ['How shop stops']);
  assert.deepEqual(at(POD.length + 4 + other.lastIndexOf('nginx')), ['How other stops']);
  assert.deepEqual(at(POD.lastIndexOf('lifecycle')), ['How shop stops'], 'between two places');
  assert.deepEqual(at(POD.length + 4), ['How shop stops'], 'above the first place of the second pod');
  assert.deepEqual(at(0), ['How shop stops'], 'above all');
});

test('what a person may write anywhere makes no broken picture', () => {
  const odd = `"a<b>&\\"c\\u0007\\uD800 ${'long '.repeat(30)}"`;
  const chart = chartOf(POD.replace('name: shop', `name: ${odd}`).replace('name: proxy', `name: ${odd}`));
  const picture = drawCharts([chart, chart]);
  assert.doesNotMatch(picture, /<b>|NaN|Infinity|undefined/);
  assert.ok(!picture.includes(String.fromCharCode(7)) && !/[\uD800-\uDFFF]/.test(picture), 'letters that XML forbids');
  // Every element that is opened is closed, in order.
  const open: string[] = [];
  for (const [, end, name = '', self] of picture.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (end) assert.equal(open.pop(), name);
    else if (!self) open.push(name);
  }
  assert.deepEqual(open, []);
  for (const line of drawLanes(chart)) assert.doesNotMatch(line, /NaN|Infinity|undefined/);
});

test('draws the examples, whatever is open in them', () => {
  for (const example of ['nginx-php-fpm/k8s/deployment.yaml', 'gitlab-workhorse/k8s/deployment.yaml']) {
    const chart = chartOf(readFileSync(`examples/${example}`, 'utf8'));
    assert.doesNotMatch(drawCharts([chart]), /NaN|Infinity|undefined/);
  }
});

test('the command line draws in the terminal, into a file and to standard output', () => {
  writeFileSync(path.join(folder, 'pod.yaml'), POD);
  writeFileSync(path.join(folder, 'notes.txt'), 'x\n');
  const lanes = softstop('timeline', 'pod.yaml:8');
  assert.equal(lanes.status, 0);
  assert.match(
    lanes.stdout,
    /^How shop stops, grace period 75 s\nrouters .*\nweb {6}▒+·+\|.* at 20 s\n {9}.*×+\nproxy/,
  );
  const written = softstop('timeline', 'pod.yaml', '--svg', 'out.svg');
  assert.deepEqual([written.status, written.stdout], [0, '']);
  const picture = readFileSync(path.join(folder, 'out.svg'), 'utf8');
  assert.match(picture, /^<svg [\s\S]*<\/svg>\n$/);
  assert.equal(softstop('timeline', 'pod.yaml', '--svg', '-').stdout, picture);
  assert.equal(softstop('timeline', 'notes.txt').status, 3);
  for (const wrong of [
    [],
    ['pod.yaml', 'x'],
    ['no.yaml'],
    ['.'],
    ['pod.yaml', '--svg', ''],
    ['pod.yaml', '--svg', 'no/x'],
  ]) {
    const { status, stderr } = softstop('timeline', ...wrong);
    assert.equal(status, 2, wrong.join(' '));
    assert.match(stderr, /^softstop: .+\n$/);
  }
});
