"""The operator that restarts the tasks of a cause step by step; while a step is under way no process waits."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.definitions.context import Context
from airflow.sdk.exceptions import AirflowFailException
from airflow.triggers.base import BaseTrigger, TriggerEvent

from media_ai.errors import MediaAIError
from media_ai.tasks.ramp import Ramp, Step
from operators.failing import failing_fast

log = logging.getLogger(__name__)

_POLL_S = 2.0


class RampOperator(BaseOperator):
    """Restarts the tasks that failed for the cause of its run's params; it ends when none is left or too many fail again."""

    ui_color = "#fdf3e1"

    def execute(self, context: Context) -> dict[str, int]:
        """Begin with the first step."""
        begun = datetime.now(UTC).isoformat()
        return self._go(Step(size=context["params"]["first"], begun=begun), context)

    def go_on(self, context: Context, event: dict[str, Any]) -> dict[str, int]:
        """Judge the step that is over; go on with the next."""
        ramp = ramp_of(context["params"])
        with failing_fast():
            step, is_well = ramp.judged(step_of(event["step"]))
        if not is_well:
            raise AirflowFailException(
                f"Of {len(step.last)} tasks that were restarted, most failed again for the same cause; "
                f"{ramp.left()} are left as they are. Mend the cause, and restart it again."
            )
        return self._go(step, context)

    def _go(self, step: Step, context: Context) -> dict[str, int]:
        params = context["params"]
        with failing_fast():
            step = ramp_of(params).go(step, by=params["by"] or context["dag_run"].triggering_user_name or "")
        if step.last:
            self._wait(step, dict(params))
        return {"restarted": step.restarted, "failed_again": step.failed_again}

    def _wait(self, step: Step, params: dict[str, Any]) -> NoReturn:
        self.log.info("Restarted %d tasks, %d so far", len(step.last), step.restarted)
        self.defer(trigger=StepTrigger(params=params, step=asdict(step)), method_name="go_on")


class StepTrigger(BaseTrigger):
    """Waits until it is known of each task of a step whether it got past what it failed at."""

    def __init__(self, *, params: dict[str, Any], step: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow's
        self._params = params
        self._step = step

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what another process needs to go on."""
        return "operators.ramp.StepTrigger", {"params": self._params, "step": self._step}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield one event."""
        while not await asyncio.to_thread(self._is_over):
            await asyncio.sleep(_POLL_S)
        yield TriggerEvent({"step": self._step})  # type: ignore[no-untyped-call]

    def _is_over(self) -> bool:
        try:
            return ramp_of(self._params).is_settled(step_of(self._step))
        except MediaAIError as exc:
            log.warning("%s", exc.message)
            return False


def ramp_of(params: dict[str, Any]) -> Ramp:
    """Return the ramp that a run's params name."""
    from media_ai.catalog.results import RunKey
    from operators.start_run import start_run
    from operators.worker import catalog

    def restart(run: RunKey) -> None:
        start_run(run, {}, True)

    return Ramp(catalog(), params["cause"], restart, workflows=params["workflows"])


def step_of(data: dict[str, Any]) -> Step:
    """Return a step that went through JSON."""
    return Step(**{**data, "last": tuple((dag_id, run_id) for dag_id, run_id in data["last"])})
