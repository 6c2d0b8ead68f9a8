"""What servers cost, measured on this machine: several of them in turn, within one run.

>>> compare("threaded", "select", clients=64)
64 clients
threaded   25 µs of processor time for each reply, 21,000 replies a second
select     18 µs of processor time for each reply, 30,000 replies a second

Each server, and all clients together, have a process of their own; everything is on loopback.
Compare what one run says: the figures themselves vary from machine to machine.
"""

from guessnet.bench.comparison import Comparison, Crowd, Sample, compare, crowd

__all__ = ["Comparison", "Crowd", "Sample", "compare", "crowd"]
