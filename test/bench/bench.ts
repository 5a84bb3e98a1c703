// `npm run bench`: how the time of an analysis grows with what is analysed, and what typing costs beside a first look.
// Prints ratios of medians taken in one run, because absolute times only speak of the machine.
import { type Analysis, analyze, type FileState, Project } from '../../shared/index.ts';

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

/** An analysis to its end: what it misses is not there. */
function look(files: Files, previous?: Analysis): Analysis {
  let analysis = previous;
  const states = new Map<string, FileState>([...files].map(([path, text]) => [path, { kind: 'present', text }]));
  for (const path of previous?.project.paths() ?? []) if (!states.has(path)) states.set(path, { kind: 'absent' });
  do {
    for (const path of analysis?.wants ?? []) states.set(path, { kind: 'absent' });
    analysis = analyze(new Project({ roots: ['/w'], files: new Map(states) }), analysis);
  } while (analysis.wants.length > 0);
  return analysis;
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

/** The time of an analysis after one letter was typed. */
function typing(files: Files, path: string): number {
  let previous = look(files);
  let letters = '';
  return median(() => {
    letters += 'x';
    previous = look(new Map([...files, [path, `${files.get(path)}# ${letters}\n`]]), previous);
  });
}

function report(what: string, ratio: number): void {
  console.log(`${what.padEnd(64)}${ratio.toFixed(2)}`);
}

look(services(20));
const small = median(() => look(services(30)));
const large = median(() => look(services(300)));
report('first look: 300 services / 30 services', large / small);
report('300 services: a letter in a script / a first look', typing(services(300), '/w/s7/start.sh') / large);
report('300 services: a letter in a manifest / a first look', typing(services(300), '/w/s7/k8s.yaml') / large);
const short = oneFile(40);
const long = oneFile(400);
const lines = (files: Files) => (files.get('/w/all.yaml') ?? '').split('\n').length;
report(
  `a letter in one file of ${lines(long)} lines / of ${lines(short)} lines`,
  typing(long, '/w/all.yaml') / typing(short, '/w/all.yaml'),
);
