"""Hints, references and drafts: each reaches the network that asks for it, and no other."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from painting import dabs, drawing, knowing, recipe_of, saved
from safetensors.torch import save_file

from attnpaint.cli.app import main
from attnpaint.config import GeneratorConfig, GuideConfig, HintConfig, Recipe, RefineConfig
from attnpaint.data.hint_file import read_hints
from attnpaint.errors import AttnpaintError, PictureError, UsageError
from attnpaint.extract import measure
from attnpaint.images import read_picture, write_picture
from attnpaint.inference.colorizer import Colorizer
from attnpaint.model.backbone import StyleEncoder
from attnpaint.model.model_config import DEFAULT_MODEL, Requirements
from attnpaint.recipe_file import load_recipe, recipe_names

HINTED = recipe_of("chainer-unet", "hint-image")
MAPPED = recipe_of("swish-unet", "hint-map", width=3)
PLAIN = recipe_of("pix2pix-unet", "none")
DRAFT = recipe_of("double-conv-unet", "hint-image")
REFINE = recipe_of("double-conv-unet", "hint-image", "draft")
RED, BLUE = (230, 40, 30), (20, 60, 220)
HINTS = dabs(80, 120, (40, 40, RED), (40, 80, BLUE))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with sketch.png, hints.png and ref.png."""
    monkeypatch.chdir(tmp_path)
    write_picture("sketch.png", drawing())
    write_picture("hints.png", HINTS)
    write_picture("opaque.png", drawing())
    write_picture("ref.png", np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8))
    Path("note.png").write_text("no picture")
    return tmp_path


def test_each_hint_lies_where_it_was_painted_and_the_rest_is_white() -> None:
    colorizer = knowing((HINTED, lambda x: x[:, 1:4]))  # paints its hint image
    picture = colorizer.colorize(drawing(), hints=HINTS).picture.astype(int)
    assert np.abs(picture[36:44, 36:44] - RED).max() <= 6
    assert np.abs(picture[36:44, 76:84] - BLUE).max() <= 6
    assert (picture[20:28, 20:100] >= 250).all()
    assert (picture[11:13, 20:100] == 0).all()  # the lines stay


def test_a_hint_map_is_asked_a_quarter_as_fine_and_empty_without_hints() -> None:
    maps: list[torch.Tensor] = []

    def paint(x: torch.Tensor, hint: torch.Tensor) -> torch.Tensor:
        maps.append(hint)
        return x.expand(-1, 3, -1, -1)

    colorizer = knowing((MAPPED, paint))
    colorizer.colorize(drawing(), hints=HINTS)
    colorizer.colorize(drawing())
    given, empty = maps
    assert given.shape == empty.shape == (1, 4, 128, 128)
    assert (empty == 0).all()
    share = float(given[0, 3].mean())
    assert share == pytest.approx(2 * 16 * 16 / 120**2, rel=0.15)


def test_hints_of_another_size_are_resized_and_that_is_said() -> None:
    colorizer = knowing((HINTED, lambda x: x[:, 1:4]))
    double = np.repeat(np.repeat(HINTS, 2, 0), 2, 1)
    one, other = (colorizer.colorize(drawing(), hints=hints) for hints in (HINTS, double))
    assert (one.picture == other.picture).all()
    assert one.notes == ()
    assert "240×160 px, the drawing 120×80" in other.notes[0]
    assert "resized" in other.notes[0]


def test_the_draft_reaches_the_second_network_with_drawing_and_hints() -> None:
    seen: list[torch.Tensor] = []

    def refine(x: torch.Tensor) -> torch.Tensor:
        seen.append(x)
        return -x[:, 4:7]  # the draft's negative

    colorizer = knowing((DRAFT, lambda x: torch.full_like(x[:, 1:4], 0.5)), (REFINE, refine))
    coloring = colorizer.colorize(drawing(), hints=HINTS)
    assert seen[0].shape == (1, 7, 512, 512)
    square = coloring.canvas.drawing.square.astype(np.float32)
    assert np.array_equal(seen[0][:, :1].numpy(), (square / 127.5 - 1)[None, None])
    assert (coloring.canvas.maps.image == -0.5).all()
    assert coloring.notes == ()


def test_two_saved_stages_paint_one_after_the_other(tmp_path: Path) -> None:
    both = saved(tmp_path / "model", DRAFT)
    first = Colorizer.load(both, "cpu").colorize(drawing()).canvas.maps.image
    saved(both / "refine", REFINE)
    colorizer = Colorizer.load(tmp_path, "cpu")  # as a run's folder
    assert [recipe.name for recipe in colorizer.engine.recipes] == [DRAFT.name, REFINE.name]
    pictures = [colorizer.colorize(drawing(), hints=HINTS) for _ in range(2)]
    assert (pictures[0].picture == pictures[1].picture).all()
    assert not np.array_equal(pictures[0].canvas.maps.image, first)
    with pytest.raises(AttnpaintError, match="is the second stage of another model"):
        Colorizer.load(both / "refine", "cpu")


def test_a_model_that_lacks_its_second_stage_says_that_it_paints_drafts() -> None:
    alone = replace(DRAFT, refine=RefineConfig(steps=9))
    notes = knowing((alone, lambda x: x[:, 1:4])).colorize(drawing()).notes
    assert "this is its draft" in notes[0]


def test_a_model_that_always_had_hints_says_so_where_none_are_given() -> None:
    def notes(drop: float, *stages: Recipe, hints: bool = False) -> tuple[str, ...]:
        recipes = [replace(recipe, hints=HintConfig(drop=drop)) for recipe in stages]
        colorizer = knowing(*((recipe, lambda x: x[:, :1].expand(-1, 3, -1, -1)) for recipe in recipes))
        return colorizer.colorize(drawing(), hints=HINTS if hints else None).notes

    told = notes(0.0, HINTED)
    assert len(told) == 1
    assert "tiny chainer-unet learned to paint with hints, never without, and none are given" in told[0]
    assert len(notes(0.0, DRAFT, REFINE)) == 1
    assert notes(0.0, HINTED, hints=True) == notes(0.1, HINTED) == notes(0.0, PLAIN) == ()


@pytest.mark.parametrize(
    ("recipe", "hints", "reference", "says"),
    [
        (PLAIN, True, False, "cannot use hints: it paints from the drawing alone"),
        (recipe_of("attention-unet", "histogram"), True, True, "from the drawing and histogram"),
        (
            recipe_of("attention-unet", "histogram"),
            False,
            False,
            r"none is given; give a reference \(--ref\)",
        ),
    ],
)
def test_what_a_model_cannot_use_or_lacks_is_wrong_usage(
    recipe: Recipe, hints: bool, reference: bool, says: str
) -> None:
    colorizer = knowing((recipe, lambda x: x[:, :1].expand(-1, 3, -1, -1)))
    given = {"hints": HINTS if hints else None, "reference": drawing() if reference else None}
    with pytest.raises(UsageError, match=says) as caught:
        colorizer.colorize(drawing(), **given)
    if hints:
        assert "--model" not in caught.value.remedy  # also told to users of Python
        assert all(name in caught.value.remedy for name in ("sgru-hint", "auto-painter", "two-stage"))


def test_a_reference_that_is_not_needed_is_not_even_opened() -> None:
    coloring = knowing((PLAIN, lambda x: x.expand(-1, 3, -1, -1))).colorize(drawing(), "no such picture")
    assert coloring.histogram is None
    assert coloring.shares() == []
    assert coloring.attention().shape[2] == 3


def test_a_style_is_the_references_own_and_no_histogram_tells_it(narrow_vggs: None) -> None:
    recipe = recipe_of("double-conv-unet", "style")
    styles: list[torch.Tensor] = []

    def paint(x: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        styles.append(style)
        return x.expand(-1, 3, -1, -1)

    colorizer = knowing((recipe, paint))
    colorizer.engine.encoder = StyleEncoder("vgg19", "random")
    reference = drawing(300, 200)
    coloring = colorizer.colorize(drawing(), reference)
    expected = colorizer.engine.encoder(torch.from_numpy(reference).permute(2, 0, 1)[None] / 127.5 - 1)
    assert torch.allclose(styles[0], expected)
    assert coloring.histogram is None
    with pytest.raises(UsageError, match="no histogram tells; give the reference picture"):
        colorizer.colorize(drawing(), measure(reference))


def test_guide_weights_come_from_the_option_or_else_from_the_recipe(
    narrow_vggs: None, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    net = GeneratorConfig("double-conv-unet", ("style",), sketch_channels=1, width=2)
    recipe = Recipe("styled", generator=net, guide=GuideConfig(weights="gone.safetensors"))
    saved(workspace / "model", recipe)
    torch.manual_seed(1)
    state = {
        n: torch.randn_like(t) / 9
        for n, t in StyleEncoder("vgg19", "random").backbone.network.state_dict().items()
    }
    save_file(state, "vgg.safetensors")
    command = ["colorize", "sketch.png", "--ref", "ref.png", "--model", "model", "--device", "cpu"]
    capsys.readouterr()
    assert main(command) == 4
    said = capsys.readouterr().err
    assert (
        "the weights file gone.safetensors is not in this folder, and a model keeps only its name; " in said
    )
    assert "--guide-weights" in said
    assert said.count("\n") == 1
    assert main([*command, "--guide-weights", "vgg.safetensors", "-o", "a.png", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["takes"] == ["style"]
    assert main([*command, "--guide-weights", "random", "-o", "b.png"]) == 0
    assert "RANDOM" in capsys.readouterr().err
    assert read_picture("a.png").shape == read_picture("b.png").shape == (80, 120, 3)
    assert main(["attention", *command[1:], "--guide-weights", "vgg.safetensors", "-o", "maps"]) == 0
    assert "nothing to look at" in capsys.readouterr().err


def test_the_command_takes_hints_and_no_reference(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(workspace / "model", HINTED)
    command = ["colorize", "sketch.png", "--model", "model", "--device", "cpu"]
    assert main([*command, "--hints", "hints.png", "-o", "a.png", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["takes"], said["colors"], said["weights"]) == (["hint-image"], None, None)
    assert main([*command, "--hints", "hints.png", "--ref", "note.png", "-o", "b.png"]) == 0
    assert "takes no reference: note.png is not looked at" in capsys.readouterr().err
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()
    assert main([*command, "-o", "c.png"]) == 0
    assert Path("c.png").read_bytes() != Path("a.png").read_bytes()
    write_picture("half.png", dabs(40, 60, (20, 20, RED)))
    capsys.readouterr()
    assert main([*command, "--hints", "half.png"]) == 0
    assert "half.png is 60×40 px, the drawing 120×80: the hints were resized" in capsys.readouterr().err
    assert main(["attention", *command[1:], "--hints", "hints.png", "-o", "maps"]) == 0
    assert [path.name for path in Path("maps").iterdir()] == ["attention.png"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--hints", "opaque.png"], 1, "opaque.png has no transparent part"),
        (["--hints", "gone.png"], 1, "gone.png does not exist; give the path of a picture"),
        (["--hints", "note.png"], 1, "note.png is not a picture"),
        (["--hints", "hints.png", "-o", "hints.png"], 2, "would replace hints.png"),
        (["--hints", "hints.png", "--model", str(DEFAULT_MODEL), "--ref", "ref.png"], 2, "cannot use hints"),
    ],
)
def test_bad_hints_are_one_line(
    arguments: list[str], code: int, says: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(workspace / "model", HINTED)
    before = sorted(workspace.rglob("*"))
    assert main(["colorize", "sketch.png", "--model", "model", *arguments]) == code
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert says in said.err
    assert sorted(workspace.rglob("*")) == before


def test_what_the_model_needs_is_told_without_loading_torch(workspace: Path) -> None:
    code = "import sys; from attnpaint.cli.app import main; main(sys.argv[1:]); print('torch' in sys.modules)"
    for mistake in (
        [],
        ["--ref", "ref.png", "--hints", "hints.png"],
        ["--ref", "ref.png", "--variants", "9"],
    ):
        command = [sys.executable, "-c", code, "colorize", "sketch.png", *mistake]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout == "False\n", done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", recipe_names())
def test_needs_are_those_of_the_recipe(name: str) -> None:
    needs, net = Requirements.of([load_recipe(name)]), load_recipe(name).generator
    assert needs.hints == any(taken.startswith("hint") for taken in net.takes)
    assert needs.points == (name in ("attnpaint", "attnpaint-1"))
    assert needs.reference == bool({"histogram", "tokens", "style"} & {*net.takes})
    needs.check(needs.reference, needs.hints, net.variants)


SMALLER = {
    "attnpaint": ["generator.widths=[8,16]", "generator.token_width=16", "generator.region_width=32"],
    "attnpaint-1": ["generator.widths=[8,16]", "generator.token_width=16"],
    "style2paints-v1": ["generator.width=8", "guide.weights=random"],
}


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_is_saved_loaded_and_painted_with_alike(
    name: str, tmp_path: Path, narrow_vggs: None
) -> None:
    recipe = load_recipe(name, SMALLER.get(name, ["generator.width=3"]))
    folder = saved(tmp_path / "model", recipe)
    if recipe.refine.steps:
        net = replace(recipe.generator, conditioning=(*recipe.generator.conditioning, "draft"))
        saved(folder / "refine", replace(recipe, generator=net))
    reference = np.random.default_rng(1).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    pictures = []
    for _ in range(2):
        colorizer = Colorizer.load(folder, "cpu")
        hints = HINTS if colorizer.needs.hints else None
        pictures.append(colorizer.colorize(drawing(), reference, hints=hints))
    one, other = pictures
    assert one.picture.shape == (80, 120, 3)
    assert [a.tobytes() for a in one.variants] == [b.tobytes() for b in other.variants]
    assert len(one.variants) == recipe.generator.variants
    assert one.notes == ()
    assert one.attention().shape[2] == 3


def test_read_hints_may_be_given_as_they_are() -> None:
    colorizer = knowing((HINTED, lambda x: x[:, 1:4]))
    read = colorizer.colorize(drawing(), hints=read_hints(HINTS, 80, 120)).picture
    assert (read == colorizer.colorize(drawing(), hints=HINTS).picture).all()
    with pytest.raises(PictureError, match="no transparent part"):
        colorizer.colorize(drawing(), hints=drawing())
