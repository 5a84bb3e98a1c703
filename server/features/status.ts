// Tells people what keeps Softstop from doing its work, and that it is busy: messages, the log, `softstop/status`.
import { type Connection, MessageType, ShowMessageNotification } from 'vscode-languageserver';
import type { Analysis } from '../../shared/index.ts';
import type { Client } from '../clientCapabilities.ts';
import type { Progress } from '../workspace.ts';

/** Fewer files are read before anybody would notice. */
const MANY_FILES = 500;

/** What a client that knows it may show of the server's state. */
export interface Status {
  readonly state: 'ok' | 'error' | 'busy';
  /** For people; empty where there is nothing to say. */
  readonly message: string;
}

/** Tells it to one client. */
export class StatusReporter {
  readonly #connection: Connection;
  readonly #client: Client;
  #told = '';
  /** Messages that were shown and still hold. */
  #shown = new Set<string>();

  constructor(connection: Connection, client: Client) {
    this.#connection = connection;
    this.#client = client;
  }

  /** Shows what no file can show, and whether a part of Softstop has failed. */
  analysed({ problems }: Analysis): void {
    const homeless = problems.filter(({ at }) => !at).map(({ message }) => message);
    for (const message of homeless) {
      if (this.#shown.has(message)) continue;
      this.#send(ShowMessageNotification.method, { type: MessageType.Warning, message: `Softstop: ${message}` });
      this.#connection.console.warn(message);
    }
    this.#shown = new Set(homeless);
    const internal = problems.find(({ kind }) => kind === 'internal');
    this.#tell(internal ? { state: 'error', message: internal.message } : { state: 'ok', message: '' });
  }

  /** Logs a failure of Softstop's own. */
  failed(doing: string, error: unknown): void {
    const what = error instanceof Error ? error.message : String(error);
    this.#connection.console.error(`${doing}: ${error instanceof Error && error.stack ? error.stack : what}`);
    this.#tell({ state: 'error', message: `${doing}: ${what}` });
  }

  note(text: string): void {
    this.#connection.console.info(text);
  }

  /** Shows how far the reading of the workspace is. */
  reading(files: number): Progress {
    if (files < MANY_FILES) return { report: () => {}, done: () => {} };
    const message = `reading ${files} files`;
    this.#tell({ state: 'busy', message });
    // Nothing waits for it: a client may take its time.
    const progress = this.#connection.window.createWorkDoneProgress();
    const tell = (what: (to: Awaited<typeof progress>) => void) => void progress.then(what, () => {});
    tell((to) => to.begin('Softstop', 0, message, false));
    return {
      report: (read) => tell((to) => to.report(Math.floor((100 * read) / files))),
      done: () => tell((to) => to.done()),
    };
  }

  #tell(status: Status): void {
    const text = JSON.stringify(status);
    if (!this.#client.status || text === this.#told) return;
    this.#told = text;
    this.#send('softstop/status', status);
  }

  /** A client that has gone hears nothing, which harms nobody. */
  #send(method: string, params: object): void {
    this.#connection.sendNotification(method, params).catch(() => {});
  }
}
