# Starts a launch as PID 1 of a new PID namespace, the way a container runtime does: as a session leader, with its own
# /proc, with its files at /srv. Writes the number of that process to descriptor 3, then how it ended.
#   perl namespace.pl FOLDER SHELL PAUSE COUNT HOOK... WORD...
# SHELL answers to /bin/sh inside; empty: the system's own. With PAUSE, PID 1 is a process that does nothing, as where a
# pod shares its namespace: the launch is its child, and what is left of that is killed when it ends. On SIGUSR1 it starts the hook of COUNT words beside PID 1, in
# the same namespace, and writes how that ended. Expects to be started by `unshare --pid --mount`.
use strict;
use POSIX ();

my ($folder, $shell, $pause, $count, @words) = @ARGV;
my @hook = splice @words, 0, $count;
# What is said here must not get mixed up with what the launch says.
open my $tell, '>&=', 3 or exit 120;

# The first process that is started is PID 1, so nothing is mounted before.
sub mounted { system('mount', @_) == 0 or exit 121 }

sub uptime { open my $clock, '<', '/proc/uptime' or return 0; return (split ' ', readline $clock)[0] }

sub tell_end { syswrite $tell, sprintf "%s %d %s\n", $_[0], $? & 127 ? 128 + ($? & 127) : $? >> 8, uptime() }

my $child = fork // exit 122;
if ($child == 0) {
  POSIX::setsid();
  mounted('-t', 'proc', 'proc', '/proc');
  mounted('--bind', $folder, '/srv');
  mounted('--bind', $shell, '/bin/sh') if $shell ne '';
  chdir '/srv';
  if ($pause ne '' and my $launch = fork // exit 122) {
    syswrite $tell, "launched\n";
    1 while waitpid(-1, 0) != $launch;
    tell_end('ended');
    exit 0;
  }
  POSIX::setsid();
  close $tell;
  exec { $words[0] } @words or exit 127;
}
syswrite $tell, "started $child\n";
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM);
my $started;
$SIG{USR1} = sub {
  $started = fork // exit 122;
  return if $started;
  close $tell;
  $SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT TERM USR1);
  POSIX::setsid();
  chdir '/srv';
  exec { $hook[0] } @hook or exit 127;
};
while ((my $ended = waitpid -1, 0) != $child) { tell_end('hooked') if $ended == ($started // 0) }
tell_end('ended');
