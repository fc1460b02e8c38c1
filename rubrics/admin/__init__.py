"""Where leads write their projects' rubrics."""

from rubrics.admin.rubrics import RubricAdmin
from rubrics.admin.versions import RubricVersionAdmin, last_writer, preview_of, version_url

__all__ = ["RubricAdmin", "RubricVersionAdmin", "last_writer", "preview_of", "version_url"]
