"""The layouts that training pictures come in, and how one is told from another."""

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from attnpaint.data.classify import ALIKE, GREY, colourfulness, draws, evenly_spaced, halves, is_drawing
from attnpaint.data.item import Blob as Blob
from attnpaint.data.item import Item as Item
from attnpaint.data.item import unreadable as unreadable
from attnpaint.data.lines import EXTRACTORS
from attnpaint.errors import AttnpaintError, PictureError
from attnpaint.images import Picture
from attnpaint.parts import SUFFIX as PARTS

PROBES = 8  # pictures opened to tell a layout
COLOR, LINE, HISTOGRAM = ".color", ".line", ".histogram.json"


class Layout(StrEnum):
    pictures = "colour pictures (line drawings are made on the fly)"
    named = "pictures, some with their drawing (x.color.* beside x.line.*)"
    sides = "side-by-side pairs (colour left, drawing right)"
    twins = "two folders with equal names (colour and drawing)"
    figures = "figures, drawn when they are read"


Files = Mapping[str, Blob]


@dataclass(frozen=True)
class Told:
    """items: what is learned. alone: drawings left out, for they have no picture. notes: what else to say."""

    items: list[Item]
    layout: Layout
    alone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def told_apart(files: Files, place: str) -> Told:
    """What the files of one folder or shard are; files: name, with forward slashes → where it lies.

    Raises AttnpaintError where only some pictures are side-by-side pairs, or their drawing is left.
    """
    pictures = {name: blob for name, blob in files.items() if not name.lower().endswith((HISTOGRAM, PARTS))}
    if any(_stem(name).endswith(COLOR) for name in pictures):
        return _with_parts(_named(pictures, files), files)
    alone = tuple(name for name in pictures if _stem(name).endswith(LINE))
    for name in alone:
        del pictures[name]
    told = _folders(pictures, files)
    if not told.items:
        items = [Item(name, blob) for name, blob in pictures.items()]
        sides = _are_side_by_side(items, place)
        items = [Item(item.name, item.color, side_by_side=True) for item in items] if sides else items
        told = Told(items, Layout.sides if sides else Layout.pictures, (), told.notes)
        told = _with_parts(told, files)
    return replace(told, alone=told.alone + alone)


def _with_parts(told: Told, files: Files) -> Told:
    """With the part maps among `files`, each at the picture of its stem: x.parts.png at x.color.* or x.*."""
    maps = {name[: -len(PARTS)]: blob for name, blob in files.items() if name.lower().endswith(PARTS)}
    if not maps:
        return told
    keys = [_stem(item.name).removesuffix(COLOR) for item in told.items]
    items = [replace(item, parts=maps.get(key)) for item, key in zip(told.items, keys, strict=True)]
    notes = told.notes
    if lost := sorted(maps.keys() - set(keys)):
        named = first_of([name + PARTS for name in lost])
        notes += (f"left out, part maps without a picture of their name: {named}",)
    return replace(told, items=items, notes=notes)


def _named(pictures: Files, files: Files) -> Told:
    """x.color.png with x.line.png, x.xdog.png … and x.histogram.json; other pictures stand alone."""
    stems = {_stem(name): blob for name, blob in pictures.items()}
    items: list[Item] = []
    alone: list[str] = []
    for name, blob in pictures.items():
        key, dot, mark = _stem(name).rpartition(".")
        if dot + mark == COLOR:
            drawings = tuple(stems[f"{key}.{made}"] for made in EXTRACTORS if f"{key}.{made}" in stems)
            line, histogram = stems.get(key + LINE), files.get(key + HISTOGRAM)
            items.append(Item(name, blob, line, drawings=drawings, histogram=histogram))
        elif dot + mark != LINE and mark not in EXTRACTORS:
            items.append(Item(name, blob))
        elif key + COLOR not in stems:
            alone.append(name)
    return Told(items, Layout.named, tuple(alone))


def _folders(pictures: Files, files: Files) -> Told:
    """Two folders of equal names and what lies beside them; no items where there are no such two.

    files: the pictures, and part maps.
    """
    folders = sorted({name.split("/")[0] for name in pictures if "/" in name})
    if len(folders) != 2:
        return Told([], Layout.twins)
    one, other = (
        {
            name.removeprefix(f"{folder}/"): blob
            for name, blob in files.items()
            if name.startswith(f"{folder}/") and (name in pictures or name.lower().endswith(PARTS))
        }
        for folder in folders
    )
    told = twins(one, other, (folders[0], folders[1]))
    if told.items:
        loose = [Item(name, blob) for name, blob in pictures.items() if "/" not in name]
        beside = {name: blob for name, blob in files.items() if "/" not in name}
        told.items.extend(_with_parts(Told(loose, Layout.pictures), beside).items)
    return told


def twins(one: Files, other: Files, names: tuple[str, str]) -> Told:
    """Pairs by equal stems; the more coloured folder is the colour one, all of which is learned.

    No items where the two do not belong together: both are coloured, or few names are equal and neither
    is all line drawings.
    """
    ones, others = (
        {_stem(name): (name, blob) for name, blob in files.items() if not name.lower().endswith(PARTS)}
        for files in (one, other)
    )
    common = sorted(ones.keys() & others.keys())
    most = 2 * len(common) >= max(len(ones), len(others)) > 0
    probes = [
        list(
            _readable([Item(*side[stem]) for stem in evenly_spaced(common if most else sorted(side), PROBES)])
        )
        for side in (ones, others)
    ]
    shades = [float(np.mean([colourfulness(picture) for picture in side] or [0.0])) for side in probes]
    none = Told([], Layout.twins)
    if max(shades) < 2 * min(shades) + 1:
        return none
    grey = shades.index(min(shades))
    if not most:
        if not (probes[grey] and all(map(is_drawing, probes[grey]))):
            return none
        if not common and (len(ones) != len(others) or len(ones) < PROBES):
            note = f"{names[grey]} looks like line drawings, and is learned as colour pictures"
            return replace(none, notes=(note,))
    colors, lines = (others, ones) if grey == 0 else (ones, others)
    items = [Item(*colors[stem], line=lines[stem][1] if stem in lines else None) for stem in sorted(colors)]
    alone = tuple(f"{names[grey]}/{lines[stem][0]}" for stem in sorted(lines) if stem not in colors)
    undrawn = [f"{names[1 - grey]}/{item.name}" for item in items if item.line is None]
    notes = (f"without a drawing of their name: {first_of(undrawn)}",) if undrawn else ()
    return _with_parts(Told(items, Layout.twins, alone, notes), {**one, **other})


def digest_of(items: Iterable[Item], sizes: Callable[[Item], Iterable[object]]) -> str:
    """Equal for equal names and sizes in equal order; sizes: what is told of an item beside its name."""
    digest = hashlib.blake2b(digest_size=16)
    for item in items:
        digest.update("\0".join([item.name, *map(str, sizes(item))]).encode() + b"\n")
    return digest.hexdigest()


def first_of(names: Sequence[str]) -> str:
    """How many, and the first three: "5 (a.png, b.png, c.png, …)"."""
    return f"{len(names)} ({', '.join([*names[:3], *(['…'] if len(names) > 3 else [])])})"


def _are_side_by_side(items: list[Item], place: str) -> bool:
    """The right half looks like a drawing in every picture looked at, and mostly shows what the left does."""
    looked = [halves(picture) for picture in _readable(evenly_spaced(items, PROBES))]
    likeness = [draws(right, left) for left, right in looked]
    if likeness and min(likeness) > -1 and np.mean(likeness) > ALIKE:
        return True
    few = min(2.0, len(looked) / 2)
    pairs = [
        like > ALIKE and colourfulness(left) > GREY for (left, _), like in zip(looked, likeness, strict=True)
    ]
    if pairs and sum(pairs) >= few:
        problem = f"only {sum(pairs)} of {len(looked)} pictures looked at in {place} are side-by-side pairs"
        raise AttnpaintError(problem, "keep pairs and other pictures in folders of their own")
    turned = sum(draws(left, right) > ALIKE and colourfulness(right) > GREY for left, right in looked)
    if turned and turned >= few:
        problem = f"{turned} of {len(looked)} pictures looked at in {place} are pairs with the drawing left"
        raise AttnpaintError(problem, "put the colour picture left and the drawing right")
    return False


def _readable(items: Iterable[Item]) -> Iterator[Picture]:
    """The colour pictures, without those that cannot be read."""
    for item in items:
        with contextlib.suppress(PictureError):
            yield item.open()[0]


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
