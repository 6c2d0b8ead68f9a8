"""Servers that go wrong, each in its own way. The lessons break them; nobody should run them."""
