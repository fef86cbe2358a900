"""The core decides without a framework: it can be read, tested and reused where there is no Django."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FRAMEWORKS = ("django", "rest_framework", "celery", "django_fsm")


def test_no_core_module_loads_a_framework() -> None:
    modules = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in sorted(ROOT.glob("apps/*/core/*.py"))
        if file.name != "__init__.py"
    ]
    modules += ["apps.kernel.canonical", "apps.kernel.conditions", "apps.kernel.kinds"]
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print([name for name in {FRAMEWORKS!r} if name in sys.modules])\n"
    )

    printed = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (printed.stdout.strip(), printed.stderr) == ("[]", "")
