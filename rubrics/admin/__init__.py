"""Where leads write their projects' rubrics."""

from rubrics.admin.editing import last_writer, preview_of, version_url
from rubrics.admin.rubrics import RubricAdmin
from rubrics.admin.versions import RubricVersionAdmin

__all__ = ["RubricAdmin", "RubricVersionAdmin", "last_writer", "preview_of", "version_url"]
