"""What an evaluation was asked for, and how far it has come: what its folder's store holds."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attnpaint.errors import UsageError
from attnpaint.export.model_index import BASELINES as BASELINES


@dataclass(frozen=True)
class Setup:
    """What two runs must share for their numbers to be compared. pictures: as asked for.

    data: Selection.digest; painters: digests by name; weights: digests by the measure that needs them.
    """

    size: int
    pictures: int
    seed: int
    data: str
    painters: dict[str, str]
    weights: dict[str, str] = field(default_factory=dict)

    def refuse_other(self, before: "Setup", out: Path) -> None:
        """UsageError where `out` was begun with something else."""
        for name in ("size", "pictures", "seed"):
            was, wanted = getattr(before, name), getattr(self, name)
            if was != wanted:
                problem = f"{out} was begun with --{name} {was}, not --{name} {wanted}"
                raise UsageError(problem, "give the same options, or another --out")
        for name in sorted(before.weights.keys() | self.weights.keys()):
            was, wanted = before.weights.get(name), self.weights.get(name)
            if was != wanted:
                how = "with other" if was and wanted else "with" if was else "without"
                problem = f"{out} was begun {how} --{name}-weights"
                raise UsageError(problem, "give the same options, or another --out")
        if before.data != self.data:
            raise UsageError(f"{out} was begun with other pictures", "give another --out")
        if before.painters.keys() != self.painters.keys():
            problem = f"{out} was begun with {', '.join(before.painters)}, not {', '.join(self.painters)}"
            raise UsageError(problem, "give the same models, or another --out")
        for name, digest in self.painters.items():
            if before.painters[name] != digest:
                problem = f"{out} was begun with another {name}: the model or --finish has changed"
                raise UsageError(problem, "give another --out")


@dataclass
class Progress:
    """done: pictures judged or skipped; bytes: of records.jsonl that belong to them, and their checksum.

    features: rows of them; skipped: why, by name. distributions: states by painter and protocol.
    """

    done: int = 0
    bytes: int = 0
    checksum: int = 0
    features: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    distributions: dict[str, dict[str, Any]] = field(default_factory=dict)
