"""Pages as programs: their ``sh`` blocks are run in one shell, and a ``text`` block after one is what it must print.

In such a text ``…`` stands for anything within a line, and alone on a line for any number of lines. ``shell`` blocks
are for people only.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$\n*", re.MULTILINE | re.DOTALL)
MARK = "=== end of block"
PATIENCE_SECONDS = 240


@dataclass(frozen=True)
class Block:
    """What a reader types, and what the page says they will see (None: the page does not say)."""

    line: int
    typed: str
    printed: str | None


def blocks_of(page: Path) -> list[Block]:
    """The blocks of a page that are run, in their order."""
    text = page.read_text()
    found: list[Block] = []
    end_of_last = -1
    for fence in FENCE.finditer(text):
        language, body = fence.groups()
        if language == "sh":
            found.append(Block(text.count("\n", 0, fence.start()) + 1, body, None))
        elif language == "text" and fence.start() == end_of_last:
            found[-1] = Block(found[-1].line, found[-1].typed, body)
        end_of_last = fence.end() if language == "sh" else -1
    return found


def follow(page: Path, directory: Path, **variables: str) -> None:
    """Type the page from its top, in ``directory``. Fails at the first block that prints something else."""
    blocks = blocks_of(page)
    script = "set -eu\nexec 2>&1\n" + "".join(f"{block.typed}\necho '{MARK}'\n" for block in blocks)
    done = subprocess.run(
        ["bash"], input=script, text=True, capture_output=True, cwd=directory, env=_environment(variables),
        timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    outputs = done.stdout.split(f"{MARK}\n")
    for block, output in zip(blocks, outputs, strict=False):
        where = f"{page.relative_to(ROOT)}:{block.line}"
        if block.printed is not None:
            assert _pattern(block.printed).fullmatch(output), (
                f"{where} prints\n{output}\nand the page says\n{block.printed}"
            )
    assert done.returncode == 0, f"{page.relative_to(ROOT)} stops after block {len(outputs) - 1}:\n{outputs[-1]}"


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **variables, "LC_ALL": "C.UTF-8"}


def _pattern(printed: str) -> re.Pattern[str]:
    lines = [
        r"(?:.*\n)*" if line == "…" else r".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in printed.splitlines()
    ]
    return re.compile("".join(lines))
