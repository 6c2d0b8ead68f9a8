"""Servers with no fault, as strangers would write them, one for each honest style."""

#: The natural limits that a style has all the same, as ids of misconceptions. `fd-setsize` stands
#: for turning away whoever select() cannot watch, `blocking-send` for a sendall() that waits.
LIMITS: dict[str, frozenset[str]] = {
    "asyncio_protocol": frozenset(),
    "asyncio_streams": frozenset(),
    "epoll_edge": frozenset(),
    "fork": frozenset(),
    "generators": frozenset(),
    "new_game_select": frozenset({"blocking-send", "fd-setsize"}),
    "new_game_threads": frozenset(),
    "select_outbox": frozenset({"fd-setsize"}),
    "selectors_loop": frozenset(),
    "socketserver_style": frozenset(),
    "thread_pool": frozenset(),
    "threads": frozenset(),
}
