"""Judging servers: what is asked of them, what was seen, and what it says about their code."""
