# Starts a container: a command as PID 1 of a new PID namespace, in a root of its own over the machine's, as a session leader.
# Writes the number of that process to descriptor 3, then how it ended.
#   perl container.pl FOLDER WORKDIR WORD...
# FOLDER holds `upper` (the container's own files), `work` and `root`. Expects to be started by `unshare --pid --mount`.
use strict;
use POSIX ();

my ($folder, $workdir, @words) = @ARGV;
open my $tell, '>&=', 3 or exit 120;

# The first process that is started is PID 1, so nothing is mounted before.
sub mounted { system('mount', @_) == 0 or exit 121 }

my $child = fork // exit 122;
if ($child == 0) {
  close $tell;
  POSIX::setsid();
  my $root = "$folder/root";
  mounted('-t', 'overlay', 'overlay', '-o', "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work", $root);
  mounted('-t', 'proc', 'proc', "$root/proc");
  mounted('--rbind', '/dev', "$root/dev");
  chroot $root or exit 123;
  chdir $workdir or exit 124;
  $SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT TERM PIPE);
  exec { $words[0] } @words or exit 127;
}
syswrite $tell, "started $child\n";
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM);
waitpid $child, 0;
syswrite $tell, sprintf "ended %d\n", $? & 127 ? 128 + ($? & 127) : $? >> 8;
