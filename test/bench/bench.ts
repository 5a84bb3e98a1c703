// `npm run bench`: how the time of an analysis grows with what is analysed, and what typing costs beside a first look.
// Prints ratios of medians taken in one run, because absolute times only speak of the machine.
import { settled } from '../analyzed.ts';

const ROUNDS = 5;

type Files = ReadonlyMap<string, string>;

function service(i: number): Files {
  const manifest = `apiVersion: v1
kind: Service
metadata: {name: s${i}}
spec: {selector: {app: s${i}}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: s${i}}
spec:
  selector: {matchLabels: {app: s${i}}}
  template:
    metadata: {labels: {app: s${i}}}
    spec:
      containers:
        - name: web
          image: registry.example.com/s${i}:1
          ports: [{name: http, containerPort: 8080}]
          readinessProbe: {httpGet: {path: /, port: http}}
`;
  return new Map([
    [`/w/s${i}/k8s.yaml`, manifest],
    [`/w/s${i}/Dockerfile`, 'FROM node:22\nWORKDIR /app\nCOPY . .\nCMD ./start.sh\n'],
    [`/w/s${i}/start.sh`, '#!/bin/sh\nset -e\nif [ -n "$MIGRATE" ]; then npm run migrate; fi\nnode server.js\n'],
  ]);
}

function services(count: number): Files {
  return new Map(Array.from({ length: count }, (_, i) => [...service(i)]).flat());
}

/** The same manifests in one file of many documents. */
function oneFile(documents: number): Files {
  const texts = Array.from({ length: documents }, (_, i) => service(i).get(`/w/s${i}/k8s.yaml`) ?? '');
  return new Map([['/w/all.yaml', texts.join('---\n')]]);
}

/** Many kustomizations, each of some bases of its own and of bases that all take. */
function kustomizations(overlays: number): Files {
  const files = new Map<string, string>();
  const bases = Array.from({ length: overlays + 3 }, (_, i) => {
    files.set(`/w/base/s${i}/k8s.yaml`, service(i).get(`/w/s${i}/k8s.yaml`) ?? '');
    files.set(`/w/base/s${i}/kustomization.yaml`, 'resources: [k8s.yaml]\n');
    return `../../base/s${i}`;
  });
  for (let i = 0; i < overlays; i++) {
    const taken = [...bases.slice(0, 3), bases[i + 3]].join(', ');
    files.set(
      `/w/overlays/o${i}/kustomization.yaml`,
      `namePrefix: o${i}-\nresources: [${taken}]\npatches: [{path: patch.yaml}]\n`,
    );
    const patch = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: s0}\nspec: {replicas: ${i + 2}}\n`;
    files.set(`/w/overlays/o${i}/patch.yaml`, patch);
  }
  return files;
}

/** The median time of some work, in milliseconds. */
function median(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}

/** The time of an analysis after one letter was typed behind `where`, or else at the end. */
function typing(files: Files, path: string, where = ''): number {
  const text = files.get(path) ?? '';
  const at = where === '' ? text.length : text.indexOf(where) + where.length;
  let previous = settled(files);
  let letters = where === '' ? '# ' : '';
  return median(() => {
    letters += 'x';
    previous = settled(new Map([...files, [path, `${text.slice(0, at)}${letters}${text.slice(at)}`]]), previous);
  });
}

function report(what: string, ratio: number): void {
  console.log(`${what.padEnd(84)}${ratio.toFixed(3)}`);
}

settled(services(20));
const small = median(() => settled(services(40)));
const large = median(() => settled(services(400)));
report('first look: 400 services / 40 services', large / small);
report('400 services: a letter in a script / a first look', typing(services(400), '/w/s7/start.sh') / large);
report('400 services: a letter in a manifest / a first look', typing(services(400), '/w/s7/k8s.yaml') / large);

const told = median(() => settled(services(400), undefined, ({ at }) => at.path.startsWith('/w/s7/')));
report('400 services: a first look that tells of one / of all', told / large);

const short = oneFile(1);
const long = oneFile(530);
const whole = median(() => settled(long));
const name = 'metadata: {name: s0';
const size = `${(long.get('/w/all.yaml') ?? '').split('\n').length} lines with ${settled(long).findings.length} findings`;
report(`first look: a file of ${size} / 40 services`, whole / small);
report(`a letter in a comment of that file / a first look at it`, typing(long, '/w/all.yaml') / whole);
report(`a letter in a name in that file / a first look at it`, typing(long, '/w/all.yaml', name) / whole);
report(
  `a letter in a name in that file / in a file of 19 lines`,
  typing(long, '/w/all.yaml', name) / typing(short, '/w/all.yaml', name),
);

const few = median(() => settled(kustomizations(5)));
const many = median(() => settled(kustomizations(20)));
report('first look: 20 overlays over the same bases / 5 overlays', many / few);
report(
  '20 overlays: a letter in a base of all / a first look',
  typing(kustomizations(20), '/w/base/s0/k8s.yaml', name) / many,
);
