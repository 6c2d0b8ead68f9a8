"""``python -m guessnet`` is the command ``guessnet``."""

import sys

from guessnet.cli import main

sys.exit(main())
