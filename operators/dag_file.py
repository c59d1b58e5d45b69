"""The text of a published workflow's DAG file."""

from pprint import pformat

from media_ai.catalog.publications import Publication

TEXT_VERSION = 1
"""Raised when the text changes, so that files of an older installation are written anew."""

_TEXT = '''"""Generated from version {number} of the workflow {slug!r}. Change it on the canvas or with `media-ai workflow`."""
# airflow looks for its name and the word dag before it parses a file

from operators.dag import build_dag

plan = {plan}

dag = build_dag(plan{arguments})
'''


def dag_file_text(publication: Publication) -> str:
    """Return a Python file with the plan as a literal, readable in Airflow's Code tab."""
    return _TEXT.format(
        number=publication.number,
        slug=publication.slug,
        plan=pformat(publication.plan, width=110, sort_dicts=False),
        arguments=", is_unpublished=True" if publication.kind == "tombstone" else "",
    )
