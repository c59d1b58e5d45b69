"""The roles of the product, by the names that Airflow knows them by."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody who is invited may become; what each may do is in operators/members/roles.py."""

    ADMIN = "Media Admin"
    MEMBER = "Media Member"
    VIEWER = "Media Viewer"


OWNER = "Admin"
"""Airflow's own role of those who may do everything: the account of the command line, and the first person."""


def is_product_role(name: str) -> bool:
    """Tell whether a role is one of the product's."""
    return name in set(Role)


def may_invite(roles: tuple[str, ...]) -> bool:
    """Tell whether somebody with these roles keeps the doors."""
    return OWNER in roles or Role.ADMIN in roles
