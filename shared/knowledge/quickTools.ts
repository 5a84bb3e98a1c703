// Tools for files and text that scripts run on the way to something else. Each is over at once and tells no other process
// anything.
const QUICK_TOOLS = new Set(
  `awk basename cat chgrp chmod chown cp cut date dirname echo env envsubst find getent grep head hostname id install ln
  logger ls mkdir mktemp mv nproc printf ps readlink realpath rm rmdir sed seq sort stat sync tail tee touch tr uname
  uniq wc which whoami`.split(/\s+/),
);

/** Whether a program's base name is that of such a tool. */
export function isQuickTool(name: string): boolean {
  return QUICK_TOOLS.has(name);
}
