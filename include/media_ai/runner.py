"""Run a plan in this process, without Airflow."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from media_ai.errors import GraphError
from media_ai.execution import InputRefs, Services, StepResult, check_services, merge, run_step
from media_ai.graph.address import Issue, did_you_mean
from media_ai.graph.plan import ExecutionPlan, Step
from media_ai.model.run import RunInput
from media_ai.nodes import node_type

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class RunResult:
    """Every step's result, in the order in which they ran."""

    plan: ExecutionPlan
    steps: tuple[StepResult, ...]


def run_plan(
    plan: ExecutionPlan, *, run_input: RunInput, overrides: Mapping[str, Any] | None = None, services: Services
) -> RunResult:
    """
    Run the steps one after another.

    Raises:
        GraphError: `overrides` names a node or a field that does not exist, or a value out of its range.
        ConfigurationError: A step would lack the credentials of a service.
        MediaAIError: A step failed.
    """
    changes = dict(overrides or {})
    check_overrides(plan, changes)
    check_services(plan.steps, run_input, changes, services.access.credentials_of)
    done: dict[str, StepResult] = {}
    for step in plan.steps:
        done[step.id] = run_step(
            step,
            run_input=run_input,
            overrides=changes.get(step.id, {}),
            inputs=_arriving(step, done),
            services=services,
        )
    return RunResult(plan=plan, steps=tuple(done.values()))


def check_overrides(plan: ExecutionPlan, overrides: Mapping[str, Any]) -> None:
    """
    Refuse overrides that no node would understand, before anything runs.

    Raises:
        GraphError: Holds an issue for each node or field that is wrong.
    """
    steps = {step.id: step for step in plan.steps}
    issues: list[Issue] = []
    for name, changes in overrides.items():
        if name not in steps:
            issues.append(
                Issue(
                    code="unknown_node",
                    message=f"Overrides name node '{name}', which does not exist.{did_you_mean(name, steps)}",
                )
            )
        elif not isinstance(changes, Mapping):
            issues.append(
                Issue(
                    code="not_object", message=f"overrides must be an object of parameters, not {changes!r}.", node=name
                )
            )
        else:
            issues.extend(node_type(steps[name].type).params_issues(name, merge(steps[name].params, changes)))
    if issues:
        raise GraphError("The overrides cannot be used:", issues)


def _arriving(step: Step, done: Mapping[str, StepResult]) -> InputRefs:
    return {
        port: tuple(ref for source in sources if (ref := done[source.node].outputs[source.port]))
        for port, sources in step.inputs.items()
    }
