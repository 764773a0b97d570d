"""Make decisions.csv, the decisions of the example.

Every decision is invented. The councils are real, but what the file says of them is drawn by lot
and says nothing about them. Only a few headline figures were published, for England, for two
types of council and for three councils; TOTALS and PUBLISHED were chosen to meet them.

    python make_decisions.py [OUTPUT]

reads authorities.csv beside this script and writes decisions.csv beside it, or OUTPUT. The lot is
drawn from a fixed seed, in whole numbers only, so the file is the same on every machine.
"""

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple, TypeVar

T = TypeVar("T")

HERE = Path(__file__).resolve().parent
SEED = 2020

FILE_START = date(2018, 4, 3)
YEAR_START = date(2019, 4, 1)
YEAR_END = date(2020, 3, 31)
FILE_END = date(2020, 7, 10)
DAY_BEFORE = YEAR_START - timedelta(days=1)
DAY_AFTER = YEAR_END + timedelta(days=1)
DECIDED_BEFORE = 1500
DECIDED_AFTER = 1500

BANK_HOLIDAYS = frozenset(
    {
        *(date(2018, month, day) for month, day in ((5, 7), (5, 28), (8, 27), (12, 25), (12, 26))),
        *(date(2019, month, day) for month, day in ((1, 1), (4, 19), (4, 22), (5, 6), (5, 27))),
        *(date(2019, month, day) for month, day in ((8, 26), (12, 25), (12, 26))),
        *(date(2020, month, day) for month, day in ((1, 1), (4, 10), (4, 13), (5, 8), (5, 25))),
    }
)
COLUMNS = (
    "reference",
    "authority",
    "service_area",
    "decision_date",
    "decision",
    "satisfactory_remedy",
    "compliance_date",
    "compliance_outcome",
)


class Totals(NamedTuple):
    """What the authorities of one type come to together in the year.

    Chosen so that the published percentages hold, with the bodies not compared and without them.
    """

    decisions: int
    investigated: int
    upheld: int
    remedied: int
    outcomes: int
    failures: tuple[int, ...]  # outcomes not complied with, an authority each


NOT_COMPARED = "Not compared"
TOTALS = {
    "County Council": Totals(2900, 700, 455, 50, 350, (1, 1)),
    # A third district, among SPECIAL_DISTRICTS, has one failure too.
    "District Council": Totals(4000, 900, 405, 81, 300, (1, 1)),
    "Metropolitan Borough": Totals(3300, 800, 536, 59, 420, (1, 1)),
    "Unitary Council": Totals(3000, 800, 484, 63, 380, (1, 1)),
    "London Borough": Totals(3640, 960, 662, 78, 520, (2, 1)),
    NOT_COMPARED: Totals(160, 40, 16, 2, 12, ()),
}


@dataclass
class Plan:
    """What one authority comes to in the year."""

    other: int = 0  # decisions that are no detailed investigation
    investigated: int = 0
    upheld: int = 0
    remedied: int = 0
    current: int = 0  # compliance outcomes on decisions of the year
    carried: int = 0  # compliance outcomes on decisions of the year before
    failed: int = 0  # those of the outcomes that were not complied with
    silent: bool = False  # not one decision in the file, in any year

    @property
    def decisions(self) -> int:
        return self.other + self.investigated


# Bromsgrove's figures, Bolsover's decisions and Birmingham's first two figures of investigations
# were published. The rest, such as Birmingham's outcomes, is invented here too.
PUBLISHED = {
    "Bromsgrove District Council": Plan(7, 5, 2, 0, current=1, carried=1),
    "Bolsover District Council": Plan(12, 4, 1, 0, current=1),
    "Birmingham City Council": Plan(437, 153, 119, 9, current=74, carried=20),
}
BOLSOVER_OTHER = (
    ["Incomplete or invalid"] * 2
    + ["Closed after initial enquiries"] * 8
    + ["Referred back for local resolution"] * 2
)

# The cases that a letter must get right and that chance may not bring. Which district gets which
# is drawn by lot, since a choice would look like an opinion.
SPECIAL_DISTRICTS = (
    Plan(silent=True),
    Plan(silent=True),
    Plan(),  # no decision in the year, but some in the years beside it
    Plan(),
    Plan(other=3),
    Plan(other=6),
    Plan(other=9),
    Plan(other=5, carried=1),  # an outcome, but no investigation
    Plan(8, 3, 0),
    Plan(11, 6, 0),
    Plan(9, 4, 4, 4, carried=2),  # 100 % throughout
    Plan(6, 1, 1, 1, carried=1),  # one of everything
    Plan(13, 4, 2, 0, current=1, failed=1),  # 0 % but for the complaints upheld
    Plan(10, 3, 2, 1),  # upheld, but no outcome
    Plan(14, 8, 1, 0, current=1),  # 12.5 % upheld
)

# Roughly how busy an authority is, 100 being usual for its type; those not named get 60 to 140.
SIZES = {
    **dict.fromkeys(("Kent County Council", "Essex County Council"), 220),
    **dict.fromkeys(("Hampshire County Council", "Lancashire County Council"), 180),
    **dict.fromkeys(("Surrey County Council", "Hertfordshire County Council"), 180),
    **dict.fromkeys(("Leeds City Council", "Manchester City Council"), 220),
    **dict.fromkeys(("Liverpool City Council", "Sheffield City Council"), 200),
    **dict.fromkeys(("Bristol City Council", "Cornwall Council"), 250),
    **dict.fromkeys(("Durham County Council", "Wiltshire Council"), 200),
    **dict.fromkeys(("Leicester City Council", "Nottingham City Council"), 180),
    **dict.fromkeys(("Hartlepool Borough Council", "Darlington Borough Council"), 50),
    "Rutland County Council": 20,
    **dict.fromkeys(("London Borough of Croydon", "London Borough of Lambeth"), 180),
    **dict.fromkeys(("London Borough of Newham", "London Borough of Haringey"), 160),
    "City of London Corporation": 8,
    "Transport for London": 1500,
    "Greater Manchester Combined Authority": 160,
}

# One case against two authorities: the county's reference stands against the district as well.
# The first six pairs in which both have a case for it are used.
JOINT_CASES = 6
JOINT = {
    "Canterbury City Council": "Kent County Council",
    "Colchester Borough Council": "Essex County Council",
    "Chesterfield Borough Council": "Derbyshire County Council",
    "Exeter City Council": "Devon County Council",
    "Guildford Borough Council": "Surrey County Council",
    "Ipswich Borough Council": "Suffolk County Council",
    "Lancaster City Council": "Lancashire County Council",
    "Norwich City Council": "Norfolk County Council",
    "Oxford City Council": "Oxfordshire County Council",
}

ADULTS = "Adult care services"
BENEFITS = "Benefits and tax"
CORPORATE = "Corporate and other services"
EDUCATION = "Education and children's services"
ENVIRONMENT = "Environment and public protection"
HIGHWAYS = "Highways and transport"
HOUSING = "Housing"
PLANNING = "Planning and development"
OTHER = "Other"
ALL_SERVICES = {
    ADULTS: 19,
    BENEFITS: 13,
    CORPORATE: 6,
    EDUCATION: 22,
    ENVIRONMENT: 11,
    HIGHWAYS: 11,
    HOUSING: 9,
    PLANNING: 8,
    OTHER: 1,
}
AREAS = {
    "County Council": {
        ADULTS: 36,
        EDUCATION: 41,
        HIGHWAYS: 15,
        CORPORATE: 4,
        ENVIRONMENT: 2,
        PLANNING: 1,
        OTHER: 1,
    },
    "District Council": {
        PLANNING: 31,
        HOUSING: 22,
        BENEFITS: 20,
        ENVIRONMENT: 16,
        CORPORATE: 6,
        HIGHWAYS: 4,
        OTHER: 1,
    },
    "Metropolitan Borough": ALL_SERVICES,
    "Unitary Council": ALL_SERVICES,
    "London Borough": {**ALL_SERVICES, HOUSING: 26, HIGHWAYS: 17, BENEFITS: 18},
    "National Park Authority": {PLANNING: 92, CORPORATE: 5, ENVIRONMENT: 3},
    "Transport body": {HIGHWAYS: 96, CORPORATE: 3, OTHER: 1},
    "Combined Authority": {HIGHWAYS: 70, CORPORATE: 20, ENVIRONMENT: 10},
}

UPHELD = "Upheld"
NOT_UPHELD = "Not upheld"
OTHER_DECISIONS = {
    "Closed after initial enquiries": 46,
    "Referred back for local resolution": 38,
    "Advice given": 5,
    "Incomplete or invalid": 11,
}
ALL_DECISIONS = {name: 75 * share for name, share in OTHER_DECISIONS.items()}
ALL_DECISIONS |= {UPHELD: 1500, NOT_UPHELD: 1000}


class Authority(NamedTuple):
    name: str
    type: str

    @property
    def group(self) -> str:
        return self.type if self.type in TOTALS else NOT_COMPARED


@dataclass
class Case:
    """One row of decisions.csv."""

    authority: str
    area: str
    received: date
    decided: date
    decision: str
    remedy: str = ""
    recorded: date | None = None
    outcome: str = ""
    reference: str = ""


def pick(rng: Random, weights: Sequence[int]) -> int:
    """Draw a place in `weights`, the heavier the likelier."""
    left = rng.randrange(sum(weights))
    for place, weight in enumerate(weights):
        if left < weight:
            return place
        left -= weight
    raise AssertionError("randrange stays below the sum of the weights")


def pick_name(rng: Random, weights: dict[str, int]) -> str:
    return list(weights)[pick(rng, list(weights.values()))]


def draw(rng: Random, things: Sequence[T], count: int) -> list[T]:
    """Draw `count` different things. Random.sample may change between versions; this does not."""
    left = list(things)
    return [left.pop(rng.randrange(len(left))) for _ in range(count)]


def chance(rng: Random, per_cent: int) -> bool:
    return rng.randrange(100) < per_cent


def deal(rng: Random, total: int, weights: Sequence[int]) -> list[int]:
    """Deal out `total` one by one, the heavier the more."""
    dealt = [0] * len(weights)
    for _ in range(total):
        dealt[pick(rng, weights)] += 1
    return dealt


def deal_within(rng: Random, total: int, room: Sequence[int]) -> list[int]:
    """Deal out `total`, nobody getting more than their room, and some readier to take than others.

    The readiness is what makes the rates differ from one authority to the next.
    """
    readiness = [rng.randrange(3, 9) for _ in room]
    left = list(room)
    for _ in range(total):
        weights = [ready * places for ready, places in zip(readiness, left, strict=True)]
        left[pick(rng, weights)] -= 1
    return [had - has for had, has in zip(room, left, strict=True)]


def plan_group(
    rng: Random, group: str, names: Sequence[str], fixed: dict[str, Plan]
) -> dict[str, Plan]:
    """Share the totals of one type among its authorities, round those that are fixed already."""
    totals = TOTALS[group]
    given = [fixed[name] for name in names if name in fixed]
    rest = [name for name in names if name not in fixed]
    sizes = [SIZES.get(name) or rng.randrange(60, 141) for name in rest]

    def remaining(total: int, field: str) -> int:
        taken: int = sum(getattr(plan, field) for plan in given)
        return total - taken

    def uneven() -> list[int]:
        return [size * rng.randrange(80, 121) for size in sizes]

    other = deal(rng, remaining(totals.decisions - totals.investigated, "other"), uneven())
    investigated = deal(rng, remaining(totals.investigated, "investigated"), uneven())
    upheld = deal_within(rng, remaining(totals.upheld, "upheld"), investigated)
    remedied = deal_within(rng, remaining(totals.remedied, "remedied"), upheld)
    # Where things had been put right already, there was nothing to recommend and to comply with.
    open_cases = [a - b for a, b in zip(upheld, remedied, strict=True)]
    carried_total = totals.outcomes * 21 // 100
    current_total = totals.outcomes - carried_total
    current = deal_within(rng, remaining(current_total, "current"), open_cases)
    carried = deal(rng, remaining(carried_total, "carried"), uneven())
    columns = zip(other, investigated, upheld, remedied, current, carried, strict=True)
    plans = {name: Plan(*row) for name, row in zip(rest, columns, strict=True)}
    enough = [plan for plan in plans.values() if plan.current + plan.carried > 2]
    losers = draw(rng, enough, len(totals.failures))
    for plan, failed in zip(losers, totals.failures, strict=True):
        plan.failed = failed
    return plans


def fixed_plans(rng: Random, authorities: Sequence[Authority]) -> dict[str, Plan]:
    """The plans that are not left to chance, though who gets them may be."""
    by_hand = {*PUBLISHED, *JOINT}
    districts = [
        a.name for a in authorities if a.type == "District Council" and a.name not in by_hand
    ]
    parks = [a.name for a in authorities if a.type == "National Park Authority"]
    lucky = draw(rng, districts, len(SPECIAL_DISTRICTS))
    return {
        **PUBLISHED,
        **dict(zip(lucky, SPECIAL_DISTRICTS, strict=True)),
        "Council of the Isles of Scilly": Plan(silent=True),
        draw(rng, parks, 1)[0]: Plan(silent=True),
    }


def make_plans(rng: Random, authorities: Sequence[Authority]) -> dict[str, Plan]:
    plans = fixed_plans(rng, authorities)
    for group in TOTALS:
        names = [authority.name for authority in authorities if authority.group == group]
        plans |= plan_group(rng, group, names, plans)
    return plans


def is_working_day(day: date) -> bool:
    # 31 March 2019 was a Sunday, but the last day before the year has to be in the file.
    return day == DAY_BEFORE or (day.weekday() < 5 and day not in BANK_HOLIDAYS)


def working_day(rng: Random, first: date, last: date) -> date:
    """Draw a working day from `first` to `last`, both included."""
    while True:
        day = first + timedelta(days=rng.randrange((last - first).days + 1))
        if is_working_day(day):
            return day


def day_before_year(rng: Random) -> date:
    """Draw a day of the year before, mostly from its last three months."""
    first = FILE_START if chance(rng, 15) else date(2019, 1, 2)
    return working_day(rng, first, DAY_BEFORE)


def new_case(rng: Random, authority: Authority, decision: str, decided: date) -> Case:
    # An investigation takes months, a first look weeks.
    shortest, longest = (80, 340) if decision in (UPHELD, NOT_UPHELD) else (3, 70)
    received = decided - timedelta(days=rng.randrange(shortest, longest + 1))
    area = pick_name(rng, AREAS[authority.type])
    case = Case(authority.name, area, received, decided, decision)
    if decision == UPHELD:
        # A few are left blank, as they are in real files; a blank counts as no.
        case.remedy = "" if rng.randrange(55) == 0 else "no"
    return case


def record(rng: Random, case: Case, day: date) -> None:
    case.recorded = day
    case.outcome = "Complied late" if chance(rng, 8) else "Complied"


def upheld_now(rng: Random, authority: Authority) -> Case:
    """A case upheld in the year, its outcome recorded in the year too."""
    while True:
        decided = working_day(rng, YEAR_START, YEAR_END)
        recorded = decided + timedelta(days=rng.randrange(7, 130))
        if recorded <= YEAR_END and is_working_day(recorded):
            break
    case = new_case(rng, authority, UPHELD, decided)
    record(rng, case, recorded)
    return case


def upheld_carried(rng: Random, authority: Authority) -> Case:
    """A case upheld in the year before, its outcome recorded in the year."""
    decided = working_day(rng, date(2018, 12, 3), DAY_BEFORE)
    case = new_case(rng, authority, UPHELD, decided)
    record(rng, case, working_day(rng, YEAR_START, decided + timedelta(days=150)))
    return case


def upheld_open(rng: Random, authority: Authority) -> Case:
    """A case upheld in the year, its outcome recorded after it or not at all."""
    if chance(rng, 60):
        return new_case(rng, authority, UPHELD, working_day(rng, YEAR_START, YEAR_END))
    recorded = working_day(rng, DAY_AFTER, FILE_END)
    first = max(recorded - timedelta(days=150), YEAR_START)
    case = new_case(rng, authority, UPHELD, working_day(rng, first, YEAR_END))
    record(rng, case, recorded)
    return case


def cases_of_plan(rng: Random, authority: Authority, plan: Plan) -> list[Case]:
    """The cases that make up one authority's figures of the year."""
    with_outcome = [upheld_now(rng, authority) for _ in range(plan.current)]
    with_outcome += [upheld_carried(rng, authority) for _ in range(plan.carried)]
    for case in with_outcome[: plan.failed]:
        case.outcome = "Not complied"
    left = plan.upheld - plan.remedied - plan.current
    cases = with_outcome + [upheld_open(rng, authority) for _ in range(left)]
    for _ in range(plan.remedied):
        case = new_case(rng, authority, UPHELD, working_day(rng, YEAR_START, YEAR_END))
        case.remedy = "yes"
        cases.append(case)
    decisions = [NOT_UPHELD] * (plan.investigated - plan.upheld)
    if authority.name.startswith("Bolsover"):
        decisions += BOLSOVER_OTHER
    else:
        decisions += [pick_name(rng, OTHER_DECISIONS) for _ in range(plan.other)]
    for decision in decisions:
        cases.append(new_case(rng, authority, decision, working_day(rng, YEAR_START, YEAR_END)))
    return cases


def cases_beside(rng: Random, authority: Authority, before: int, after: int) -> list[Case]:
    """Cases decided before and after the year, which must count in none of its figures."""
    days = [day_before_year(rng) for _ in range(before)]
    days += [working_day(rng, DAY_AFTER, FILE_END) for _ in range(after)]
    cases = [new_case(rng, authority, pick_name(rng, ALL_DECISIONS), day) for day in days]
    for case in cases:
        if case.decision != UPHELD:
            continue
        # An outcome of the year itself would upset the totals, so it stays on its own side.
        last = DAY_BEFORE if case.decided < YEAR_START else FILE_END
        if chance(rng, 15):
            case.remedy = "yes"
        elif chance(rng, 60):
            record(rng, case, working_day(rng, case.decided, last))
    return cases


def make_cases(rng: Random, authorities: Sequence[Authority], plans: dict[str, Plan]) -> list[Case]:
    # An authority without a decision in the year may well have some beside it.
    own = [plans[authority.name] for authority in authorities]
    weights = [0 if plan.silent else plan.decisions or 60 for plan in own]
    before = deal(rng, DECIDED_BEFORE - sum(plan.carried for plan in own), weights)
    after = deal(rng, DECIDED_AFTER, weights)
    cases: list[Case] = []
    for authority, plan, earlier, later in zip(authorities, own, before, after, strict=True):
        cases += cases_of_plan(rng, authority, plan)
        cases += cases_beside(rng, authority, earlier, later)
    return cases


def join_cases(cases: Sequence[Case]) -> list[tuple[Case, Case]]:
    """Make pairs of a county's case and a district's, received and decided on the same days."""
    found: dict[str, Case] = {}
    for case in cases:
        # A case with an outcome keeps its dates, since the outcome must not come before them.
        in_year = YEAR_START <= case.decided <= YEAR_END and not case.recorded
        if in_year and case.decision in (UPHELD, NOT_UPHELD):
            found.setdefault(case.authority, case)
    pairs = [
        (found[county], found[district])
        for district, county in JOINT.items()
        if county in found and district in found
    ][:JOINT_CASES]
    for case, other in pairs:
        other.received, other.decided = case.received, case.decided
    return pairs


def number_cases(rng: Random, cases: Sequence[Case]) -> None:
    """Give out references in the order of receipt, as a register does, with a few gaps."""
    last: dict[int, int] = {}
    # Drawn first, so that the cases of one day are not in the order of their authorities.
    for case in sorted(draw(rng, cases, len(cases)), key=lambda case: case.received):
        year = case.received.year - (case.received < date(case.received.year, 4, 1))
        # About 50 complaints a day come in, of which the file need not hold every one.
        usual = 50 * (case.received - date(year, 4, 1)).days
        last[year] = max(last.get(year, 0), usual) + rng.randrange(1, 3)
        digits = f"{year % 100:02}{last[year]:06}"
        case.reference = f"{digits[:2]} {digits[2:5]} {digits[5:]}"


def write_cases(path: Path, cases: Sequence[Case]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for case in sorted(cases, key=lambda c: (c.decided, c.reference, c.authority)):
            recorded = case.recorded.isoformat() if case.recorded else ""
            decided = case.decided.isoformat()
            row = [case.reference, case.authority, case.area, decided, case.decision]
            writer.writerow([*row, case.remedy, recorded, case.outcome])


def main() -> None:
    rng = Random(SEED)
    with (HERE / "authorities.csv").open(encoding="utf-8", newline="") as file:
        authorities = [Authority(row["name"], row["type"]) for row in csv.DictReader(file)]
    cases = make_cases(rng, authorities, make_plans(rng, authorities))
    pairs = join_cases(cases)
    number_cases(rng, cases)
    for case, other in pairs:
        other.reference = case.reference
    write_cases(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "decisions.csv", cases)


if __name__ == "__main__":
    main()
