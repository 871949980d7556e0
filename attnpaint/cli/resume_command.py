"""The call that goes on where this one was stopped."""

import shlex

import typer


def resume_command(context: typer.Context) -> str:
    """This command with its arguments, then its options, as given; what is so by default is not said."""
    words = context.command_path.split()
    for parameter in sorted(context.command.params, key=lambda one: one.param_type_name):  # arguments first
        value = context.params[parameter.name]
        if value == parameter.default or value in (None, [], ()):
            continue
        flag = [max(parameter.opts, key=len)] if parameter.param_type_name == "option" else []
        if isinstance(value, bool):
            words += flag if value else parameter.secondary_opts
        else:
            for one in value if isinstance(value, list | tuple) else [value]:
                words += [*flag, str(one)]
    return shlex.join(words)
