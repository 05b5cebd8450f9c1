"""The fault run: a newsroom at work while everything around it fails, and what is left of it in the end.

`python -m tests.faults.run [--database postgresql|sqlite] [--comments 10000] [--faults 50] [--watch 120] [--write]`

Afterwards `tests.faults.stale` watches for as many seconds what readers get while everything changes.
"""

import argparse
import json
import random
import secrets
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.faults.cluster import needed_programs
from tests.faults.ledger import DONE, Ledger
from tests.faults.machine import ANYWHERE, OF_POSTGRESQL, Fault, Machine, machine
from tests.faults.reporting import Plan, Report, table, table_of_watching, write
from tests.faults.serving import manage
from tests.faults.staff import Editor, Moderator
from tests.faults.stale import watch
from tests.faults.truth import Seen, Truth, read_seen, stale
from tests.faults.world import Story, World, in_threads, readers_at
from tests.faults.writers import Writer

WRITERS, MODERATORS, EDITORS, STORIES, READERS = 8, 4, 2, 6, 2
DRAINED_WITHIN = 900.0
Say = Callable[[str], None]


def run(plan: Plan, folder: Path, say: Say) -> Report:
    """Runs it in an empty folder, where its logs, ledger and mails stay."""
    report, began = Report(plan), time.monotonic()
    say(
        f"{plan.comments} comments and {plan.faults} faults on {plan.database}, seed {plan.seed}, in {folder}"
    )
    with machine(folder, needed_programs() if plan.database == "postgresql" else None) as computer:
        _at_work(plan, folder, computer, report, say)
    report.seconds = time.monotonic() - began
    return report


def _at_work(plan: Plan, folder: Path, computer: Machine, report: Report, say: Say) -> None:
    made = computer.inside.ask(
        "prepare", stories=STORIES, readers=WRITERS // 2, moderators=MODERATORS, editors=EDITORS
    )
    computer.start()
    stories = [Story(**one) for one in made["stories"]]
    world = World(
        computer.server.port, stories, made["policy"], Ledger(), Truth(), computer.mail, plan.comments
    )
    writers = _writers(world, plan, made["readers"])
    staff = _staff(world, plan, made)
    say("the newsroom is up")
    with readers_at(world, plan.seed, folder, count=READERS, pause=0.1) as seen:
        _work_and_fail(plan, computer, world, report, say, writers, staff)
    _judge(computer, world, folder, report, seen)


def _work_and_fail(
    plan: Plan,
    computer: Machine,
    world: World,
    report: Report,
    say: Say,
    writers: list[Writer],
    staff: list[Moderator | Editor],
) -> None:
    posting = in_threads([writer.run for writer in writers], world.ledger)
    working = in_threads([one.run for one in staff], world.ledger)
    _fail(plan, computer, world, report, say, posting)
    for thread in posting:
        thread.join()
    world.over.set()
    for thread in working:
        thread.join()
    say("all comments are sent; the backlog drains")
    _drain(computer, writers, say)


def _writers(world: World, plan: Plan, readers: list[dict[str, str]]) -> list[Writer]:
    guests = [Writer(world, number, plan.seed + number) for number in range(WRITERS - len(readers))]
    known = [
        Writer(world, 100 + number, plan.seed + 100 + number, **one) for number, one in enumerate(readers)
    ]
    return [*guests, *known]


def _staff(world: World, plan: Plan, made: dict[str, list[dict[str, str]]]) -> list[Moderator | Editor]:
    moderators = [
        Moderator(world, number, plan.seed + 200 + number, **one)
        for number, one in enumerate(made["moderators"])
    ]
    editors = [
        Editor(world, world.stories[number::EDITORS], plan.seed + 300 + number, session=one["session"])
        for number, one in enumerate(made["editors"])
    ]
    return [*moderators, *editors]


# --- faults


def _fail(
    plan: Plan,
    computer: Machine,
    world: World,
    report: Report,
    say: Say,
    posting: list[threading.Thread],
) -> None:
    """Each fault begins when its share of the comments is sent, or of the time has passed."""
    chance, began = random.Random(plan.seed), time.monotonic()
    for number, (name, fault) in enumerate(_in_order(plan, chance), start=1):
        while (
            plan.comments - world.left < plan.sent_by(number)
            and time.monotonic() - began < plan.begins(number)
            and any(thread.is_alive() for thread in posting)
        ):
            time.sleep(0.05)
        say(f"fault {number} of {plan.faults}: {name} ({plan.comments - max(world.left, 0)} comments sent)")
        fault(computer, chance)
        report.faults[name] += 1
    while (
        world.left > 0
        and time.monotonic() - began < plan.minutes * 60
        and any(thread.is_alive() for thread in posting)
    ):
        time.sleep(0.1)
    world.left = min(world.left, 0)


def _in_order(plan: Plan, chance: random.Random) -> list[tuple[str, Fault]]:
    """All kinds in turn, those of PostgreSQL first and twice as often; each later round in another order."""
    kinds = list(ANYWHERE.items())
    if plan.database == "postgresql":
        kinds = [*OF_POSTGRESQL.items(), *kinds, *OF_POSTGRESQL.items()]
    order = kinds.copy()
    while len(order) < plan.faults:
        order += chance.sample(kinds, len(kinds))
    return order[: plan.faults]


# --- afterwards


def _drain(computer: Machine, writers: list[Writer], say: Say) -> None:
    """Lets the worker do what is due, then moves the times of what is left, until nothing is."""
    until = time.monotonic() + DRAINED_WITHIN
    while time.monotonic() < until:
        for writer in writers:
            writer.confirm_what_arrived()
        left = computer.inside.ask("pending")
        if not left["due"]:
            if not left["jobs"] and not any(writer.unconfirmed for writer in writers):
                return
            computer.inside.ask("advance", minutes=5.5)
            say(
                f"five minutes and a half pass at once: {left['letters']} letters and {left['jobs']} jobs wait"
            )
        time.sleep(1)


def _judge(computer: Machine, world: World, folder: Path, report: Report, files: list[Path]) -> None:
    taken = computer.mail.times()
    world.ledger.write(folder / "ledger.json")
    world.truth.write(folder / "truth.json")
    mails = {message_id: [asdict(mail) for mail in many] for message_id, many in taken.items()}
    (folder / "mails.json").write_text(json.dumps(mails))
    report.wrong += world.ledger.wrong
    report.wrong += computer.inside.ask("check", folder=str(folder))
    report.wrong += [f"{name} ended by itself" for name in computer.ended_by_themselves]
    verified = manage(computer.environment, "verify_decisions")
    if verified.returncode:
        report.wrong.append(f"verify_decisions: {verified.stderr.strip()}")
    seen = list(read_seen(files))
    report.wrong += stale(seen, world.truth, world.threads)
    report.figures = _figures(world, taken, seen)


def _figures(world: World, taken: dict[str, list[object]], seen: list[Seen]) -> dict[str, int]:
    ledger = world.ledger
    unclear = sum(count for what, count in ledger.statuses.items() if what.endswith(("503", "no answer")))
    return {
        "comments acknowledged": sum(sent.told == DONE for sent in ledger.sent),
        "of them by guests who confirmed": sum(sent.confirmed == DONE for sent in ledger.sent),
        "decisions acknowledged": sum(acted.told == DONE for acted in ledger.acted) + len(ledger.decisions),
        "decisions taken back": sum(undone.told == DONE for undone in ledger.undone),
        "revisions acknowledged": sum(saved.told == DONE for saved in ledger.saved),
        "publications acknowledged": sum(one.told == DONE for one in ledger.published),
        "letters taken by the mail server": len(taken),
        "of them more than once": sum(len(many) > 1 for many in taken.values()),
        "answers that readers compared": len(seen),
        "of them sent without the database, and marked": sum(one.without_database for one in seen),
        "requests of writers and staff": sum(ledger.statuses.values()),
        "of them without a clear answer": unclear,
    }


# --- the command


def main() -> None:
    # Whoever ends it early leaves no server behind: the machine is taken down on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = _arguments()
    seed = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed
    databases = ["postgresql", "sqlite"] if asked.database == "both" else [asked.database]
    began = time.monotonic()

    def say(sentence: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {sentence}", flush=True)

    reports, watched = [], {}
    for database in databases:
        plan = Plan(database, asked.comments, asked.faults, seed, asked.minutes)
        reports.append(run(plan, _folder(), say))
        if asked.watch:
            watched[database] = watch(database, asked.watch, seed, _folder(), say)
    tables = [table(reports), *([table_of_watching(watched)] if watched else [])]
    print("\n\n".join(tables))
    wrong = [sentence for one in (*reports, *watched.values()) for sentence in one.wrong]
    for sentence in wrong:
        say(f"WRONG: {sentence}")
    if asked.write:
        write(tables)
    sys.exit(bool(wrong))


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="newsroom-faults-"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["postgresql", "sqlite", "both"], default="both")
    parser.add_argument("--comments", type=int, default=10_000)
    parser.add_argument("--faults", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="of writing, on each database")
    parser.add_argument(
        "--watch",
        type=float,
        default=120,
        metavar="SECONDS",
        help="of changes without faults under readers' eyes",
    )
    parser.add_argument("--seed", type=int, default=None, help="of an earlier run, to have it again")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/reliability.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
