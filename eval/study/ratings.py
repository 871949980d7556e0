"""What the raters of a study said: their CSV files read with the key, means, and how far they agree."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from attnpaint.errors import AttnpaintError
from attnpaint.eval.bootstrap import Interval, mean_interval, paired_difference
from attnpaint.eval.study.page import QUESTIONS
from attnpaint.files import parse_json
from attnpaint.text_files import filled, read_csv, read_text

Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(units: Iterable[Sequence[float]], level: Level = "interval") -> float:
    """1 where raters agree, 0 where they might as well have rolled dice, NaN where nothing can be told.

    units: for each thing rated, the ratings it got, of any number of raters; one alone tells nothing.
    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, section E.
    """
    rated = [np.asarray(unit, dtype=np.float64) for unit in units if len(unit) > 1]
    if not rated:
        return float("nan")
    values = np.unique(np.concatenate(rated))
    together = np.zeros((len(values), len(values)))  # coincidences of two values in a unit
    for unit in rated:
        counts = (unit[:, None] == values).sum(axis=0)
        together += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    totals = together.sum(axis=0)
    place = values if level == "interval" else np.cumsum(totals) - totals / 2  # mid-ranks
    apart = (place[:, None] - place) ** 2 if level != "nominal" else 1 - np.eye(len(values))
    expected = (np.outer(totals, totals) * apart).sum() / (totals.sum() - 1)
    return float(1 - (together * apart).sum() / expected) if expected else float("nan")


COLUMNS = ("rater", "picture", "place", "question", "score")
_SAVED = "save it again from the page"
_KEY = "give the key.json written with the page"


@dataclass(frozen=True)
class Key:
    """Whose painting stands at which place."""

    painters: tuple[str, ...]
    places: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Rating:
    """One answer."""

    rater: str
    picture: str
    painter: str
    question: str
    score: int


def read_key(path: Path) -> Key:
    """The key.json of a study. AttnpaintError: missing, or no such file."""
    if not path.is_file():
        raise AttnpaintError(f"there is no key {path}", "give the key.json that was written with the page")
    try:
        found = parse_json(read_text(path, _KEY))
        places = {str(picture): dict(letters.items()) for picture, letters in found["places"].items()}
        painters = tuple(found["painters"])
        if not all(isinstance(painter, str) for painter in painters) or len({*painters}) < len(painters):
            raise ValueError("painters")
        if not places or any(
            painter not in painters for letters in places.values() for painter in letters.values()
        ):
            raise ValueError("painters")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise AttnpaintError(
            f"{path} is no key of a study", "give the key.json written with the page"
        ) from error
    return Key(painters, places)


def read_ratings(paths: Sequence[Path], key: Key) -> list[Rating]:
    """All answers of all files; an answer that is there twice counts once.

    AttnpaintError with file and line: damaged, not of this study, or one rater with two answers.
    """
    found: dict[tuple[str, str, str, str], Rating] = {}
    for path in paths:
        lines = _lines(path)
        for number, row in lines:
            rating = _rating(row, key, f"{path} line {number}")
            answer = (rating.rater, rating.picture, rating.painter, rating.question)
            if found.setdefault(answer, rating).score != rating.score:
                problem = f"{path} line {number}: {rating.rater} answered this before with another score"
                raise AttnpaintError(
                    problem, "give each rater's last file, and different raters different names"
                )
        if not lines:
            raise AttnpaintError(f"{path} holds no rating", "rate some pictures, then save")
    return list(found.values())


def score_study(ratings: Iterable[Rating], key: Key) -> dict[str, Any]:
    """Means with 95 % intervals for each painter and question, and the agreement, as plain numbers.

    A picture's score is the mean over its raters; intervals are over pictures. `differences` are to the first
    painter, in pairs. `agreement`: Krippendorff's alpha for ordinal and interval data. None: cannot be told.
    """
    by_rater: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    raters, pictures, count = set(), set(), 0
    for rating in ratings:
        by_rater[rating.question, rating.painter, rating.picture].append(rating.score)
        raters.add(rating.rater)
        pictures.add(rating.picture)
        count += 1
    questions = [question.name for question in QUESTIONS]
    means = {
        (question, painter): {
            picture: float(np.mean(by_rater[question, painter, picture]))
            for picture in key.places
            if (question, painter, picture) in by_rater
        }
        for question in questions
        for painter in key.painters
    }
    first, *others = key.painters
    return {
        "raters": len(raters),
        "pictures": len(pictures),
        "ratings": count,
        "missing": len(raters) * len(key.places) * len(key.painters) * len(questions) - count,
        "painters": {
            painter: {
                question: _told(mean_interval(list(means[question, painter].values())))
                for question in questions
            }
            for painter in key.painters
        },
        "differences": {
            painter: {
                question: _told(paired_difference(means[question, painter], means[question, first]))
                for question in questions
            }
            for painter in others
        },
        "agreement": {question: _agreement(by_rater, question) for question in questions},
    }


def _agreement(by_rater: dict[tuple[str, str, str], list[int]], question: str) -> dict[str, float | None]:
    units = [scores for (asked, _, _), scores in by_rater.items() if asked == question]
    return {
        "ordinal": _known(krippendorff_alpha(units, "ordinal")),
        "interval": _known(krippendorff_alpha(units, "interval")),
    }


def _told(interval: Interval) -> dict[str, float | None]:
    return dict(zip(("mean", "low", "high"), map(_known, interval), strict=True))


def _known(number: float) -> float | None:
    return round(number, 6) if np.isfinite(number) else None


def _lines(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Each answer with the number of its line."""
    (_, columns), *rows = read_csv(path, "check the file", _SAVED) or [(1, [])]
    columns = [column.strip() for column in filled(columns)]
    rows = [(number, filled(values, len(columns))) for number, values in rows]
    if sorted(columns) != sorted(COLUMNS):
        raise AttnpaintError(f"{path} does not begin with {','.join(COLUMNS)}", _SAVED)
    for number, values in rows:
        if len(values) != len(columns):
            raise AttnpaintError(f"{path} line {number} is cut short or has too much", _SAVED)
    return [(number, dict(zip(columns, values, strict=True))) for number, values in rows]


def _rating(row: dict[str, str], key: Key, where: str) -> Rating:
    picture, place, question, score = (row[column] for column in COLUMNS[1:])
    painter = key.places.get(picture, {}).get(place)
    if painter is None:
        what = f"place {place!r} of picture {picture!r}" if picture in key.places else f"picture {picture!r}"
        raise AttnpaintError(f"{where}: the key knows no {what}", "give the key of the same study")
    if question not in {each.name for each in QUESTIONS}:
        raise AttnpaintError(f"{where}: there is no question {question!r}", _SAVED)
    if score not in {"0", "1", "2", "3", "4", "5"}:
        raise AttnpaintError(f"{where}: the score {score!r} is not 0, 1, 2, 3, 4 or 5", _SAVED)
    if not row["rater"].strip():
        raise AttnpaintError(f"{where}: no rater is named", "write a name in the column rater")
    return Rating(row["rater"].strip(), picture, painter, question, int(score))
