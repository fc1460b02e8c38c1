from django.db import migrations

from evalhub.triggers import guard

SENTENCE = "A published rubric version is never changed. Edit the next draft."

NOT_DRAFT = "(SELECT state FROM rubrics_rubricversion WHERE id = {row}.version_id) <> 'draft'"
LEVEL_NOT_DRAFT = (
    "(SELECT v.state FROM rubrics_rubricversion v JOIN rubrics_criterion c ON c.version_id = v.id"
    " WHERE c.id = {row}.criterion_id) <> 'draft'"
)
# The one change a published version may see: to retired, with all else as it was.
IS_RETIRING = (
    "OLD.state = 'published' AND NEW.state = 'retired' AND OLD.id = NEW.id"
    " AND OLD.rubric_id = NEW.rubric_id AND OLD.number = NEW.number"
    " AND OLD.instruction = NEW.instruction AND OLD.release_notes = NEW.release_notes"
    " AND OLD.created_at = NEW.created_at AND OLD.published_at = NEW.published_at"
    " AND coalesce(OLD.published_by_id, 0) = coalesce(NEW.published_by_id, 0)"
)


def guards(table: str, condition: str) -> list[migrations.RunPython]:
    new, old = condition.format(row="NEW"), condition.format(row="OLD")
    return [
        guard(table=table, event="INSERT", name=f"{table}_no_insert", sentence=SENTENCE, when=new),
        guard(
            table=table,
            event="UPDATE",
            name=f"{table}_no_update",
            sentence=SENTENCE,
            when=f"{old} OR {new}",
        ),
        guard(table=table, event="DELETE", name=f"{table}_no_delete", sentence=SENTENCE, when=old),
    ]


class Migration(migrations.Migration):
    dependencies = [("rubrics", "0001_initial")]

    operations = [
        guard(
            table="rubrics_rubricversion",
            event="UPDATE",
            name="rubrics_rubricversion_no_update",
            sentence=SENTENCE,
            when=f"OLD.state <> 'draft' AND NOT ({IS_RETIRING})",
        ),
        guard(
            table="rubrics_rubricversion",
            event="DELETE",
            name="rubrics_rubricversion_no_delete",
            sentence=SENTENCE,
            when="OLD.state <> 'draft'",
        ),
        *guards("rubrics_criterion", NOT_DRAFT),
        *guards("rubrics_level", LEVEL_NOT_DRAFT),
    ]
