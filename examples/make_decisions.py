"""Make decisions.csv, the decisions of the example, and improvements.csv, what came of them.

Every decision is invented, and every text about one begins with "Invented example". The councils
are real, but what the files say of them is drawn by lot and says nothing about them. Only a few
headline figures were published, for England, for two types of council and for three councils;
TOTALS and PUBLISHED were chosen to meet them.

    python make_decisions.py [OUTPUT]

reads authorities.csv beside this script and writes decisions.csv beside it, or OUTPUT, and
improvements.csv into the same folder. The lot rests on random() alone, which draws the same from
one seed in every version of Python.
"""

import csv
import sys
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
SEED = 2020

BEFORE = (date(2019, 1, 1), date(2019, 3, 31))
YEAR = (date(2019, 4, 1), date(2020, 3, 31))
AFTER = (date(2020, 4, 1), date(2020, 7, 10))

COLUMNS = (
    "reference",
    "authority",
    "service_area",
    "decision_date",
    "decision",
    "satisfactory_remedy",
    "compliance_date",
    "compliance_outcome",
    "published",
    "summary",
    "link",
    "report",
)

# The kinds of row that the tables below count. The first nine are decided in the year.
KINDS = {
    "closed": "Closed after initial enquiries",
    "back": "Referred back for local resolution",
    "advice": "Advice given",
    "void": "Incomplete or invalid",
    "not": "Not upheld",
    "fixed": "Upheld",  # and the authority had put things right already
    "done": "Upheld",  # and complied with in the year
    "fail": "Upheld",  # and found in the year not to be complied with
    "open": "Upheld",  # and complied with after the year, or no outcome yet
    "prior": "Upheld",  # before the year, and complied with in the year
    "before": "",  # decided before the year, any decision; the outcome too, if there is one
    "after": "",  # the same after the year
}
# How often a row before or after the year is of which kind, in the order of KINDS.
USUAL = (35, 28, 4, 8, 10, 2, 9, 0, 4, 0, 0, 0)

# How many rows of each kind the authorities of one type have together. The published percentages
# hold with the bodies that are not compared and without them.
TOTALS = """
closed back advice void  not fixed done fail open prior before after
  1012  836    110  242  245    50  275    2  128    73    185   256  County Council
  1426 1178    155  341  495    81  234    3   87    63    255   353  District Council
  1150  950    125  275  264    59  330    2  145    88    211   291  Metropolitan Borough
  1012  836    110  242  316    63  298    2  121    80    191   265  Unitary Council
  1233 1018    134  295  298    78  408    3  173   109    233   321  London Borough
    55   46      6   13   24     2   10    0    4     2     10    14  Not compared
"""
# Published were Bromsgrove's figures, Bolsover's decisions and how many Birmingham had
# investigated and upheld. The rest of these lines is invented too.
PUBLISHED = """
closed back advice void  not fixed done fail open prior before after
     3    3      0    1    3     0    1    0    1     1      1     2  Bromsgrove District Council
     8    2      0    2    3     0    1    0    0     0      1     1  Bolsover District Council
   201  166     22   48   34     9   74    0   36    20     44    52  Birmingham City Council
     0    0      0    0    0     0    0    0    0     0      0     0  Council of the Isles of Scilly
"""
# The cases that a letter must get right and that chance may not bring. Which authority of the
# type gets which is drawn by lot, since a choice would look like an opinion.
SPECIAL = """
closed back advice void  not fixed done fail open prior before after
     0    0      0    0    0     0    0    0    0     0      0     0  District Council: none
     0    0      0    0    0     0    0    0    0     0      0     0  District Council: none
     0    0      0    0    0     0    0    0    0     0      0     0  National Park Authority: none
     0    0      0    0    0     0    0    0    0     0      3     4  District Council: other years
     0    0      0    0    0     0    0    0    0     0      6     1  District Council: other years
     5    3      0    1    0     0    0    0    0     0      1     0  District Council: no detail
     3    2      0    0    0     0    0    0    0     1      1     1  District Council: an outcome
     5    4      1    1    6     0    0    0    0     0      1     0  District Council: none upheld
     4    4      0    1    0     4    0    0    0     2      0     1  District Council: 100 %
     3    2      0    1    0     1    0    0    0     1      1     0  District Council: one of each
     6    5      1    1    2     0    0    1    1     0      1     2  District Council: 0 %
     5    4      0    1    1     1    0    0    1     0      0     1  District Council: no outcome
     6    6      1    1    7     0    1    0    0     0      1     1  District Council: 12.5 %
     7    6      1    1    3     1    3    0    1     1      2     1  District Council: 62.5 %
    37   31      4    9   10     2   11    2    5     3      7    10  London Borough: two fail
"""

# How busy an authority is, 100 being usual for its type; those not named get 60 to 140.
SIZES = {
    "Kent County Council": 220,
    "Essex County Council": 220,
    "Leeds City Council": 220,
    "Rutland County Council": 20,
    "City of London Corporation": 8,
    "Transport for London": 1500,
}

# One case against two authorities: the county's reference stands against the district as well.
JOINT = {
    "Canterbury City Council": "Kent County Council",
    "Chesterfield Borough Council": "Derbyshire County Council",
    "Guildford Borough Council": "Surrey County Council",
    "Ipswich Borough Council": "Suffolk County Council",
    "Norwich City Council": "Norfolk County Council",
    "Oxford City Council": "Oxfordshire County Council",
}

SERVICES = (
    "Adult care services",
    "Benefits and tax",
    "Corporate and other services",
    "Education and children's services",
    "Environment and public protection",
    "Highways and transport",
    "Housing",
    "Planning and development",
    "Other",
)
# How often which service is complained of, in the order of SERVICES.
SHARES = {
    "County Council": (36, 0, 4, 41, 2, 15, 0, 1, 1),
    "District Council": (0, 20, 6, 0, 16, 4, 22, 31, 1),
    "Metropolitan Borough": (19, 13, 6, 22, 11, 11, 9, 8, 1),
    "Unitary Council": (19, 13, 6, 22, 11, 11, 9, 8, 1),
    "London Borough": (19, 18, 6, 22, 11, 17, 26, 8, 1),
    "National Park Authority": (0, 0, 5, 0, 3, 0, 0, 92, 0),
    "Transport body": (0, 0, 3, 0, 0, 96, 0, 0, 1),
    "Combined Authority": (0, 0, 20, 0, 10, 70, 0, 0, 0),
}

# What an invented summary says that a complaint was about, in the order of SERVICES.
SUBJECTS = (
    ("how a care plan was reviewed", "charges for a care home", "a delay in arranging care"),
    ("how council tax was collected", "a decision on housing benefit"),
    ("how an earlier complaint was handled", "the sale of a piece of land"),
    ("delay in a child's assessment", "transport to school", "provision in an EHC plan"),
    ("noise from a workshop", "missed collections of waste", "a food inspection"),
    ("a parking penalty, and how it was pursued", "a pothole", "a blocked dropped kerb"),
    ("a housing application", "repairs to temporary accommodation", "help for a homeless family"),
    ("how a planning application was decided", "a lack of enforcement", "a neighbour's extension"),
    ("a request for records",),
)
FINDINGS = {
    "Upheld": ("There was fault and it caused injustice", "There was fault"),
    "Not upheld": ("There was no fault", "There was no fault and nothing to put right"),
}
IMPROVEMENTS = (
    "train staff to give reasons for their decisions",
    "review the procedure for complaints",
    "publish how long applicants have to wait",
    "check open cases for the same fault, and put right what is found",
    "remind staff of the time limits in law",
    "send letters that say how to appeal",
    "agree with partners who answers for what",
)
# What of an authority is always published, however the lot falls: letters are compared with it.
ALWAYS = "Bromsgrove District Council"


@dataclass
class Case:
    """One row of decisions.csv, and the date that its reference goes by."""

    authority: str
    service_area: str
    received: date
    decision_date: date
    decision: str
    satisfactory_remedy: str = ""
    compliance_date: date | None = None
    compliance_outcome: str = ""
    reference: str = ""
    published: str = ""
    summary: str = ""
    link: str = ""
    report: str = ""


@dataclass
class Improvement:
    """One row of improvements.csv."""

    reference: str
    authority: str
    improvement: str
    due: date
    completed: date | None


def parse(table: str) -> list[tuple[str, dict[str, int]]]:
    """Read one of the tables: whom a line is about, and how many rows of each kind."""
    kinds, *lines = table.strip().splitlines()
    rows = [line.split(maxsplit=len(KINDS)) for line in lines]
    return [(who, dict(zip(kinds.split(), map(int, counts), strict=True))) for *counts, who in rows]


def between(rng: Random, first: int, last: int) -> int:
    """Draw a whole number from `first` to `last`, both included."""
    return first + int(rng.random() * (last - first + 1))


def day_between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=between(rng, 0, (last - first).days))


def fixed_plans(rng: Random, types: dict[str, str]) -> dict[str, dict[str, int]]:
    """Say how many rows of each kind the authorities have that are not left to chance."""
    plans = dict(parse(PUBLISHED))
    names = sorted(types, key=lambda _: rng.random())
    for who, plan in parse(SPECIAL):
        type_ = who.partition(":")[0]
        free = (name for name in names if types[name] == type_ and name not in {*plans, *JOINT})
        plans[next(free)] = plan
    return plans


def deal(rng: Random, types: dict[str, str]) -> list[tuple[str, str]]:
    """Deal out the totals: an authority and a kind for every row of the file."""
    fixed = fixed_plans(rng, types)
    rows = [
        (name, kind) for name, plan in fixed.items() for kind in KINDS for _ in range(plan[kind])
    ]
    totals = dict(parse(TOTALS))
    groups = {name: type_ if type_ in totals else "Not compared" for name, type_ in types.items()}
    given = Counter((groups[name], kind) for name, kind in rows)
    for group in totals:
        rest = [name for name in types if groups[name] == group and name not in fixed]
        sizes = [SIZES.get(name) or between(rng, 60, 140) for name in rest]
        for kind, total in totals[group].items():
            # A little uneven for each kind, so that the rates differ from one to the next.
            weights = [size * between(rng, 70, 130) for size in sizes]
            dealt = rng.choices(rest, weights, k=total - given[group, kind])
            rows += [(name, kind) for name in dealt]
    return rows


def make_case(rng: Random, authority: str, type_: str, kind: str) -> Case:
    decided_in = {"prior": BEFORE, "before": BEFORE, "after": AFTER}.get(kind, YEAR)
    recorded_in = {"open": AFTER, "before": BEFORE, "after": AFTER}.get(kind, YEAR)
    if kind in ("before", "after"):
        kind = rng.choices(tuple(KINDS), USUAL)[0]
    decided = day_between(rng, *decided_in)
    # An investigation takes months, a first look weeks.
    days = (80, 340) if KINDS[kind] in ("Upheld", "Not upheld") else (3, 70)
    received = decided - timedelta(days=between(rng, *days))
    area = rng.choices(SERVICES, SHARES[type_])[0]
    case = Case(authority, area, received, decided, KINDS[kind])
    if kind == "fixed":
        case.satisfactory_remedy = "yes"
    elif case.decision == "Upheld":
        # A few are left blank, as they are in real files; a blank counts as no.
        case.satisfactory_remedy = "" if rng.random() < 0.018 else "no"
        first = max(decided, recorded_in[0])
        last = min(decided + timedelta(days=150), recorded_in[1])
        if first <= last and not (kind == "open" and rng.random() < 0.5):
            case.compliance_date = day_between(rng, first, last)
            case.compliance_outcome = "Complied late" if rng.random() < 0.08 else "Complied"
            if kind == "fail":
                case.compliance_outcome = "Not complied"
    return case


def number(cases: list[Case]) -> None:
    """Give out references in the order of receipt, as a register does."""
    used: Counter[int] = Counter()
    for case in sorted(cases, key=lambda case: case.received):
        year = case.received.year - (case.received.month < 4)
        used[year] += 1
        digits = f"{used[year]:06}"
        case.reference = f"{year % 100} {digits[:3]} {digits[3:]}"


def join(cases: list[Case]) -> None:
    """Make the district's case one with the county's, by its reference and its date."""
    found: dict[str, Case] = {}
    for case in cases:
        if case.decision == "Not upheld" and YEAR[0] <= case.decision_date <= YEAR[1]:
            found.setdefault(case.authority, case)
    for district, county in JOINT.items():
        found[district].reference = found[county].reference
        found[district].decision_date = found[county].decision_date


def publish(rng: Random, cases: list[Case]) -> None:
    """Publish most investigations, about half of them with a summary, and report on a few."""
    for case in cases:
        is_always = case.authority == ALWAYS or case.compliance_outcome == "Not complied"
        if case.decision not in FINDINGS or (rng.random() < 0.06 and not is_always):
            continue
        case.published = "yes"
        address = case.reference.replace(" ", "-")
        if rng.random() < 0.5 or is_always:
            subjects = SUBJECTS[SERVICES.index(case.service_area)]
            subject = subjects[between(rng, 0, len(subjects) - 1)]
            finding = FINDINGS[case.decision][between(rng, 0, 1)]
            case.summary = f"Invented example: a complaint about {subject}. {finding}."
            case.link = f"https://decisions.invalid/{address}"
        if case.decision == "Upheld" and (
            case.compliance_outcome == "Not complied" or rng.random() < 0.01
        ):
            case.report = f"https://reports.invalid/{address}"


def improve(rng: Random, cases: list[Case]) -> list[Improvement]:
    """Have authorities agree to improve something, and do it in time, late, or not yet."""
    found = []
    for case in cases:
        is_always = case.authority == ALWAYS
        if case.decision == "Upheld" and (rng.random() < 0.1 or is_always):
            text = IMPROVEMENTS[between(rng, 0, len(IMPROVEMENTS) - 1)]
            due = case.decision_date + timedelta(days=between(rng, 30, 180))
            done = due + timedelta(days=between(rng, -25, 6))
            is_open = done > AFTER[1] or rng.random() < 0.06
            improvement = f"Invented example: {text}"
            completed = None if is_open else done
            found.append(Improvement(case.reference, case.authority, improvement, due, completed))
    return found


def write(file: Path, columns: Collection[str], rows: Iterable[Case | Improvement]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(vars(row) for row in rows)


def main() -> None:
    rng = Random(SEED)
    with (HERE / "authorities.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["from"] <= YEAR[1].isoformat()]
    types = {row["name"]: row["type"] for row in rows}
    cases = [make_case(rng, name, types[name], kind) for name, kind in deal(rng, types)]
    number(cases)
    join(cases)
    cases.sort(key=lambda case: (case.decision_date, case.reference, case.authority))
    public = Random(SEED)  # the lot above falls as it did before there were summaries
    publish(public, cases)
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "decisions.csv"
    write(output, COLUMNS, cases)
    improvements = improve(public, cases)
    columns = [field.name for field in fields(Improvement)]
    write(output.with_name("improvements.csv"), columns, improvements)


if __name__ == "__main__":
    main()
