// The servers that the launches run: stand-ins that do on each signal what the knowledge says of the server of that name.
// So that the harness tests the way of a signal, not the knowledge.
import { programFacts } from '../../shared/knowledge/programs.ts';

/** By name; `app` is one of which nothing is known: it drains on every signal. */
export const STAND_INS = ['app', 'puma', 'unicorn', 'gunicorn', 'uvicorn', 'waitress-serve'] as const;

const SIGNALS = ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'TERM'];

/** The program of a stand-in; `body` is what they share. */
export function standIn(name: string, body: string): string {
  const facts = programFacts([name]);
  const does = SIGNALS.map((short) => {
    const signal = `SIG${short}`;
    if (facts?.fast.includes(signal)) return `${short} => 'ends'`;
    if (facts?.ignored.includes(signal)) return `${short} => 'goes on'`;
    return `${short} => '${facts?.bare && !facts.graceful.includes(signal) ? 'default' : 'drains'}'`;
  });
  return `#!/usr/bin/perl\nour %does = (${does.join(', ')});\n${body}`;
}
