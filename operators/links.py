"""Links from Airflow's pages to ours."""

from typing import Any
from urllib.parse import quote

from airflow.sdk import BaseOperatorLink


class ResultLink(BaseOperatorLink):
    """From a task to the result of its run."""

    name = "Result"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address of the run's result."""
        return result_path(ti_key.dag_id, ti_key.run_id)


def result_path(dag_id: str, run_id: str) -> str:
    """Return the path of a run's result on the web server."""
    return f"/media-ai/api/v1/tasks/{quote(dag_id, safe='')}/{quote(run_id, safe='')}/result"
