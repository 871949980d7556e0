"""Which pictures of the endless stream a process draws, and in which order."""

from collections.abc import Iterator

from torch.utils.data import Sampler

from attnpaint.errors import UsageError


def piece_of(size: int, parts: int, processes: int) -> int:
    """How many pictures of a batch a process has in each part; UsageError where they are not equally many."""
    pieces = parts * processes
    if size % pieces:
        problem = f"a batch of {size} cannot be taken in {parts} parts by {processes} processes"
        raise UsageError(problem, f"give --set data.batch_size={(size // pieces + 1) * pieces}")
    return size // pieces


class ShareSampler(Sampler[int]):
    """The pictures of steps `first` to `last` - 1 that are one process's share, part by part."""

    def __init__(self, size: int, first: int, last: int, parts: int, share: tuple[int, int]) -> None:
        self.count = piece_of(size, parts, share[1])
        self.pieces = range(first * parts, last * parts)
        self.stride, self.offset = size // parts, share[0] * self.count

    def __iter__(self) -> Iterator[int]:
        for piece in self.pieces:
            begin = piece * self.stride + self.offset
            yield from range(begin, begin + self.count)

    def __len__(self) -> int:
        return len(self.pieces) * self.count
