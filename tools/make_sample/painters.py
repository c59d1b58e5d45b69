"""Which function paints which scene of the storyboard."""

from __future__ import annotations

from tools.make_sample import figures, hive, nature, slides
from tools.make_sample.stage import Builder

PAINTERS: dict[str, Builder] = {
    "title": slides.title,
    "meadow": nature.meadow,
    "roles": slides.roles,
    "comb": hive.comb,
    "jobs": slides.jobs,
    "dance_title": slides.dance_title,
    "dance": hive.dance,
    "map": figures.chart_map,
    "flower": nature.pollination,
    "harvest": figures.harvest,
    "help": slides.help_bees,
    "closing": nature.evening,
}
