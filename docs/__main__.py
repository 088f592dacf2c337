"""`python -m docs` writes the generated pages; with `--check` it only says which are not current."""

import argparse
import sys
from pathlib import Path

from docs.commands import commands_page
from docs.contract import contract_page
from docs.rules import rule_pages
from docs.settings import settings_page

HERE = Path(__file__).parent

PAGES = (("cli.md", commands_page), ("contract.md", contract_page), ("settings.md", settings_page), *rule_pages())
"""Generated pages: file name, and the function that gives the text."""


def stale_pages() -> list[str]:
    """Names of the pages whose text on disk is not what the code says."""
    return [name for name, page in PAGES if not (HERE / name).is_file() or (HERE / name).read_text("utf-8") != page()]


def main(arguments: list[str] | None = None) -> int:
    """Write the pages that are not current, or name them; exit status 1 where `--check` finds one."""
    parser = argparse.ArgumentParser(prog="python -m docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, exit with 1 if a page is not current")
    check = parser.parse_args(arguments).check
    stale = stale_pages()
    for name, page in PAGES:
        if name in stale and not check:
            (HERE / name).write_text(page(), "utf-8")
    for name in stale:
        sys.stdout.write(f"docs/{name}: {'is not current; run `make docs`' if check else 'written'}\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
