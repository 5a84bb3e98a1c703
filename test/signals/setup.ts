// How a server is set up for a measurement, and where it listens.

/** Where the one upstream listens that all proxies share: it answers `/?ms=N` with `ok` after N milliseconds. */
export const UPSTREAM = 9000;

export interface Setup {
  /** The entry of programs.json that it is about. */
  readonly id: string;
  /** What sets it apart from the entry's other setups. */
  readonly variant?: string;
  /** Debian packages that it takes; the version of the first one is told. Empty: Node, which this runs on. */
  readonly packages: readonly string[];
  /** What is started as PID 1. The files are at /srv, which is its working directory. */
  words(port: number): readonly string[];
  files?(port: number): Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Who it runs as, where it refuses to be root. */
  readonly user?: string;
  /** A command that lays out its data in its working directory before it starts. */
  readonly prepare?: readonly string[];
  /** A command that makes one request and says `ok`, for those that do not speak HTTP. */
  client?(port: number, milliseconds: number): readonly string[];
  /** Whether it has what makes an entry graceful that depends on its configuration. */
  readonly configured?: true;
  /** Whether it is graceful by what it keeps: it has to end in order, and may cut its request. */
  readonly database?: true;
  /** Seconds that it may take to end, where it takes its time. */
  readonly patience?: number;
}
