// Remarks at the ends of lines: which program PID 1 is where the file does not show it, and whether times fit.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintsIn } from '../shared/index.ts';
import { analyzed } from './analyzed.ts';

/** The remarks of the first file, each with the line that it stands behind. */
function hints(files: Readonly<Record<string, string>>): readonly string[] {
  const [[name, text] = ['', '']] = Object.entries(files);
  const found = hintsIn(analyzed(new Map(Object.entries(files))), `/w/${name}`);
  return found.map(
    ({ at, label }) => `${text.slice(text.lastIndexOf('\n', at.end - 1) + 1, at.end).trim()} » ${label}`,
  );
}

const IMAGE = 'FROM debian:12-slim\nCOPY server /srv/server\n';

test('PID 1 is named where the launch does not begin with its name', () => {
  const cases: [string, string[]][] = [
    ['CMD /srv/server; true', ['CMD /srv/server; true » PID 1: sh']],
    ['CMD exec /srv/server', ['CMD exec /srv/server » PID 1: server']],
    ['CMD ["/srv/server", "--port", "80"]', []],
    ['ENTRYPOINT ["sh", "-c", "exec /srv/server"]', ['ENTRYPOINT ["sh", "-c", "exec /srv/server"] » PID 1: server']],
    ['CMD ["sh", "-c", "/srv/server; true"]', []],
  ];
  for (const [launch, expected] of cases)
    assert.deepEqual(hints({ Dockerfile: `${IMAGE}${launch}\n` }), expected, launch);
});

test('PID 1 is named behind a script that hands over, and in a manifest that overrides the launch', () => {
  const script = { 'entry.sh': '#!/bin/sh\nset -e\nexec node server.js "$@"\n' };
  const dockerfile = 'FROM node:22\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n';
  assert.deepEqual(hints({ Dockerfile: dockerfile, ...script }), ['ENTRYPOINT ["/entry.sh"] » PID 1: node']);
  assert.deepEqual(hints({ Dockerfile: dockerfile }), [], 'what the script does is not known');
  const compose = 'services:\n  web:\n    image: debian:12\n    entrypoint: ["sh", "-c", "exec server"]\n';
  assert.deepEqual(hints({ 'compose.yaml': compose }), ['entrypoint: ["sh", "-c", "exec server"] » PID 1: server']);
});

const pod = (grace: number, sleep: number, drain: number) => `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  terminationGracePeriodSeconds: ${grace}
  containers:
    - name: web
      image: web
      command: ["gunicorn", "--graceful-timeout=${drain}", "app:app"]
      lifecycle: {preStop: {exec: {command: ["sleep", "${sleep}"]}}}
    - name: other
      image: x
`;

test('a grace period is compared with what its containers need', () => {
  const line = (grace: number) => `terminationGracePeriodSeconds: ${grace}`;
  assert.deepEqual(hints({ 'pod.yaml': pod(30, 15, 30) }), [`${line(30)} » 15 s + 30 s > 30 s`]);
  assert.deepEqual(hints({ 'pod.yaml': pod(60, 15, 30) }), [`${line(60)} » 15 s + 30 s < 60 s`]);
  assert.deepEqual(hints({ 'pod.yaml': pod(45, 15, 30) }), [`${line(45)} » 15 s + 30 s = 45 s`]);
  assert.deepEqual(hints({ 'pod.yaml': pod(45, 15, 30).replace(/ {6}lifecycle.*\n/, '') }), [
    `${line(45)} » 30 s < 45 s`,
  ]);
  const silent = pod(45, 15, 30).replace(/ {6}(lifecycle|command).*\n/g, '');
  assert.deepEqual(hints({ 'pod.yaml': silent }), [], 'nobody knows what it needs');
  assert.deepEqual(
    hints({ 'pod.yaml': pod(45, 15, 30).replace(/ {2}termination.*\n/, '') }),
    [],
    'there is no line for it',
  );
});

test('in a file of several documents, each remark stands behind its own line', () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n';
  const launch = pod(45, 15, 30).replace('["gunicorn", "--graceful-timeout=30", "app:app"]', '["sh", "-c", "exec x"]');
  assert.deepEqual(hints({ 'all.yaml': `${service}---\n${pod(60, 15, 30)}---\n${launch}` }), [
    'command: ["sh", "-c", "exec x"] » PID 1: x',
    'terminationGracePeriodSeconds: 60 » 15 s + 30 s < 60 s',
    'terminationGracePeriodSeconds: 45 » 15 s < 45 s',
  ]);
});
