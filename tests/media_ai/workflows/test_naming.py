"""Slugs for people who give none."""

import re

import pytest

from media_ai.workflows.naming import free_slug

SLUG = re.compile(r"[a-z][a-z0-9_-]{0,63}")


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ad frames", "ad-frames"),
        ("  Обзор: Été 2024! ", "ete-2024"),
        ("3 things", "workflow-3-things"),
        ("a", "a"),
        ("x" * 200, "x" * 59),
    ],
)
def test_a_slug_reads_like_the_name(name, slug):
    """In the letters that a slug may have."""
    assert free_slug(name, []) == slug
    assert SLUG.fullmatch(slug)


@pytest.mark.parametrize("name", ["外滩", "", "---", "\ud800", "🎬" * 100])
def test_a_name_without_such_letters_gets_a_random_one(name):
    """A different one each time."""
    made = {free_slug(name, []) for _ in range(5)}
    assert len(made) == 5
    assert all(SLUG.fullmatch(slug) and slug.startswith("workflow-") for slug in made)


def test_a_slug_that_is_taken_gets_a_number():
    """The first that is free."""
    assert free_slug("Ad frames", ["ad-frames", "ad-frames-2", "other"]) == "ad-frames-3"
