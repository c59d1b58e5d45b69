"""The daily audit: Great Expectations over the facts of a day's results; what fails marks tasks for review."""

import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from media_ai.catalog import tables
from media_ai.catalog.database import Database
from media_ai.catalog.quality_audits import QualityAudits
from media_ai.catalog.result_facts import ResultFacts, Rows
from media_ai.catalog.results import RunKey
from media_ai.catalog.review_marks import AUDIT, ReviewMarks
from media_ai.media.loops import MOST_REPEATS, looping_phrase
from media_ai.media.words import guess_language

log = logging.getLogger(__name__)

_WINDOW = timedelta(hours=25)
"""Audits overlap a little, so that no task ends between two of them."""
_LEAST_SHARE = 0.5
_SLACK_S = 1.0
_FEWEST_LETTERS = 40
_TASK = ["dag_id", "run_id"]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """An expectation of Great Expectations, and which rule it stands for."""

    rule: str
    type: str
    fields: dict[str, Any]


_LINES = (
    Expected(rule="ordering", type="ExpectColumnValuesToBeBetween", fields={"column": "least_step_s", "min_value": 0}),
    Expected(
        rule="ordering", type="ExpectColumnValuesToBeBetween", fields={"column": "beyond_s", "max_value": _SLACK_S}
    ),
    Expected(rule="empty", type="ExpectColumnValuesToBeBetween", fields={"column": "blank", "max_value": 0}),
)
_LOOPS = Expected(
    rule="loops", type="ExpectColumnValuesToBeBetween", fields={"column": "longest_run", "max_value": MOST_REPEATS}
)
_TASKS = (
    Expected(rule="empty", type="ExpectColumnValuesToBeBetween", fields={"column": "entries", "min_value": 1}),
    Expected(rule="coverage", type="ExpectColumnValuesToBeBetween", fields={"column": "share", "min_value": _LEAST_SHARE}),
)  # fmt: skip
_SUMMARIES = (
    Expected(rule="empty", type="ExpectColumnValueLengthsToBeBetween", fields={"column": "text", "min_value": 1}),
    Expected(rule="loops", type="ExpectColumnValuesToBeNull", fields={"column": "loop"}),
    Expected(
        rule="language", type="ExpectColumnPairValuesToBeEqual",
        fields={"column_A": "found", "column_B": "wanted", "ignore_row_if": "either_value_is_missing"},
    ),
)  # fmt: skip


def audit(database: Database, *, now: datetime | None = None) -> dict[str, int]:
    """Look at the results of tasks that have ended in the last day, mark those that are not fit, and keep what was found."""
    since = (now or datetime.now(UTC)) - _WINDOW
    facts = ResultFacts(database, since)
    tasks = facts.tasks()
    reasons: dict[RunKey, list[str]] = {RunKey(dag_id=row["dag_id"], run_id=row["run_id"]): [] for row in tasks}
    found = []
    if tasks:
        validate = _validator()
        for table, rows, expectations in _looked_at(facts, tasks):
            for expected in expectations if rows else ():
                outcome, unfit = validate(rows, expected)
                found.append({"table": table, "rule": expected.rule, **outcome})
                for run in unfit & reasons.keys():
                    reasons[run].append(f"{table}, {expected.rule}: {outcome['expectation']}")
    marks = ReviewMarks(database)
    for run, why in reasons.items():
        marks.judge(run, AUDIT, why)
    QualityAudits(database).record(since=since, tasks=len(tasks), expectations=found)
    done = {"tasks": len(tasks), "unfit": sum(bool(why) for why in reasons.values())}
    log.info("%(tasks)d tasks were looked at, %(unfit)d need review", done)
    return done


def _looked_at(facts: ResultFacts, tasks: Rows) -> Iterator[tuple[str, Rows, tuple[Expected, ...]]]:
    yield "runs", tasks, _TASKS
    yield "segments", facts.lines(tables.segments, "text"), (*_LINES, _LOOPS)
    yield "chapters", facts.lines(tables.chapters, "title"), _LINES
    yield "text_regions", facts.lines(tables.text_regions, "text"), _LINES
    yield "summaries", [_told(row) for row in facts.summaries()], _SUMMARIES


def _told(row: dict[str, Any]) -> dict[str, Any]:
    text, wanted = row["text"].strip(), row["output_language"]
    is_ours = row["method"] == "generative" and wanted not in (None, "video")
    found = guess_language(text) if sum(map(str.isalpha, text)) >= _FEWEST_LETTERS else None
    return {
        **{name: row[name] for name in _TASK},
        "text": text,
        "loop": looping_phrase(text),
        "found": found,
        "wanted": wanted.partition("-")[0].lower() if is_ours else None,
    }


def _validator() -> Any:
    """Return a function that holds rows against an expectation: what came of it, and which tasks are not fit."""
    # It tells its makers about each use otherwise.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        # It imports a module of Python that is deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig
    import pandas as pd

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("results").add_dataframe_asset("facts")
    whole = asset.add_batch_definition_whole_dataframe("whole")
    formats = {"result_format": "COMPLETE", "unexpected_index_column_names": _TASK}

    def validate(rows: Rows, expected: Expected) -> tuple[dict[str, Any], set[RunKey]]:
        batch = whole.get_batch(batch_parameters={"dataframe": pd.DataFrame(rows)})
        result = batch.validate(getattr(gx.expectations, expected.type)(**expected.fields), result_format=formats)
        details = result.result
        unfit = {
            RunKey(dag_id=item["dag_id"], run_id=item["run_id"]) for item in details.get("unexpected_index_list") or ()
        }
        if result.exception_info and not result.success and not details:
            log.error("The expectation %s could not be held against the rows: %s", expected.type, result.exception_info)
        outcome = {
            "expectation": _words(expected), "ok": bool(result.success),
            "checked": len(rows), "unexpected": int(details.get("unexpected_count") or 0),
        }  # fmt: skip
        return outcome, unfit

    return validate


def _words(expected: Expected) -> str:
    return f"{expected.type}({', '.join(f'{name}={value!r}' for name, value in expected.fields.items())})"
