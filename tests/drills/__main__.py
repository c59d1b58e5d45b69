"""`python -m tests.drills backfill --videos 1000`: run a drill and print what was seen."""

import argparse
import json
import logging

from tests.drills import backfill, stops


def main() -> None:
    """Run the drill that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills", description=__doc__)
    kinds = parser.add_subparsers(dest="drill", required=True)
    fill = kinds.add_parser("backfill", help=backfill.__doc__)
    fill.add_argument("--videos", type=int, default=1000)
    fill.add_argument("--days", type=int, default=90)
    fill.add_argument("--seed", type=int, default=1)
    fill.add_argument("--executor", choices=tuple(backfill.PLACES), default="local")
    fill.add_argument("--every", type=float, nargs=2, default=(20.0, 90.0), metavar="SECONDS")
    fill.add_argument("--only", choices=("undisturbed", "disturbed"))
    stop = kinds.add_parser("stops", help=stops.__doc__)
    stop.add_argument("--tasks", type=int, default=100)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    for name in ("httpx", "media_ai", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.WARNING)
    if given.drill == "stops":
        print(json.dumps(stops.drill(tasks=given.tasks), indent=1))
    else:
        _backfills(given)


def _backfills(given: argparse.Namespace) -> None:
    """Backfill undisturbed and disturbed; compare."""
    seconds = {}
    for name in ("undisturbed", "disturbed"):
        if given.only in {None, name}:
            seen = backfill.drill(
                videos=given.videos,
                days=given.days,
                executor=given.executor,
                disturbed=name == "disturbed",
                seed=given.seed,
                every_s=tuple(given.every),
            )
            seconds[name] = seen["seconds"]
            print(name, json.dumps(seen, indent=1), flush=True)
    if len(seconds) == 2:
        print(
            f"throughput while disturbed: {seconds['undisturbed'] / seconds['disturbed']:.2f} x undisturbed (bar 0.8)"
        )


if __name__ == "__main__":
    main()
