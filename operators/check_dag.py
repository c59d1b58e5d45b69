"""
Build and serialise a workflow's DAG exactly as the DAG processor will: `python -m operators.check_dag < plan.json`.

Run in a process of its own before anything is published; a workflow that cannot be built never reaches the scheduler.
Exit status 0 and the serialised size in bytes, or 1 and one sentence on standard error.
"""

import json
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Check the plan on standard input."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    from media_ai.catalog.publications import Publication
    from operators.dag_file import dag_file_text

    publication = Publication.model_validate_json(sys.stdin.read())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{publication.slug}.py"
        file.write_text(dag_file_text(publication), encoding="utf-8")
        bag = DagBag(dag_folder=str(file), safe_mode=False)
        if bag.import_errors:
            sys.stderr.write(next(iter(bag.import_errors.values())).strip().splitlines()[-1] + "\n")
            return 1
        size = len(json.dumps(DagSerialization.to_dict(bag.dags[publication.slug])))
    sys.stdout.write(f"{size}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
