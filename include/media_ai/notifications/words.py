"""What notifications say: mails as text and HTML, and the sentence in webhooks, in English and Chinese."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from media_ai.members.mails import PRODUCT, Mail
from media_ai.model.notifications import Delivery, Event

Words = Literal["en", "zh"]
_LONGEST_SUBJECT = 150

_SENTENCES: dict[Words, dict[str, str]] = {
    "en": {
        Event.COMPLETED: "Task completed: {title}",
        Event.FAILED: "Task failed: {title}",
        Event.TERMINATED: "Task terminated: {title}",
        Event.WAITING: "Task waits for a review: {title}",
        Event.QUARANTINED: "Task in quarantine after {failures} failures: {title}",
        Event.BUDGET_NEAR: "Budget of {place} is used to {percent} %",
        Event.BUDGET_REACHED: "Budget of {place} is reached",
        Event.TEST: "Test of notifications",
    },
    "zh": {
        Event.COMPLETED: "任务已完成：{title}",
        Event.FAILED: "任务失败：{title}",
        Event.TERMINATED: "任务已终止：{title}",
        Event.WAITING: "任务等待人工审核：{title}",
        Event.QUARANTINED: "任务失败 {failures} 次，已隔离：{title}",
        Event.BUDGET_NEAR: "{place}的预算已使用 {percent}%",
        Event.BUDGET_REACHED: "{place}的预算已用完",
        Event.TEST: "通知测试",
    },
}
_PLACES: dict[Words, dict[str, str]] = {
    "en": {
        "task": "a task",
        "workflow": "a task of {workflow}",
        "source": "the source {source}",
        "month": "this month",
    },
    "zh": {"task": "一个任务", "workflow": "工作流“{workflow}”的单个任务", "source": "来源“{source}”", "month": "本月"},
}
_LABELS: dict[Words, dict[str, str]] = {
    "en": {
        "workflow": "Workflow", "task": "Task", "title": "Video", "owner": "Started by", "stopped_by": "Stopped by",
        "ended_at": "Ended", "cause": "Cause", "node": "Node", "amount": "Budget", "spent": "Spent", "at": "Time",
        "answer_by": "Answer by", "when_late": "Without an answer",
        "requested_by": "Requested by", "open": "Open the task", "open_question": "Open the question",
        "ending": "You are told because a rule of notifications names this address.",
    },
    "zh": {
        "workflow": "工作流", "task": "任务", "title": "视频", "owner": "创建人", "stopped_by": "终止人",
        "ended_at": "结束时间", "cause": "原因", "node": "节点", "amount": "预算", "spent": "已使用", "at": "时间",
        "answer_by": "回答期限", "when_late": "逾期未答时",
        "requested_by": "请求人", "open": "打开任务", "open_question": "打开问题",
        "ending": "您收到此通知，是因为通知规则中包含此地址。",
    },
}  # fmt: skip


def language_of(tag: str | None) -> Words:
    """Return the language of ours that is nearest to a tag."""
    return "zh" if (tag or "").lower().startswith("zh") else "en"


def sentence_of(event: str, data: Mapping[str, Any], language: Words) -> str:
    """Return what happened, in a line."""
    place = _PLACES[language].get(str(data.get("scope")), "")
    given = {
        "title": _line(data.get("name") or data.get("title") or data.get("task") or ""),
        "failures": data.get("failures", ""),
        "percent": data.get("percent", ""),
        # Filled one after the other: names are data, and nothing in them is read as a placeholder.
        "place": place.replace("{workflow}", str(data.get("workflow", ""))).replace(
            "{source}", str(data.get("source", ""))
        ),
    }
    return _SENTENCES[language][event].format(**given)[:_LONGEST_SUBJECT].rstrip()


def link_of(base: str, data: Mapping[str, Any]) -> str:
    """Return the address of a task or its question; empty for what is of no task, or if nobody has said where the server is."""
    workflow, task = str(data.get("workflow") or ""), str(data.get("task") or "")
    if not (base and workflow and task):
        return ""
    page = f"{base.rstrip('/')}/dags/{quote(workflow, safe='')}/runs/{quote(task, safe='')}"
    if question := data.get("question"):
        return f"{page}/tasks/{quote(question['node_id'], safe='')}/required_actions"
    return page


def mail_of(delivery: Delivery, *, to: str, language: Words, zone: ZoneInfo, base: str) -> Mail:
    """Return a delivery as a mail."""
    labels = _LABELS[language]
    subject = sentence_of(delivery.event, delivery.data, language)
    given = {
        "language": language,
        "product": PRODUCT,
        "subject": subject,
        "rows": [(labels[name], value) for name, value in _facts(delivery, zone)],
        "link": link_of(base, delivery.data),
        "open": labels["open_question" if "question" in delivery.data else "open"],
        "ending": labels["ending"],
    }
    text, html = (_templates().get_template(name).render(given) for name in ("mail.txt", "mail.html"))
    return Mail(to=to, subject=f"{PRODUCT}: {subject}", text=text, html=html)


def _facts(delivery: Delivery, zone: ZoneInfo) -> list[tuple[str, str]]:
    data = delivery.data
    cause, question = data.get("cause") or {}, data.get("question") or {}
    currency = data.get("currency", "")
    found = {
        "at": moment_of(delivery.occurred_at, zone),
        **{name: data.get(name) for name in ("workflow", "title", "task", "owner", "stopped_by")},
        "ended_at": _read(data.get("ended_at"), zone),
        "node": cause.get("node_id") or question.get("node_id"),
        "cause": cause.get("message"),
        "answer_by": _read(question.get("answer_by"), zone),
        "when_late": question.get("when_late"),
        "amount": f"{data['amount']} {currency}" if "amount" in data else None,
        "spent": f"{data['spent']} {currency}" if "spent" in data else None,
        "requested_by": data.get("requested_by"),
    }
    if found["ended_at"]:
        del found["at"]
    return [(name, str(value)) for name, value in found.items() if value not in (None, "")]


def _read(moment: str | None, zone: ZoneInfo) -> str | None:
    return moment_of(datetime.fromisoformat(moment), zone) if moment else None


def moment_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as people of a timezone read it, with the zone."""
    local = moment.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"


def _line(text: Any) -> str:
    """Return a text in one line: a subject has no others."""
    return " ".join(str(text).split())[:_LONGEST_SUBJECT]


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
