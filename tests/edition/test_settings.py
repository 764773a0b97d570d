from __future__ import annotations

import datetime

import pytest

from lgo_letters.edition.fields import contrast_with_white
from lgo_letters.edition.settings import Settings, read_settings
from lgo_letters.errors import Problem
from lgo_letters.toml_lines import read_toml
from tests.support.paths import EDITION

SHIPPED = (EDITION / "edition.toml").read_text(encoding="utf-8")


WRONG = ("count = \"**{{ number('satisfactory_remedies') }}**", 'count = 5 # "')


def change(*changes: tuple[str, str]) -> str:
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def line_of(words: str, text: str) -> int:
    assert text.count(words) == 1
    return text[: text.index(words)].count("\n") + 1


def read(text: str) -> tuple[Settings | None, list[Problem]]:
    tables, lines, problem = read_toml("edition.toml", text)
    return (None, [problem]) if problem is not None else read_settings(tables, lines)


def problems(text: str) -> list[Problem]:
    settings, found = read(text)
    assert settings is None
    assert found
    return found


def settings(text: str) -> Settings:
    read_whole, found = read(text)
    assert found == []
    assert read_whole is not None
    return read_whole


def test_the_shipped_settings_are_read() -> None:
    shipped = settings(SHIPPED)
    assert shipped.year == 2020
    assert shipped.letter.date == datetime.date(2020, 7, 22)
    assert shipped.letter.publication == datetime.date(2020, 7, 29)
    assert shipped.letter.masthead == ["Local Government &", "Social Care", "OMBUDSMAN"]
    assert shipped.signatory.name == "Michael King"
    assert shipped.averages.method == "pooled"
    assert [(type_.name, type_.body) for type_ in shipped.types if not type_.compared] == [
        ("National Park Authority", "Authority"),
        ("Transport body", "Authority"),
        ("Combined Authority", "Authority"),
    ]
    assert [kind.counts_as for kind in shipped.decisions] == [
        ["detailed_investigations", "upheld"],
        ["detailed_investigations"],
        *[[]] * 4,
    ]
    assert [(statistic.per, statistic.decimals) for statistic in shipped.statistics] == [
        (100, 0)
    ] * 3
    assert [panel.statistic for panel in shipped.panels] == ["upheld", "compliance", "remedy"]
    assert [panel.key for panel in shipped.panels] == [""] * 3
    assert shipped.panels[1].count is None


def test_an_edition_may_do_without_links_and_notes() -> None:
    start, end = SHIPPED.index("\n[links]"), SHIPPED.index("\n[averages]")
    without = settings(SHIPPED[:start] + SHIPPED[end:])
    assert without.links == {}
    assert without.panels[0].note is None


@pytest.mark.parametrize(
    ("old", "new", "setting", "value", "what_to_do"),
    [
        # dates
        ("\ndate = 2020-07-22", '\ndate = "2020-07-22"', "letter.date", "2020-07-22", "2020-07-22"),
        ("\ndate = 2020-07-22", "\ndate = 20200722", "letter.date", "20200722", "2020-07-22"),
        ("\ndate = 2020-07-22", '\ndate = "22 July"', "letter.date", "22 July", "2020-07-22"),
        (
            "\ndate = 2020-07-22",
            "\ndate = 2020-07-22T09:30:00",
            "letter.date",
            "2020-07-22 09:30:00",
            "write it as 2020-07-22",
        ),
        # types of value
        ("\nyear = 2020", '\nyear = "2020"', "year", "2020", "whole number"),
        ("\nyear = 2020", "\nyear = 2020.5", "year", "2020.5", "whole number"),
        ("\nyear = 2020", "\nyear = 1", "year", "1", "at least 2"),
        ('delivery = "By email"', "delivery = 5", "letter.delivery", "5", "quotation marks"),
        ('delivery = "By email"', "delivery = true", "letter.delivery", "True", "quotation marks"),
        ('delivery = "By email"', 'delivery = "a\\nb"', "letter.delivery", "a\nb", "one line"),
        ('delivery = "By email"', 'delivery = " "', "letter.delivery", None, ""),
        ('delivery = "By email"', 'delivery = ["By email"]', "letter.delivery", None, "text"),
        (
            'masthead = ["Local Government &", "Social Care", "OMBUDSMAN"]',
            "masthead = []",
            "letter.masthead",
            None,
            "at least 1",
        ),
        (
            'upheld = ["upheld decision", "upheld decisions"]',
            'upheld = ["upheld decision"]',
            "nouns.upheld",
            None,
            "at least 2",
        ),
        # choices
        ('method = "pooled"', 'method = "median"', "averages.method", "median", "'mean'"),
        ('chart = "ring"', 'chart = "donut"', "panels.1.chart", "donut", "'bar'"),
        # counts and statistics
        (
            '"Not upheld"\ncounts_as = [',
            '"Not upheld"\ncounts_as = ["Not upheld", ',
            "decisions.2.counts_as.1",
            "Not upheld",
            "lower-case",
        ),
        (
            'name = "remedy"',
            'name = "Remedy rate"',
            "statistics.3.name",
            "Remedy rate",
            "lower-case",
        ),
        ('name = "remedy"', 'name = "remedy"\nper = 0', "statistics.3.per", "0", "at least"),
        (
            'name = "remedy"',
            'name = "remedy"\nper = 1.5',
            "statistics.3.per",
            "1.5",
            "whole number",
        ),
        ('name = "remedy"', 'name = "remedy"\ndecimals = 7', "statistics.3.decimals", "7", "6"),
        (
            'name = "remedy"',
            'name = "remedy"\nengland_decimals = -1',
            "statistics.3.england_decimals",
            "-1",
            "at least",
        ),
        # panels
        ('chart = "ring"', 'chart = "bar"\nscale = 0', "panels.1.scale", "0", "at least"),
        ('chart = "ring"', 'chart = "bar"\nkey = 5', "panels.1.key", "5", "quotation marks"),
        (
            'chart = "ring"',
            'chart = "bar"\nkey = "{{ a }}"',
            "panels.1.key",
            "{{ a }}",
            "placeholder",
        ),
        # addresses and colours
        (
            'training = "https://www.lgo.org.uk/training"',
            'training = "www.lgo.org.uk/training"',
            "links.training",
            "www.lgo.org.uk/training",
            "https://",
        ),
        (
            'training = "https://www.lgo.org.uk/training"',
            'training = "https://www.lgo.org.uk/our training"',
            "links.training",
            "https://www.lgo.org.uk/our training",
            "not a web address",
        ),
        (
            'training = "https://www.lgo.org.uk/training"',
            'training = "javascript:alert(1)"',
            "links.training",
            "javascript:alert(1)",
            "not a web address",
        ),
        ('"#1D4F60"', '"blue"', "letter.accent", "blue", "#1D4F60"),
        ('"#1D4F60"', '"#1D4F6"', "letter.accent", "#1D4F6", "#1D4F60"),
        ('"#1D4F60"', '"#FFFFFF"', "letter.accent", "#FFFFFF", "darker"),
        ('"#1D4F60"', '"#FF0000"', "letter.accent", "#FF0000", "at least 4.5:1"),
        ('"#1D4F60"', '"#777777"', "letter.accent", "#777777", "darker"),
        # names of files
        (
            'signature = "signature.png"',
            'signature = "../signature.png"',
            "signatory.signature",
            "../signature.png",
            "",
        ),
    ],
)
def test_a_wrong_value_is_named_with_line_setting_value_and_what_to_do(
    old: str, new: str, setting: str, value: str | None, what_to_do: str
) -> None:
    text = change((old, new))
    (problem,) = problems(text)
    assert problem.file == "edition.toml"
    assert problem.line == line_of(new.strip(), text) + new.strip().count("\n")
    assert (problem.column, problem.value) == (setting, value)
    assert what_to_do in problem.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('signature = "signature.png"', 'signature = "../signature.png"'),
        ('signature = "signature.png"', 'signature = "images/signature.png"'),
        ('language = "en-GB"', 'language = "English"'),
    ],
)
def test_text_in_quotation_marks_is_not_told_to_be_put_in_quotation_marks(
    old: str, new: str
) -> None:
    (problem,) = problems(change((old, new)))
    assert "in quotation marks" not in problem.message


def test_a_colour_too_light_is_not_said_to_have_the_contrast_it_lacks() -> None:
    # 4.478 to 1 is less than 4.5 to 1, however it is rounded.
    (problem,) = problems(change(('"#1D4F60"', '"#777777"')))
    assert "has a contrast of 4.5:1" not in problem.message


def test_an_empty_setting_is_not_called_a_cell() -> None:
    (problem,) = problems(change(('delivery = "By email"', 'delivery = ""')))
    assert "cell" not in str(problem)


@pytest.mark.parametrize("colour", ["#767676", "#1d4f60", "#000000", "#0000FF"])
def test_a_colour_dark_enough_is_taken(colour: str) -> None:
    assert settings(change(('"#1D4F60"', f'"{colour}"'))).letter.accent == colour


@pytest.mark.parametrize(
    "address", ["http://example.org", "https://example.org/a?b=c&d#e", "mailto:a@example.org"]
)
def test_an_address_of_the_web_or_of_mail_is_taken(address: str) -> None:
    text = change(('"https://www.lgo.org.uk/training"', f'"{address}"'))
    assert settings(text).links["training"] == address


@pytest.mark.parametrize(
    ("removed", "setting", "table"),
    [
        ('delivery = "By email"\n', "letter.delivery", "[letter]"),
        (
            'author = "Local Government and Social Care Ombudsman"\n',
            "document.author",
            "[document]",
        ),
        ('name = "Michael King"\n', "signatory.name", "[signatory]"),
    ],
)
def test_a_missing_setting_is_named_with_the_line_of_its_table(
    removed: str, setting: str, table: str
) -> None:
    text = change((removed, ""))
    (problem,) = problems(text)
    assert (problem.line, problem.column) == (line_of(table, text), setting)
    assert "missing" in problem.message
    assert "add it" in problem.message


def test_a_setting_missing_from_a_type_is_named_with_the_line_of_that_type() -> None:
    old = 'name = "London Borough"\nbody = "Council"\n'
    text = change((old, 'name = "London Borough"\n'))
    (problem,) = problems(text)
    assert (problem.line, problem.column) == (
        line_of('name = "London Borough"', text) - 1,
        "types.5.body",
    )


@pytest.mark.parametrize(
    ("removed", "setting", "beside"),
    [
        ('heading = "Complaints upheld"\n', "panels.1.heading", 'statistic = "upheld"'),
        ('sentence = "**{{ rate }}%** of complaints we investigated were upheld."\n',
         "panels.1.sentence", 'statistic = "upheld"'),
        ('name = "remedy"\n', "statistics.3.name", 'numerator = "satisfactory_remedies"'),
        ('numerator = "complied"\n', "statistics.2.numerator", 'name = "compliance"'),
        ('name = "Advice given"\n', "decisions.5.name", None),
    ],
)  # fmt: skip
def test_a_setting_missing_from_an_entry_is_named_with_the_line_of_that_entry(
    removed: str, setting: str, beside: str | None
) -> None:
    text = change((removed, ""))
    (problem,) = problems(text)
    line = line_of('name = "Incomplete', text) - 3 if beside is None else line_of(beside, text) - 1
    assert (problem.line, problem.column) == (line, setting)
    assert "missing" in problem.message


@pytest.mark.parametrize("table", ["averages", "signatory", "document"])
def test_a_missing_table_is_named(table: str) -> None:
    start = SHIPPED.index(f"[{table}]")
    (problem,) = problems(SHIPPED[:start] + SHIPPED[SHIPPED.index("\n[", start) + 1 :])
    assert (problem.line, problem.column) == (1, table)
    assert "missing" in problem.message


@pytest.mark.parametrize(
    ("old", "new", "setting", "near"),
    [
        ('delivery = "By email"', 'delivry = "By email"', "letter.delivry", "delivery"),
        ("year = 2020 #", "yaer = 2020 #", "yaer", "year"),
        ("language = ", "langauge = ", "document.langauge", "language"),
        ("[averages]", "[average]", "average", "averages"),
        ("note = ", "notes = ", "panels.2.notes", "note"),
        (
            "england_decimals = ",
            "england_decimal = ",
            "statistics.2.england_decimal",
            "england_decimals",
        ),
        (
            '["detailed_investigations"]\n\n[[dec',
            '["detailed_investigations"]\ncount_as = []\n\n[[dec',
            "decisions.2.count_as",
            "counts_as",
        ),
        ("remedy_on = ", "remedies_on = ", "remedies_on", "remedy_on"),
    ],
)
def test_an_unknown_setting_is_named_with_its_line_and_the_nearest(
    old: str, new: str, setting: str, near: str
) -> None:
    text = change((old, new))
    (problem,) = (found for found in problems(text) if "not known" in found.message)
    line = line_of(new, text) + ("count_as = []" in new)
    assert (problem.line, problem.column) == (line, setting)
    assert f'"{near}"' in problem.message


def test_an_unknown_setting_of_a_type_is_named_with_its_line_and_the_nearest() -> None:
    text = change(("[nouns]", '[[types]]\nname = "a"\nboddy = "b"\n\n[nouns]'))
    (problem,) = (found for found in problems(text) if "not known" in found.message)
    assert (problem.line, problem.column) == (line_of("boddy", text), "types.9.boddy")
    assert '"body"' in problem.message


@pytest.mark.parametrize(
    ("panels", "what_to_do"), [(0, "add it"), (7, "at most 6"), (400, "at most 6")]
)
def test_an_edition_has_one_to_six_panels(panels: int, what_to_do: str) -> None:
    start = SHIPPED.index("[[panels]]")
    panel = '[[panels]]\nheading = "Decisions"\nsentence = "a"\n'
    (problem,) = problems(SHIPPED[:start] + panel * panels)
    assert problem.column == "panels"
    assert what_to_do in problem.message
    assert len(settings(SHIPPED[:start] + panel * 6).panels) == 6


def test_an_empty_list_of_panels_is_too_short() -> None:
    start = SHIPPED.index("[[panels]]")
    (problem,) = problems("panels = []\n" + SHIPPED[:start])
    assert (problem.line, problem.column) == (1, "panels")
    assert "at least 1" in problem.message


@pytest.mark.parametrize(
    ("panels", "setting"),
    [
        ('[panels.upheld]\nheading = "a"\n[panels.remedy]\nheading = "b"\n', "panels.upheld"),
        ('[panels.remedy]\ncount = "upheld"\n', "panels.remedy"),
        ("[panels]\n", "panels"),
    ],
)
def test_an_edition_of_the_first_version_is_one_problem_that_says_what_to_change(
    panels: str, setting: str
) -> None:
    text = SHIPPED[: SHIPPED.index("[[decisions]]")] + panels
    (problem,) = problems(text)
    assert (problem.line, problem.column) == (line_of(f"[{setting}]", text), setting)
    for form in ("0.1", "[[panels]]", "[[statistics]]", "[[decisions]]"):
        assert form in problem.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\ndate = 2020-07-22", "\ndate = 2020-02-30"),
        ("\ndate = 2020-07-22", "\ndate = 22 July 2020"),
        ("\ndate = 2020-07-22", "\ndate = 2020-7-22"),
        ('delivery = "By email"', "delivery = By email"),
        ('delivery = "By email"', 'delivery = "By email'),
        ('delivery = "By email"', 'delivery = "C:\\email"'),
        ('delivery = "By email"', 'delivery "By email"'),
        (
            'compared = true\n\n[[types]]\nname = "National',
            'compared = yes\n\n[[types]]\nname = "National',
        ),
        ("[averages]", "[averages"),
        ('closing = "Yours sincerely,"', 'delivery = "twice"'),
    ],
)
def test_what_is_not_toml_is_named_with_its_line(old: str, new: str) -> None:
    text = change((old, new))
    (problem,) = problems(text)
    assert problem.line == line_of(new.strip(), text)
    assert "not TOML" in problem.message
    assert "quotation marks" in problem.message


def test_a_text_that_is_never_closed_is_named_with_the_line_where_it_opens() -> None:
    text = change(('delivery = "By email"', 'delivery = """By email'))
    (problem,) = problems(text)
    assert problem.line == line_of('"""By email', text)


def test_settings_nested_too_deeply_are_a_problem_of_the_edition() -> None:
    (problem,) = problems("year = " + "[" * 5000 + "]" * 5000)
    assert problem.file == "edition.toml"


def test_all_problems_are_reported_in_the_order_of_their_lines() -> None:
    found = problems(
        change(
            ("\nyear = 2020", '\nyear = "2020"'),
            ('delivery = "By email"', "delivery = 5"),
            ('method = "pooled"', 'method = "median"'),
            ('"#1D4F60"', '"blue"'),
            WRONG,
        )
    )
    assert [problem.column for problem in found] == [
        "year",
        "letter.delivery",
        "letter.accent",
        "averages.method",
        "panels.3.count",
    ]


# ---- lines


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            'heading = "Complaints upheld"',
            'heading = "Complaints upheld"\nnote = """\n- 1\ncount = "two"\n[averages]\n- 3"""',
            id="a text of several lines",
        ),
        pytest.param(
            'heading = "Complaints upheld"',
            "heading = \"Complaints upheld\"\nnote = '''\n- \"\"\"one\n[averages]\n'''",
            id="a text of several lines in single quotation marks",
        ),
        pytest.param(
            'heading = "Complaints upheld"',
            'heading = "Complaints upheld"\nnote = """one \\\n   two"""\n# count = 5',
            id="a text continued",
        ),
        pytest.param(
            'office = [\n    "Local Government',
            'office = [\n\n# count\n    "count = [",\n    "Local Government',
            id="an array of several lines",
        ),
        pytest.param(
            'delivery = "By email"',
            'delivery = "By email" # not """By e-mail',
            id="quotation marks in a comment",
        ),
        pytest.param(
            'delivery = "By email"',
            "delivery = \"By '''email\"",
            id="quotation marks in a text",
        ),
        pytest.param(
            'delivery = "By email"',
            'delivery = "By\u2028email"',
            id="a line separator pasted from Word",
        ),
        pytest.param("[[panels]]", "\n\n  [[ panels ]] # c", id="a spaced table"),
        pytest.param("[[panels]]", '[["panels"]]', id="a quoted table"),
    ],
)
def test_lines_are_right_after(old: str, new: str) -> None:
    text = change(WRONG, (old, new))
    (problem,) = problems(text)
    assert problem.column == "panels.3.count"
    assert problem.line == line_of("count = 5 # ", text)


def test_lines_are_right_with_windows_line_ends() -> None:
    text = change(WRONG)
    (problem,) = problems(text.replace("\n", "\r\n"))
    assert problem.line == line_of("count = 5 # ", text)


@pytest.mark.parametrize("index", range(8))
def test_each_type_has_its_own_line(index: int) -> None:
    lines = SHIPPED.splitlines()
    compared = [number for number, line in enumerate(lines) if line.startswith("compared = ")]
    assert len(compared) == 8
    lines[compared[index]] = "compared = 1"
    (problem,) = problems("\n".join(lines))
    assert (problem.line, problem.column) == (compared[index] + 1, f"types.{index + 1}.compared")


def test_a_line_of_an_array_is_not_taken_for_a_setting() -> None:
    text = change(
        ('office = [\n    "Local', 'office = [\n    "signature = mine",\n    "Local'),
        ('signature = "signature.png"', "signature = 5"),
    )
    (problem,) = problems(text)
    assert problem.line == line_of("signature = 5", text)


def test_a_setting_with_a_dotted_name_has_its_line() -> None:
    text = change(("\n[letter]", "\naverages.method = 5\n[letter]"), ("[averages]", ""))
    (problem,) = problems(text.replace('method = "pooled"', ""))
    assert (problem.line, problem.column) == (
        line_of("averages.method", text),
        "averages.method",
    )


# ---- contrast


@pytest.mark.parametrize(
    ("colour", "published"),
    [
        ("#000000", 21),
        ("#FFFFFF", 1),
        ("#ffffff", 1),
        ("#767676", 4.54),
        ("#777777", 4.48),
        ("#595959", 7.0),
        ("#FF0000", 4.0),
        ("#0000FF", 8.59),
        ("#008000", 5.14),
        ("#00FF00", 1.37),
        ("#FFFF00", 1.07),
    ],
)
def test_contrast_with_white_is_that_of_wcag(colour: str, published: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(published, abs=0.005)


@pytest.mark.parametrize("roles", ["[]", '["analyst", ""]', '"analyst"', '["{{ authority }}"]'])
def test_roles_that_nobody_could_sign_in_are_named_with_their_line(roles: str) -> None:
    text = f"{SHIPPED}\n[signoff]\nroles = {roles}\n"
    (problem,) = problems(text)
    assert problem.line == line_of(f"roles = {roles}", text)
