// Softstop beside the servers of other extensions, on the same documents: nothing is offered, told or linked twice. The
// servers are real ones: those of Docker's extensions and Red Hat's YAML, which the Kubernetes extension hands its schema.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { type Neighbour, positionsIn, SCHEMA_SAYS, type SERVERS, startServer } from './beside/neighbour.ts';
import { folderOf, startClient } from './languageClient.ts';

type Other = Exclude<keyof typeof SERVERS, 'softstop'>;

/** A document in which both have something to say, and places that are still being written, where `‸` stands. */
interface Document {
  readonly other: Other;
  readonly file: string;
  readonly languageId: string;
  readonly text: string;
  readonly drafts: readonly string[];
  /** Labels that each offers somewhere in the drafts, or the test is about nothing. */
  readonly offered: { readonly ours: string; readonly theirs: string };
  /** A text that both report something in. */
  readonly mistakes: string;
  /** What the other one's hovers say somewhere in the text. */
  readonly says: string | RegExp;
}

const POD = (lines: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector:
    matchLabels: {app: shop}
  template:
    metadata:
      labels: {app: shop}
    spec:
${lines}`;

const CONTAINER = `      containers:
        - name: web
          image: nginx:1.27
`;

const DOCUMENTS: readonly Document[] = [
  {
    other: 'dockerfile',
    file: 'Dockerfile',
    languageId: 'dockerfile',
    text: 'FROM node:22 AS build\nFROM debian:12-slim\nCOPY --from=build /srv /srv\nCOPY entry.sh /\nSTOPSIGNAL SIGTERM\nEXPOSE 80\nENTRYPOINT ["/entry.sh"]\nCMD /srv/server --port 80\n',
    drafts: [
      'FROM nginx:1.27\nSTOPSIGNAL ‸\n',
      'FROM nginx:1.27\nSTOPSIGNAL SIG‸\n',
      'FROM nginx:1.27\nSTOP‸\n',
      'FROM nginx:1.27\n‸',
      'FROM nginx:1.27\n# softstop-ignore: ‸\nCMD nginx\n',
      'FROM nginx:1.27\nHEALTHCHECK ‸\n',
    ],
    offered: { ours: 'SIGQUIT', theirs: 'STOPSIGNAL signal' },
    mistakes: 'FROM debian:12-slim\nCOPY server /srv/server\nSTOPSIGNAL\nEXPOSE a\nCMD /srv/server --port 80\n',
    says: 'STOPSIGNAL',
  },
  {
    other: 'compose',
    file: 'compose.yaml',
    languageId: 'dockercompose',
    text: 'services:\n  web:\n    image: nginx:1.27\n    stop_signal: SIGTERM\n    stop_grace_period: 20s\n    command: nginx -g "daemon off;"\n    ports:\n      - "80:80"\n',
    drafts: [
      'services:\n  web:\n    image: nginx:1.27\n    stop_signal: ‸\n',
      'services:\n  web:\n    image: nginx:1.27\n    stop_grace_period: ‸\n',
      'services:\n  web:\n    image: nginx:1.27\n    ‸\n',
      'services:\n  web:\n    image: nginx:1.27\n    st‸\n',
    ],
    offered: { ours: 'SIGQUIT', theirs: 'build:' },
    mistakes:
      'services:\n  web:\n    image: node:22\n    command: npm run migrate && node server.js\n    ports: ["80:80"]\n    ports: ["81:80"]\n',
    says: /image/i,
  },
  {
    other: 'yaml',
    file: 'deployment.yaml',
    languageId: 'yaml',
    text: POD(`      terminationGracePeriodSeconds: 30
${CONTAINER}          ports: [{containerPort: 80}]
          lifecycle:
            preStop:
              exec:
                command: ["sleep", "30"]
          readinessProbe:
            httpGet: {path: /, port: 80}
            periodSeconds: 60
`),
    drafts: [
      POD(`      terminationGracePeriodSeconds: ‸\n${CONTAINER}`),
      POD(`      term‸\n${CONTAINER}`),
      POD(`${CONTAINER}          lifecycle:\n            ‸\n`),
      POD(`${CONTAINER}          lifecycle:\n            pre‸\n`),
      POD(`${CONTAINER}          lifecycle:\n            stopSignal: ‸\n`),
      POD(`${CONTAINER}          lifecycle:\n            preStop:\n              ‸\n`),
      POD(`${CONTAINER}          lifecycle:\n            preStop:\n              sleep:\n                seconds: ‸\n`),
      POD(`${CONTAINER}          ‸\n`),
    ],
    offered: { ours: 'exec sleep 5', theirs: 'preStop' },
    mistakes: POD(`      terminationGracePeriodSeconds: 0\n${CONTAINER}          tty: 5\n`),
    says: SCHEMA_SAYS,
  },
];

/** Both servers, with a document open in each. */
async function both(t: TestContext, { other, file, languageId }: Document, text: string) {
  const folder = folderOf(t, { [file]: text, 'entry.sh': '#!/bin/sh\nset -e\nexec "$@"\n' });
  const [ours, theirs] = [await startServer(t, 'softstop', folder), await startServer(t, other, folder)];
  for (const server of [ours, theirs]) await server.open(file, text, languageId);
  return { ours, theirs };
}

/** What both answer, place by place. */
async function everywhere<T>(
  { ours, theirs }: { readonly ours: Neighbour; readonly theirs: Neighbour },
  text: string,
  ask: (server: Neighbour, at: { line: number; character: number }) => Promise<T>,
): Promise<readonly { readonly where: string; readonly ours: T; readonly theirs: T }[]> {
  const answers = [];
  for (const at of positionsIn(text)) {
    const where = `${at.line + 1}:${at.character + 1}`;
    answers.push({ where, ours: await ask(ours, at), theirs: await ask(theirs, at) });
  }
  return answers;
}

for (const document of DOCUMENTS) {
  const { file, text, drafts } = document;
  describe(`beside the ${document.other} server`, () => {
    it('offers nothing that is offered already', async (t) => {
      const seen = { ours: new Set<string>(), theirs: new Set<string>() };
      for (const draft of drafts) {
        const offset = draft.indexOf('‸');
        const before = draft.slice(0, offset).split('\n');
        const at = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
        const { ours, theirs } = await both(t, document, draft.replace('‸', ''));
        const own = await ours.completion(file, at);
        const other = await theirs.completion(file, at);
        const taken = new Set(
          other.flatMap(({ label, insertText, textEdit }) => [label, insertText, textEdit?.newText]),
        );
        const twice = own.filter(({ label, textEdit }) => taken.has(label) || taken.has(textEdit?.newText));
        assert.deepEqual(
          twice.map(({ label }) => label),
          [],
          draft,
        );
        for (const { label } of own) seen.ours.add(label);
        for (const { label } of other) seen.theirs.add(label);
      }
      assert.ok(seen.ours.has(document.offered.ours), [...seen.ours].join());
      assert.ok(seen.theirs.has(document.offered.theirs), [...seen.theirs].join());
    });

    it('says nothing in a hover that is said already', async (t) => {
      const answers = await everywhere(await both(t, document, text), text, (server, at) => server.hover(file, at));
      for (const { where, ours, theirs } of answers) {
        const lines = theirs.split('\n').filter((line) => line.trim().length > 3);
        assert.deepEqual(
          lines.filter((line) => ours.includes(line.trim())),
          [],
          where,
        );
      }
      assert.ok(answers.some(({ ours }) => ours !== ''));
      const heard = answers.map(({ theirs }) => theirs).join('\n');
      assert.ok(typeof document.says === 'string' ? heard.includes(document.says) : document.says.test(heard), heard);
    });

    it('leads nowhere that something leads already', async (t) => {
      const servers = await both(t, document, text);
      const key = ({ start, end }: { start: object; end: object }) => JSON.stringify([start, end]);
      const [own, other] = [await servers.ours.links(file), await servers.theirs.links(file)];
      const taken = new Set(other.map(({ range }) => key(range)));
      assert.deepEqual(
        own.filter(({ range }) => taken.has(key(range))),
        [],
      );
      for (const { where, ours, theirs } of await everywhere(servers, text, (server, at) =>
        server.definition(file, at),
      )) {
        assert.deepEqual(
          ours.filter((target) => theirs.includes(target)),
          [],
          where,
        );
      }
    });

    it('reports under a name of its own, and nothing that is reported already', async (t) => {
      const { ours, theirs } = await both(t, document, document.mistakes);
      const [own, other] = [await ours.diagnostics(file), await theirs.diagnostics(file)];
      assert.deepEqual([...new Set(own.map(({ source }) => source))], ['softstop']);
      assert.ok(other.length > 0);
      assert.ok(other.every(({ source }) => source !== 'softstop'));
      const taken = new Set(other.map(({ range }) => range.start.line));
      assert.deepEqual(
        own.filter(({ range }) => taken.has(range.start.line)),
        [],
      );
    });
  });
}

describe('beside hadolint and BuildKit, which report every shell form', () => {
  it('leaves the plain case to them where a setting says so, and still tells what a manifest loses', async (t) => {
    const folder = folderOf(t, {
      'shop/Dockerfile': 'FROM debian:12-slim\nCOPY server /srv/server\nCMD /srv/server --port 80\n',
      'shop/deployment.yaml': POD(CONTAINER.replace('nginx:1.27', 'registry.example.com/shop:1')),
    });
    const images = { 'registry.example.com/shop': 'shop/Dockerfile' };
    const rules = { 'shell-form-pid1': 'off' };
    const [all, less] = [
      await startClient(t, folder, { settings: { images } }),
      await startClient(t, folder, { settings: { images, rules } }),
    ];
    for (const client of [all, less])
      for (const name of ['Dockerfile', 'deployment.yaml']) await client.open(`shop/${name}`);
    assert.deepEqual(await all.rules('shop/Dockerfile'), ['shell-form-pid1']);
    assert.deepEqual(await less.rules('shop/Dockerfile'), []);
    for (const client of [all, less])
      assert.ok((await client.rules('shop/deployment.yaml')).includes('signal-never-reaches-app'));
  });
});
