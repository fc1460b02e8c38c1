"""The static files as production serves them: hashed names, in the imports of modules too."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    storage = {"BACKEND": "evalhub.static_storage.ModuleManifestStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_it_gives_every_module_its_hashed_name_wherever_it_is_imported(collected: Path) -> None:
    names = json.loads((collected / "staticfiles.json").read_text())["paths"]
    modules = [name for name in names if name.startswith("js/")]
    assert "js/main.js" in modules
    imports = 0
    for name in modules:
        module = collected / names[name]
        for target in IMPORT.findall(module.read_text()):
            path = (module.parent / target).resolve().relative_to(collected.resolve())
            assert str(path) in names.values(), f"{name} imports {target}"
            imports += 1
    assert imports > 10
