// What is known of those who run the lines of a Procfile: who reads a line, what runs it, who is told to stop, and how much
// time there is. Data with sources; nothing here knows of files.
import type { Dialect } from './images.ts';

/** A platform or a tool that runs the lines of a Procfile. */
export interface Platform {
  readonly id: string;
  /** As a person would name it. */
  readonly name: string;
  /**
   * Who reads a line. `bash`: `/bin/bash -c LINE`. `spawn`: `/bin/sh -c LINE` where something in it needs a shell, else
   * nobody. `words`: nobody; where something in it needs a shell, it does not work.
   */
  readonly reads: 'bash' | 'spawn' | 'words';
  /** Whether a line is run in the image that the Dockerfile beside the Procfile builds. */
  readonly usesDockerfile: boolean;
  /** Whether that image's ENTRYPOINT is given the line, and not left out. */
  readonly keepsEntrypoint: boolean;
  /** Whether an init is put in front. */
  readonly init: boolean;
  /** Who gets the stop signal. `pid1`: what runs as PID 1. `child`: what was started, which is no PID 1. `all`: every process. */
  readonly tells: 'pid1' | 'child' | 'all';
  /** What answers to `/bin/sh` where no Dockerfile says it; absent where that is not known. */
  readonly sh: Dialect | undefined;
  /** Seconds from the stop signal to SIGKILL. */
  readonly graceSeconds: number;
  /** The variable of the app that gives it another number of seconds. */
  readonly graceVariable: string | undefined;
  /** Where else the number is given, as the end of a sentence. */
  readonly graceElsewhere: string;
  readonly source: string;
}

/** The platforms; what holds on all of them is said where nobody says which it is. */
export const PLATFORMS: readonly Platform[] = [
  {
    id: 'heroku',
    name: 'Heroku',
    reads: 'bash',
    usesDockerfile: false,
    keepsEntrypoint: false,
    init: false,
    tells: 'all',
    sh: 'dash',
    graceSeconds: 30,
    graceVariable: undefined,
    graceElsewhere: 'Heroku gives every app the same',
    // That the dyno ends with its main process, whoever else is still running, is what its users report.
    source: 'https://devcenter.heroku.com/articles/dyno-shutdown-behavior; heroku/heroku-buildpack-pgbouncer#40',
  },
  {
    id: 'hephy',
    name: 'Hephy',
    reads: 'bash',
    usesDockerfile: true,
    keepsEntrypoint: false,
    init: false,
    tells: 'pid1',
    sh: 'dash',
    graceSeconds: 30,
    graceVariable: 'KUBERNETES_POD_TERMINATION_GRACE_PERIOD_SECONDS',
    graceElsewhere: 'it is a variable of the app, and there is neither an app.json nor a .env here',
    source:
      'teamhephy/controller@a04cf88d11db:rootfs/api/models/app.py:115-160,1081; teamhephy/slugrunner@0c69aceed168:rootfs/runner/init',
  },
  {
    id: 'dokku',
    name: 'Dokku',
    reads: 'words',
    usesDockerfile: true,
    keepsEntrypoint: true,
    init: true,
    tells: 'pid1',
    sh: 'dash',
    graceSeconds: 30,
    graceVariable: undefined,
    graceElsewhere: 'it is given with `dokku ps:set APP stop-timeout-seconds`',
    source:
      'dokku/dokku@33896f5d7efc:plugins/scheduler-docker-local/bin/scheduler-deploy-process-container, docs/processes/process-management.md; gliderlabs/herokuish@fbc485e2de50:include/procfile.bash',
  },
  {
    id: 'foreman',
    name: 'foreman',
    reads: 'spawn',
    usesDockerfile: true,
    keepsEntrypoint: false,
    init: false,
    tells: 'child',
    sh: undefined,
    graceSeconds: 5,
    graceVariable: undefined,
    graceElsewhere: 'it is given with `foreman start -t`',
    source:
      'ddollar/foreman@f65ddba83932:lib/foreman/engine.rb:31,189-205,464-480, lib/foreman/process.rb; ruby/ruby:process.c',
  },
];

/** Words that a shell alone knows: Ruby starts one for a line that begins with one of them. */
const SHELL_WORDS =
  /^[ \t]*(?:!|\.|:|break|case|continue|do|done|elif|else|esac|eval|exec|exit|export|fi|for|if|in|readonly|return|set|shift|then|times|trap|unset|until|while)(?=[ \t]|$)/;

/** Whether Ruby's `Process.spawn` hands a line to a shell: `rb_exec_fillarg` in process.c. */
export function rubyStartsShell(line: string): boolean {
  return /[*?{}[\]<>()~&|\\$;'`"\n#]/.test(line) || /^[ \t]*[^ \t/]*=/.test(line) || SHELL_WORDS.test(line);
}
