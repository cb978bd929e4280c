"""The launcher's command line: `python -m portal.launcher run`, `… with-services -- COMMAND`, `… environment`."""

import sys

from portal.launcher.home import CannotStart
from portal.launcher.run import print_environment, run, with_services

USAGE = """Usage: python -m portal.launcher run
       python -m portal.launcher with-services [--fresh] -- COMMAND [WORD …]
       python -m portal.launcher environment"""


def main(words: list[str]) -> int:
    """Do what was asked; a start that fails is told in a sentence, not in a traceback."""
    try:
        if words == ["run"]:
            return run()
        if words == ["environment"]:
            return print_environment()
        if words[:1] == ["with-services"] and "--" in words[1:-1]:
            options, command = words[1 : words.index("--")], words[words.index("--") + 1 :]
            if options in ([], ["--fresh"]):
                return with_services(command, fresh=options == ["--fresh"])
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    print(USAGE, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
