// Linux signal names and numbers (x86-64 and arm64), and how runtimes read them.

/** The `SIGTERM` style name of what a Dockerfile or Compose file may say (`TERM`, `sigterm`, `15`); absent if no runtime can read it. */
export function signalName(_text: string): string | undefined {
  return undefined;
}
