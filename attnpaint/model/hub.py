"""A model of the Hugging Face Hub, fetched once and kept there. Needs no torch."""

import re
from pathlib import Path

from attnpaint.errors import AttnpaintError
from attnpaint.model.model_config import CONFIG, GRAPHS, REFINE, WEIGHTS, stages_in

SECOND = (f"{REFINE}/{CONFIG}", f"{REFINE}/{WEIGHTS}")
_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


def resolve(path_or_repo: str | Path, revision: str | None = None) -> Path:
    """The model folder that is meant: a folder that is there, else OWNER/NAME on the Hugging Face Hub.

    revision: branch, tag or commit; only for the Hub. What was fetched once is kept by huggingface_hub, in
    its cache, and found there without a network.
    Raises AttnpaintError where there is neither a folder nor such a name, huggingface_hub is not installed,
    the Hub cannot be reached and the cache has no copy, or it has no such model.
    """
    folder = Path(path_or_repo)
    if folder.is_dir():
        return stages_in(folder)[0]
    name = str(path_or_repo)
    if isinstance(path_or_repo, Path) or not _REPO.fullmatch(name):
        state = "is not a folder" if folder.exists() else "does not exist"
        raise AttnpaintError(f"{name} {state}", "give a model folder, or OWNER/NAME of a model on the Hub")
    try:
        import huggingface_hub
        from huggingface_hub import errors
    except ImportError:
        problem = f"there is no folder {name}, and huggingface_hub, to look on the Hub, is not installed"
        raise AttnpaintError(problem, 'pip install "attnpaint[hub]"') from None
    try:
        found = Path(
            huggingface_hub.snapshot_download(
                name, revision=revision, allow_patterns=[CONFIG, WEIGHTS, *GRAPHS, *SECOND]
            )
        )
    except errors.RevisionNotFoundError:
        raise AttnpaintError(f"{name} has no revision {revision}", "give a branch, tag or commit") from None
    except errors.GatedRepoError:
        remedy = "ask for it on its page, then log in: hf auth login"
        raise AttnpaintError(f"{name} is given only to those who ask for it", remedy) from None
    except errors.RepositoryNotFoundError:
        problem = f"the Hub has no model {name}, or it is a private one"
        raise AttnpaintError(problem, "check the name, or log in: hf auth login") from None
    except errors.LocalEntryNotFoundError:
        problem = f"the Hub cannot be reached, and no copy of {name} was fetched before"
        raise AttnpaintError(problem, "connect to the network once, or give a model folder") from None
    except (OSError, ValueError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__).rstrip(".")
        problem = f"{name} cannot be fetched from the Hub ({reason})"
        raise AttnpaintError(problem, "try again later, or give a model folder") from error
    for file in (CONFIG, WEIGHTS):
        if not (found / file).is_file():
            problem = f"{name} on the Hub is no model of attnpaint: {file} is missing"
            raise AttnpaintError(problem, f"give one that holds {CONFIG} and {WEIGHTS}")
    return found
