"""Project files, drawing.attnpaint: imported as attnpaint.projects. Needs no torch."""

from attnpaint.projects.file import SUFFIX, project_bytes, read_project, write_project
from attnpaint.projects.project import Fill, Model, Options, Project, Reference, RoleMark

__all__ = [
    "SUFFIX",
    "Fill",
    "Model",
    "Options",
    "Project",
    "Reference",
    "RoleMark",
    "project_bytes",
    "read_project",
    "write_project",
]
