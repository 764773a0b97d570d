"""ReportLab with its own settings, whatever the environment or the home folder of a user says.

It takes settings from variables RL_…, from two modules and from a file, while it is imported, and
the day of a document from SOURCE_DATE_EPOCH; the bytes of a letter depend on none of them. Whatever
imports ReportLab imports this before.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType

_MODULES = ("reportlab.local_rl_settings", "reportlab_settings")  # the second hides the file


def _import_with_its_own_settings() -> None:
    import reportlab  # noqa: F401  # the modules' parent

    variables = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("RL_")}
    sys.modules.update({name: ModuleType(name) for name in _MODULES})
    try:
        from reportlab import rl_config  # noqa: F401
    finally:
        os.environ.update(variables)
        for name in _MODULES:
            del sys.modules[name]


_import_with_its_own_settings()
