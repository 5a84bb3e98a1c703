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
  /** What it needs to talk to, started beside it. */
  beside?(port: number): readonly string[];
  /** A command that makes one request and says `ok`, for those that do not speak HTTP. */
  client?(port: number, milliseconds: number): readonly string[];
  /** The file that a request of some length leaves behind as it begins; of others it is enough to have been sent. */
  readonly begins?: string;
  /** Whether it has what makes an entry graceful that depends on its configuration. */
  readonly configured?: true;
  /** Seconds that it may take to end, where it takes its time. */
  readonly patience?: number;
}

/** Where that listens which stands beside a server. */
export const besideOf = (port: number) => port + 10_000;

const SLOWLY = `use IO::Socket::INET;
my ($port, $ms, $first, $rest, $expected) = @ARGV;
s/\\\\x(..)/chr hex $1/ge, s/\\\\r\\\\n/\\r\\n/g for $first, $rest;
my $server = IO::Socket::INET->new("127.0.0.1:$port") or exit 1;
$server->autoflush;
print $server $first;
select undef, undef, undef, $ms / 1000;
alarm 5;
print $server $rest;
my ($answer, $more) = ('');
$answer .= $more while $answer !~ /$expected/ && sysread $server, $more, 4096;
print "ok\\n" if $answer =~ /$expected/;
`;

/** A client that sends the second part of its request later. In the parts, bytes may be `\\x..`, and lines end in `\\r\\n`. */
export function slowly(
  port: number,
  milliseconds: number,
  first: string,
  rest: string,
  expected: string,
): readonly string[] {
  return ['perl', '-e', SLOWLY, `${port}`, `${milliseconds}`, first, rest, expected];
}
