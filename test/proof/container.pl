# Starts a container: a command as PID 1 of a new PID namespace, in a root of its own over the machine's, as a session leader.
# Writes the number of that process to descriptor 3, then how it ended.
#   perl container.pl FOLDER WORKDIR WORD...
# FOLDER holds `upper` (the container's own files), `scratch` and `root`. Expects to be started by `unshare --pid --mount`.
use strict;
use POSIX ();

my ($folder, $workdir, @words) = @ARGV;
open my $tell, '>&=', 3 or exit 120;

# The first process that is started is PID 1, so nothing is mounted before.
sub mounted { system('mount', @_) == 0 or exit 121 }

sub entries {
  opendir my $dir, shift or exit 121;
  return grep { !/^\.\.?$/ } readdir $dir;
}

# A folder of the machine with the container's own files over it. One by one: a user may lay nothing over a folder that others
# are mounted in.
sub laid_out {
  my ($name, $root) = @_;
  return symlink readlink "/$name", "$root/$name" if -l "/$name";
  return unless -d "/$name";
  my ($upper, $scratch) = ("$folder/upper/$name", "$folder/scratch/$name");
  mkdir $_ for "$root/$name", $upper, $scratch;
  return if $name =~ /^(?:proc|dev|sys|mnt|media|lost\+found)$/;
  return chmod 01777, "$root/$name" if $name eq 'tmp';
  chmod((stat "/$name")[2] & 07777, $upper);
  mounted('-t', 'overlay', 'overlay', '-o', "lowerdir=/$name,upperdir=$upper,workdir=$scratch,userxattr", "$root/$name");
}

my $child = fork // exit 122;
if ($child == 0) {
  close $tell;
  POSIX::setsid();
  my $root = "$folder/root";
  laid_out($_, $root) for entries('/');
  # What the machine has no folder for.
  rename "$folder/upper/$_", "$root/$_" for grep { !-e "$root/$_" } entries("$folder/upper");
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
