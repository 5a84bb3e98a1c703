// The servers that the launches run: stand-ins that do on each signal what the knowledge says of the server of that name.
// So that the harness tests the way of a signal, not the knowledge.
import { programFacts } from '../../shared/knowledge/programs.ts';

/** By name; `app` is one of which nothing is known: it drains on every signal. */
export const STAND_INS = ['app', 'puma', 'unicorn', 'gunicorn', 'uvicorn', 'waitress-serve'] as const;

/** The signals that a stand-in may handle. */
export const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const;

/** The program of a stand-in; `body` is what they share. */
export function standIn(name: string, body: string): string {
  const facts = programFacts([name]);
  const does = SIGNALS.map((signal) => {
    const short = signal.slice('SIG'.length);
    if (facts?.fast.includes(signal)) return `${short} => 'ends'`;
    if (facts?.ignored.includes(signal)) return `${short} => 'goes on'`;
    return `${short} => '${facts?.bare && !facts.graceful.includes(signal) ? 'default' : 'drains'}'`;
  });
  return `#!/usr/bin/perl\nour %does = (${does.join(', ')});\n${body}`;
}
