"""Which pictures show the same character in the same colours, as far as manifests and names tell."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from attnpaint.data.layouts import Item

VIEWS = re.compile(r"(?P<who>(?:.*/)?\d{5})-\d{1,2}\.[^/]*$")
"""`figures/00012-1.color.webp`: view 1 of the character figures/00012."""
WORDS: Mapping[str, re.Pattern[str]] = {
    "duelyst": re.compile(
        r"assets_(emotes|generals)_(?:general_)?(?:portrait_image_)?(?:hex_)?"
        r"(f\d|healing_mystic|humblebundle_fog)(?:[-_]?(alt|third))?(?!_teal)(?=[._])"
    ),
    "renpy": re.compile(r".*_images_([a-z]+(?:_(?:blue|green))?)_[a-z]+\."),
    "renpy-history": re.compile(r".*__game__(lucy)_[a-z]+\."),
    "comicgen": re.compile(r"([a-z]+)_"),
    "codel": re.compile(r"characters_art_(codel)_"),
    "snowy-vn": re.compile(r"assets_(Tachie)"),
}
"""How the file names of some sources tell the character and its dress: by the folder that they lie in."""


def character_of(name: str) -> str:
    """The character that a picture's name tells, with its folder; "" where it tells none."""
    if views := VIEWS.match(name):
        return views["who"]
    folder, _, last = name.rpartition("/")
    rule = WORDS.get(folder.rpartition("/")[2])
    if rule is None or not (found := rule.match(last)):
        return ""
    return f"{folder}/{'-'.join(word for word in found.groups() if word)}"


def with_characters(items: Iterable[Item], same_as: Mapping[str, str]) -> list[Item]:
    """The items, each with its character: as `same_as` says of its name, else as the name tells, else "".

    same_as: item name → name of a character, or of another picture of it.
    """
    items = list(items)
    groups = _joined((_key(name), _key(other)) for name, other in same_as.items() if other)
    return [replace(item, character=groups.get(_key(item.name)) or character_of(item.name)) for item in items]


def siblings(items: Iterable[Item]) -> dict[str, tuple[Item, ...]]:
    """The items of each character that two or more show, in their order."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        if item.character:
            groups.setdefault(item.character, []).append(item)
    return {who: tuple(group) for who, group in groups.items() if len(group) > 1}


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each name that some pair holds → the first, by the alphabet, of all that pairs join it with."""
    groups: dict[str, set[str]] = {}
    for one, other in pairs:
        group = groups.get(one, {one}) | groups.get(other, {other})
        groups.update(dict.fromkeys(group, group))
    return {name: min(group) for name, group in groups.items()}


def _key(name: str) -> str:
    """A picture's name without what tells its kind: `figures/00012-1`."""
    return re.sub(r"(\.color)?\.[A-Za-z]+$", "", name)
