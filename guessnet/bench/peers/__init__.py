"""The same game as others would serve it: with what they use every day.

Each is a program of its own, ``python -m guessnet.bench.peers.NAME PORT [uvloop]``. The rules are
those of `guessnet.game`, so that only the I/O differs.
"""
