// The editor's settings for Softstop, by whichever way the client hands them over. What is in them, the core judges.
import {
  type Connection,
  DidChangeConfigurationNotification,
  type DidChangeConfigurationParams,
} from 'vscode-languageserver';

const SECTION = 'softstop';

/** Asks the client to tell when the settings change. */
export function watchSettings(connection: Connection): Promise<unknown> {
  return connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
}

/** Asks the client for the settings; what it was started with, where it has none. */
export async function fetchSettings(connection: Connection, initial: unknown): Promise<unknown> {
  try {
    return withoutOwn(await connection.workspace.getConfiguration(SECTION)) ?? initial;
  } catch {
    return initial; // a client that does not keep what it has announced
  }
}

/** The settings of a client that sends them along. */
export function sentSettings({ settings }: DidChangeConfigurationParams): unknown {
  const section = isRecord(settings) && SECTION in settings ? settings[SECTION] : settings;
  return withoutOwn(section) ?? undefined;
}

/** Without the client's own setting, `softstop.trace.server`, and without what it leaves open: to VS Code that is null. */
function withoutOwn(settings: unknown): unknown {
  // Lua cannot tell an empty table from an empty list, so what Neovim sends where nothing is set is a list.
  if (Array.isArray(settings) && settings.length === 0) return undefined;
  if (!isRecord(settings)) return settings;
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => name !== 'trace' && value !== null));
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
