from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

UNUSED = "django_htmx/ext/"


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed file names, also inside the import lines of ES modules."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        """Hash the files in `paths`, but htmx's extensions: unused, and with bare imports."""
        used = {name: source for name, source in paths.items() if not name.startswith(UNUSED)}
        yield from super().post_process(used, *args, **options)
