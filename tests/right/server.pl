# The game in Perl, a process for each client: a right server that is not written in Python.
#
#     perl server.pl PORT
use strict;
use warnings;
use IO::Socket::INET;

my $listener = IO::Socket::INET->new(
    LocalAddr => '127.0.0.1', LocalPort => $ARGV[0], Listen => 100, ReuseAddr => 1
) or die "cannot listen: $!";
$SIG{CHLD} = 'IGNORE';

while (1) {
    my $client = $listener->accept or next;
    if (!fork) {
        play($client);
        exit;
    }
    close $client;
}

sub play {
    my ($client) = @_;
    my $secret = 1 + int rand 9;
    while (my $line = <$client>) {
        my $guess = $line =~ /^\s*([+-]?[0-9]+)\s*$/ ? $1 : undef;
        my $reply =
            !defined $guess    ? "입력값이 올바르지 않습니다:" . $line =~ s/\r?\n//r
            : $guess == 0      ? '종료'
            : $guess > $secret ? '너무 높아요'
            : $guess < $secret ? '너무 낮아요'
            :                    '정답';
        syswrite $client, "$reply\n";
        last if defined $guess && ($guess == 0 || $guess == $secret);
    }
}
