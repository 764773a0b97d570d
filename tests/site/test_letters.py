"""Which letters may be published: signed off, as they would be written now, without decisions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lgo_letters.errors import SiteError
from lgo_letters.letter.letter import Letter
from lgo_letters.run.composed import compose_year
from lgo_letters.run.inputs import read_inputs
from lgo_letters.run.pool import in_this_process
from lgo_letters.run.sources import find_sources
from lgo_letters.site.letters import check_publishable
from tests.support.commands import BROMLEY, BROMSGROVE, run
from tests.support.editions import change, with_embedded
from tests.support.signed import ANALYST, WITHDRAW, correct_a_case, sign_in_both_roles
from tests.support.site import files

LETTERS, EDITION = Path("letters/2020"), Path("editions/2020")
ONE = ["--authority", "bromsgrove"]
REISSUE = ["reissue", "bromsgrove", "--year", "2020", "--reason", "upheld", "--date", "2020-08-03"]


@pytest.fixture
def signed(year_to_sign: Path, workplace: Path) -> Path:
    """A year's letters, signed off in both roles, in the current folder."""
    shutil.copytree(year_to_sign, workplace, dirs_exist_ok=True)
    sign_in_both_roles()
    return workplace


def no_roles() -> None:
    change(EDITION, ('[signoff]\nroles = ["analyst", "approver"]\n', ""))


def check(folder: Path | None = LETTERS) -> None:
    inputs = read_inputs(find_sources(2020, None, None, None), 2020)
    check_publishable(compose_year(inputs, in_this_process()), folder)


def refusal(folder: Path | None = LETTERS) -> str:
    with pytest.raises(SiteError) as refused:
        check(folder)
    return str(refused.value).replace("\\", "/")


def test_letters_signed_off_in_every_role_may_be_published(signed: Path) -> None:
    check()


def test_letters_that_somebody_has_not_signed_off_may_not(signed: Path) -> None:
    assert run(*WITHDRAW, "--role", "approver").exit_code == 0
    assert refusal() == (
        "letters/2020 is not signed off as approver; sign with "
        '"lgo-letters signoff --year 2020 --role ROLE --name NAME".'
    )


def test_letters_that_are_not_what_was_signed_may_not(signed: Path) -> None:
    (LETTERS / "statistics.csv").write_text("", encoding="utf-8")
    assert "statistics.csv was changed" in refusal()


def test_none_are_made_where_the_edition_asks_for_a_sign_off(signed: Path) -> None:
    assert refusal(None) == (
        "There are no letters of 2020, and the edition asks for a sign-off before they are "
        'published; run "lgo-letters generate --year 2020" and have them signed off, or name '
        "their folder with --letters."
    )
    no_roles()
    check(None)


def test_letters_that_carry_decisions_may_not_be_published(signed: Path) -> None:
    with_embedded(EDITION, decisions="true")
    assert "The letters of 2020 carry the decisions behind their figures" in refusal()


def test_letters_that_once_carried_them_differ_from_those_of_now(signed: Path) -> None:
    no_roles()
    with_embedded(EDITION, decisions="true")
    assert run(*WITHDRAW).exit_code == 0
    assert run("generate", "--year", "2020").exit_code == 0
    change(EDITION, ("decisions = true", "decisions = false"))
    assert "the letter to Bromsgrove District Council and 2 more" in refusal()


def test_letters_whose_figures_have_moved_since_may_not(signed: Path) -> None:
    correct_a_case()
    assert refusal() == (
        "letters/2020 differs from what would be written now: the letter to Bromsgrove District "
        'Council and 1 more; see "lgo-letters changes --year 2020", and make the letters again, or '
        "reissue those that were signed off."
    )


def test_letters_whose_wording_has_changed_since_may_not(signed: Path) -> None:
    change(EDITION, ('delivery = "By email"', 'delivery = "By post"'))
    assert "differs from what would be written now" in refusal()


def test_a_letter_that_is_missing_is_a_difference_too(signed: Path) -> None:
    no_roles()
    assert run("generate", "--year", "2020", "--out", "some", *ONE).exit_code == 0
    assert "the letter to Bromley District Council and 1 more" in refusal(Path("some"))


def test_reissued_letters_and_those_whose_correction_is_published_may_be(signed: Path) -> None:
    correct_a_case()
    assert run(*REISSUE, "--only").exit_code == 0
    assert "is not signed off as analyst and approver" in refusal()
    sign_in_both_roles()
    check()


def test_a_figure_that_has_moved_again_since_its_correction_is_a_difference(signed: Path) -> None:
    correct_a_case()
    assert run(*REISSUE, "--only").exit_code == 0
    sign_in_both_roles()
    decisions = Path("decisions.csv").read_text(encoding="utf-8")
    corrected = decisions.replace("2019-05-03,Upheld", "2019-05-03,Not upheld")
    Path("decisions.csv").write_text(corrected, encoding="utf-8")
    assert "the letter to Bromsgrove District Council and 1 more" in refusal()


def test_letters_of_another_version_may_be_published_if_nothing_else_differs(
    signed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = Letter.sha256
    monkeypatch.setattr(Letter, "sha256", lambda letter: f"of a later version: {digest(letter)}")
    check()
    correct_a_case()
    assert "the letter to Bromsgrove District Council and 1 more" in refusal()


def test_the_command_says_so_with_its_own_exit_code_and_leaves_the_old_site(signed: Path) -> None:
    assert run("site", "--year", "2020").exit_code == 0
    before = files(signed / "site")
    assert {name for name in before if name.endswith(".pdf")} >= {
        f"letters/2020/{name}" for name in (BROMLEY, BROMSGROVE)
    }
    assert run(*WITHDRAW).exit_code == 0
    assert run(*ANALYST).exit_code == 0
    done = run("site", "--year", "2020")
    assert (done.exit_code, done.stderr.count("Error: ")) == (10, 1)
    assert files(signed / "site") == before
