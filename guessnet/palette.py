"""The colours of all that is shown in a notebook or a page, in one place.

Blue, orange, green and red can be told apart by people who see colours differently, and each can be
read on the paper of its theme. No meaning is carried by colour alone: a mark or a word is with it.
"""

LIGHT = {
    "grey": "#6b7280",
    "blue": "#0072b2",
    "orange": "#b45f06",
    "green": "#00795a",
    "red": "#b83a00",
    "purple": "#7d5ba6",
    "on": "#ffffff",  # what is written on these
    "press": "#0072b2",  # what to press next, in white
    "pressed": "#005f94",
}
DARK = {
    "grey": "#a3a9b3",
    "blue": "#56b4e9",
    "orange": "#f0a830",
    "green": "#2fc79a",
    "red": "#ff8a4c",
    "purple": "#c4a5e8",
    "on": "#111111",
    "press": "#0072b2",
    "pressed": "#005f94",
}


def _rule(selector: str, colours: dict[str, str]) -> str:
    named = " ".join(f"--gn-{name}: {colour};" for name, colour in colours.items())
    return f"{selector} {{ {named} }}\n"


#: The colours as ``var(--gn-blue)`` and so on. JupyterLab says on a page which theme it has.
CSS = _rule(":root", LIGHT) + _rule('[data-jp-theme-light="false"]', DARK)
