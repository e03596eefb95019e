"""The command line: `supportbot ask | search | import | index | eval | tune | serve | …`.

Answers go to standard output, notes and errors to standard error. Exit status: 0 success, 1 failure, 2 bad input.
"""

import os
import sys

from supportbot.errors import SupportBotError

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its status."""
    # One thread: numpy's products are small here, and idle BLAS threads spin, which doubled the time of an encoding.
    # Set before numpy is imported; worker processes inherit it. Programs that import supportbot decide themselves.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "replace")
    # In a locale that is not UTF-8, Python decodes arguments with surrogates: decode them as UTF-8 instead.
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
    except BrokenPipeError:  # the reader of the output is gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
