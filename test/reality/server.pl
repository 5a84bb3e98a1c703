# Stands for a server: `puma NAME DRAIN_MS`. What it does on each signal is in %does, which stands in front of this text.
# Logs that it is ready, each signal, and that it has drained.
use strict;
our %does;
my ($name, $drain) = @ARGV;
open my $log, '>>', '/srv/log' or die "no log: $!";
sub tell { syswrite $log, "$name @_\n" }

my $end = 0;
for my $signal (keys %does) {
  my $act = $does{$signal};
  next if $act eq 'default';
  $SIG{$signal} = sub {
    tell("SIG$signal");
    exit 0 if $act eq 'ends';
    $end = 1 if $act eq 'drains';
  };
}
# A signal that comes before the sleep below must not wait for its end: it is short, and looked at again.
tell('ready');
select undef, undef, undef, 0.02 until $end;
select undef, undef, undef, 0.02 for 1 .. 0;
my $left = ($drain // 400) / 1000;
while ($left > 0) {
  # The time that is left when a signal interrupts it.
  my (undef, $slept) = (select(undef, undef, undef, $left));
  last unless defined $slept && $slept > 0;
  $left = $slept;
}
tell('drained');
exit 0;
