"""The command line: `supportbot import | index | ask | search | serve | eval | …`.

Answers go to standard output, everything else to standard error. Exit status: 0 done, 1 a failure, 2 bad input.
"""

import os
import sys

from supportbot.errors import SupportBotError

__all__ = ["main"]


def main() -> None:
    """Run the command line and leave the process with its exit status."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "replace")
    # A locale that is not UTF-8 must not take the characters out of a question.
    sys.argv[1:] = [os.fsencode(argument).decode("utf-8", "replace") for argument in sys.argv[1:]]
    from supportbot.cli.commands import app, debugging

    try:
        app()
    except SupportBotError as error:
        if debugging():
            raise
        print(f"supportbot: error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
