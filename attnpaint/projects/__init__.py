"""Project files, drawing.attnpaint: imported as attnpaint.projects. Needs no torch."""

from attnpaint.projects.file import SUFFIX, project_bytes, read_project, write_project
from attnpaint.projects.project import Fill, Marks, Model, Options, Project, Reference, RoleMark

__all__ = [
    "SUFFIX",
    "Fill",
    "Marks",
    "Model",
    "Options",
    "Project",
    "Reference",
    "RoleMark",
    "project_bytes",
    "read_project",
    "write_project",
]
