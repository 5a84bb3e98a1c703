# Stands for a server: `puma NAME DRAIN_MS`. What it does on each signal is in %does, which is put in front of this text.
# Logs that it is ready, each signal that it gets, and that it has drained.
use strict;
use POSIX ();
our %does;
my ($name, $drain) = @ARGV;
open my $log, '>>', '/srv/log' or die "no log: $!";
sub note { syswrite $log, "$name @_\n" }

my $draining = 0;
my @handled = grep { $does{$_} ne 'default' } keys %does;
for my $signal (@handled) {
  my $act = $does{$signal};
  $SIG{$signal} = sub {
    note("SIG$signal");
    POSIX::_exit(0) if $act eq 'ends';
    $draining = 1 if $act eq 'drains';
  };
}
# Signals come only where it waits for them, so that none is missed.
my $none = POSIX::SigSet->new;
my $all = POSIX::SigSet->new(map { POSIX->can("SIG$_")->() } @handled);
POSIX::sigprocmask(POSIX::SIG_BLOCK(), $all);
note('ready');
POSIX::sigsuspend($none) until $draining;
POSIX::sigprocmask(POSIX::SIG_UNBLOCK(), $all);
# A signal interrupts the sleep; what is left of it follows.
my $left = $drain / 1000;
(undef, $left) = select undef, undef, undef, $left while $left > 0.001;
note('drained');
exit 0;
