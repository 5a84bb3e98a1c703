// What a command may know of the place that its output goes to.

/** Where the output goes. */
export interface Terminal {
  readonly colors: boolean;
  /** Whether a person reads along: then silence is worth a word. */
  readonly interactive: boolean;
}

/** Colours are for terminals only, and not where `NO_COLOR` is set (https://no-color.org). */
export function terminalOf(
  stream: { readonly isTTY?: boolean },
  env: { readonly [name: string]: string | undefined },
): Terminal {
  const interactive = stream.isTTY === true;
  return { interactive, colors: interactive && !env.NO_COLOR };
}
