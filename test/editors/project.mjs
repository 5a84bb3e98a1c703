// A small project with one mistake in each kind of file, and what a person does about it in an editor. Knows no editor.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const SCRIPT = '#!/bin/sh\nset -e\nnode server.js "$@"\n';
const SHELL_FORM = 'FROM debian:12-slim\nCOPY server /srv/server\nCMD /srv/server --port 80\n';
/** Letters of two bytes and of two UTF-16 units, before and within what is to be replaced. */
const WIDE = 'FROM debian:12-slim\nCOPY server /srv/é\nCMD /srv/é --name "été 😀" --port 80\n';
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector:
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: shop
          image: nginx:1.27
          lifecycle:
            preStop:
              exec:
                command: ["sleep", "30"]
`;

const COMPOSE = 'services:\n  proxy:\n    image: nginx:1.27\n    ports: ["80:80"]\n    stop_grace_period: 0s\n';

/** @type {Readonly<Record<string, string>>} */
const FILES = {
  'worker/Dockerfile': 'FROM node:22\nCOPY entry.sh /\nENTRYPOINT ["/entry.sh"]\n',
  'worker/entry.sh': SCRIPT,
  'web/Dockerfile': SHELL_FORM,
  'wide/Dockerfile': WIDE,
  'k8s/deployment.yaml': DEPLOYMENT,
  'proxy/compose.yaml': COMPOSE,
};

/**
 * One repair: in a file, the finding of a rule, words that its hover holds, the beginning of the fix's title, and the whole
 * file as it must be saved.
 * @typedef {{ file: string, rule: string, hover: string, fix: string, saved: string }} Step
 */

/** @type {readonly Step[]} */
export const STEPS = [
  {
    // Only the Dockerfile beside it makes this a mistake.
    file: 'worker/entry.sh',
    rule: 'script-missing-exec',
    hover: 'PID 1 without a handler',
    fix: 'Replace the shell with',
    saved: SCRIPT.replace('node', 'exec node'),
  },
  {
    file: 'web/Dockerfile',
    rule: 'shell-form-pid1',
    hover: 'never told',
    fix: 'Use the exec form',
    saved: SHELL_FORM.replace('CMD /srv/server --port 80', 'CMD ["/srv/server", "--port", "80"]'),
  },
  {
    file: 'wide/Dockerfile',
    rule: 'shell-form-pid1',
    hover: 'never told',
    fix: 'Use the exec form',
    saved: WIDE.replace(/CMD .*/, 'CMD ["/srv/é", "--name", "été 😀", "--port", "80"]'),
  },
  {
    file: 'k8s/deployment.yaml',
    rule: 'prestop-uses-whole-grace',
    hover: 'grace period of 30 s',
    fix: 'Set terminationGracePeriodSeconds',
    saved: DEPLOYMENT.replace('Seconds: 30', 'Seconds: 60'),
  },
  {
    file: 'proxy/compose.yaml',
    rule: 'compose-grace-too-short',
    hover: 'grace period of 0 s',
    fix: 'Set stop_grace_period',
    saved: COMPOSE.replace('0s', '30s'),
  },
];

/** A folder with the project in a work tree of its own, and room beside it. */
export function layProject() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'softstop-editor-'));
  const workspace = path.join(folder, 'shop');
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
    writeFileSync(path.join(workspace, name), text);
  }
  mkdirSync(path.join(workspace, '.git'));
  return { folder, workspace, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * What is in the project's files, by their names.
 * @param {string} workspace
 * @returns {Record<string, string>}
 */
export function textsIn(workspace) {
  const names = readdirSync(workspace, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(path.join(workspace, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(workspace, name), 'utf8')]));
}

/**
 * What the files must hold after some of the steps.
 * @param {readonly Step[]} steps
 * @returns {Record<string, string>}
 */
export function textsAfter(steps) {
  return Object.fromEntries(
    Object.entries({ ...FILES, ...Object.fromEntries(steps.map(({ file, saved }) => [file, saved])) }).sort(),
  );
}
