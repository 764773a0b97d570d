"""`dispatch send`, `rehearse`, `status`, `resolve` and `resend`, as a person uses them."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from lgo_letters.dispatch.send import Pauses
from tests.support.commands import run
from tests.support.dispatch import PLAN, SHARED, change_table
from tests.support.editions import change
from tests.support.mail import DIE, HANG, MailServer, mail_server
from tests.support.processes import finished, start, wait_until

BROMSGROVE, BROMLEY = "dicks@bromsgrove.example", "chief@bromley.example"
WYE, EAST_WYE = "Wye District Council", "East Wye Council"


@pytest.fixture(scope="module")
def planned(made_year: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The code of the plan, and the ledger once that is accepted."""
    folder = Path(shutil.copytree(made_year, tmp_path_factory.mktemp("planned") / "year"))
    with contextlib.chdir(folder):
        code = json.loads(run(*PLAN, *SHARED, "--format", "json").stdout)["code"]
    return code, folder / "dispatch"


@pytest.fixture
def code(planned: tuple[str, Path]) -> str:
    return planned[0]


@pytest.fixture
def mail(
    year: Path, planned: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailServer]:
    """The server that the settings of the year name, and no long pauses."""
    monkeypatch.setattr(Pauses.__new__, "__defaults__", ((0.01, 0.01), 0.01))
    shutil.copytree(planned[1], year / "dispatch")
    with mail_server() as server:
        change(year, ("port = 2525", f"port = {server.port}"), file="lgo-letters.toml")
        yield server


def _dispatch(command: str, *arguments: str) -> Result:
    return run("dispatch", command, *arguments, "--year", "2020")


def _send(code: str, *arguments: str) -> Result:
    return _dispatch("send", "--confirm", code, "--per-minute", "100000", *arguments)


def _states() -> dict[str, str]:
    status = json.loads(_dispatch("status", "--format", "json").stdout)
    return {row["authority"].split()[0]: row["state"] for row in status["authorities"]}


def _check_refused(result: Result, words: str) -> None:
    assert result.exit_code == 8, result.output
    (error,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert words in error


def test_send_sends_each_message_of_the_plan_once(mail: MailServer, code: str) -> None:
    first, second = _send(code), _send(code)
    assert first.exit_code == second.exit_code == 0, first.output
    assert first.stdout.startswith("4 of 4 messages accepted by localhost, ")
    assert second.stdout == "No message of this plan is still to come, and nothing was sent.\n"
    assert [delivered.to for delivered in mail.delivered] == [
        (BROMSGROVE,),
        (BROMLEY, "links@bromley.example", "office@bromley.example"),
        ("aerger@wye.example",),
        ("aerger@wye.example",),
    ]
    assert set(_states().values()) == {"accepted"}


def test_a_message_is_to_one_authority_and_names_no_other(mail: MailServer, code: str) -> None:
    _send(code)
    for delivered in mail.delivered[:2]:
        others = {"Bromsgrove", "Bromley", "Wye"} - {delivered.to[0].split("@")[1][:-8].title()}
        head, _, _ = delivered.content.partition(b"application/pdf")
        assert not any(other.encode() in head for other in others)


@pytest.mark.parametrize(("code", "words"), [
    ("4-000000", '"4-000000" is not the code of what would be sent now'),
    ("355-7f3a2c", "is not the code"),
])  # fmt: skip
def test_send_wants_the_code_of_the_plan(mail: MailServer, code: str, words: str) -> None:
    _check_refused(_send(code), words)
    assert mail.delivered == []


def test_the_code_of_before_a_change_sends_nothing(mail: MailServer, code: str) -> None:
    change_table(BROMSGROVE, "dick@bromsgrove.example")
    _check_refused(_send(code), "is not the code of what would be sent now")
    assert mail.delivered == []


def test_one_authority_can_be_sent_its_letter_first(mail: MailServer, code: str) -> None:
    assert _send(code, "--authority", "bromley").exit_code == 0
    assert [delivered.to[0] for delivered in mail.delivered] == [BROMLEY]
    assert _send(code).exit_code == 0
    assert len(mail.delivered) == 4


def test_what_is_refused_or_unknown_is_listed_and_a_person_resolves_it(
    mail: MailServer, code: str
) -> None:
    dies = iter([DIE])

    def says(step: str, to: Any) -> str | None:
        if step == "RCPT" and mail.heard[-1] == f"RCPT TO:<{BROMLEY}>":
            return "550 5.1.1 nobody of that name"
        return next(dies, None) if step == "dot" and "aerger@wye.example" in to else None

    mail.says = says
    sent = _send(code)
    _check_refused(sent, "2 messages of this plan are not accepted by localhost")
    assert f"Uncertain (1): {WYE}\nRefused (1): Bromley District Council\n" in sent.stderr
    assert (_states()["Wye"], _states()["Bromley"]) == ("uncertain", "refused")
    text = _dispatch("status").stdout
    assert "0 to come, 1 uncertain, 2 accepted, 1 refused, 0 returned, 0 acknowledged." in text
    assert "nobody of that name" in text
    assert re.search(r"<\w+@ombudsman.example>  Wye District Council\n", text)
    resolved = _dispatch("resolve", WYE, "--not-sent", "--note", "by the server's log")
    assert resolved.stdout == f"{WYE}: to come (by the server's log).\n"
    mail.says = lambda *_: None
    _check_refused(_send(code), "1 message of this plan is not accepted by localhost")
    change_table(BROMLEY, "mayor@bromley.example")
    again = _dispatch("resend", "bromley", "--reason", "address corrected")
    assert again.stdout.startswith("1 of 1 message accepted by localhost")
    assert set(_states().values()) == {"accepted"}
    assert mail.delivered[-1].to[0] == "mayor@bromley.example"
    _dispatch("resolve", "bromsgrove", "--acknowledged", "--note", "their e-mail")
    assert _states()["Bromsgrove"] == "acknowledged"


def test_resolve_wants_one_outcome(mail: MailServer) -> None:
    result = _dispatch("resolve", "bromley", "--note", "heard")
    assert result.exit_code == 2
    assert "Give --sent, --not-sent, --returned or --acknowledged." in result.stderr


def test_a_letter_without_an_address_is_listed_and_may_have_gone_another_way(
    mail: MailServer,
) -> None:
    change_table(BROMSGROVE, "")
    text = _dispatch("status").stdout
    assert "4 to come, 0 uncertain" in text
    assert "\nNo address: Bromsgrove District Council\n" in text
    assert _dispatch("plan").exit_code == 8
    done = _dispatch("resolve", "bromsgrove", "--sent", "--note", "by post")
    assert done.stdout == "Bromsgrove District Council: accepted (by post).\n"
    assert "No address" not in _dispatch("status").stdout
    plan = _dispatch("plan")
    assert plan.exit_code == 0
    assert "Left out" not in plan.stdout


def test_a_letter_that_went_another_way_is_not_sent_as_well(mail: MailServer, code: str) -> None:
    assert _dispatch("resolve", "bromley", "--sent", "--note", "by post").exit_code == 0
    assert _send(code).exit_code == 0
    assert BROMLEY not in [delivered.to[0] for delivered in mail.delivered]


@pytest.mark.parametrize(("arguments", "words"), [
    (("bromley", "--reason", "slip"), "has not been sent its letter yet"),
    (
        ("bromsgrove", "--reason", "r", "--to", "x@elsewhere.example"),
        "x@elsewhere.example is not in its approved domain, bromsgrove.example; correct --to.",
    ),
    (("bromsgrove", "--reason", "r", "--to", "x@y@z"), "is not one e-mail address"),
])  # fmt: skip
def test_resend_sends_nothing_where_that_would_be_wrong(
    mail: MailServer, code: str, arguments: tuple[str, ...], words: str
) -> None:
    assert _send(code, "--authority", "bromsgrove").exit_code == 0
    _check_refused(_dispatch("resend", *arguments), words)
    assert len(mail.delivered) == 1


def test_resend_sends_no_letter_but_the_one_that_was_sent(
    year: Path, mail: MailServer, code: str
) -> None:
    assert _send(code, "--authority", "bromsgrove").exit_code == 0
    ledger = year / "dispatch/2020.jsonl"
    text = ledger.read_text(encoding="utf-8")
    (digest,) = {json.loads(line).get("sha256") for line in text.splitlines()} - {None}
    ledger.write_text(text.replace(digest, "0" * 64), encoding="utf-8")
    _check_refused(_dispatch("resend", "bromsgrove", "--reason", "r"), "was sent another letter")
    assert len(mail.delivered) == 1


def test_a_rehearsal_goes_to_me_as_often_as_i_like_and_changes_nothing(
    year: Path, mail: MailServer, code: str
) -> None:
    for _ in range(2):
        done = _dispatch("rehearse", "--to", "me@ombudsman.example", "--sample", "1", "--quiet")
        assert done.exit_code == 0, done.output
    assert [delivered.to for delivered in mail.delivered] == [("me@ombudsman.example",)] * 2
    assert all(b"\r\nSubject: [REHEARSAL]" in delivered.content for delivered in mail.delivered)
    assert set(_states().values()) == {"to come"}
    assert _send(code).exit_code == 0
    assert len(mail.delivered) == 6
    assert (year / "dispatch/2020-rehearsal.jsonl").is_file()


@pytest.mark.parametrize(("to", "words"), [
    ("you@ombudsman.example", "and you@ombudsman.example is not one, so nothing was sent"),
    (BROMLEY, "is in the domain of Bromley District Council, to which no rehearsal may go"),
    ("Chief+me@Bromley.example", "is in the domain of Bromley District Council"),
    ("old@wye.example", f"is in the domain of {WYE}"),
])  # fmt: skip
def test_a_rehearsal_goes_to_nobody_else(year: Path, mail: MailServer, to: str, words: str) -> None:
    listed = f'rehearse_to = ["me@ombudsman.example", "{to.lower()}"]'
    listed = 'rehearse_to = ["me@ombudsman.example"]' if "you@" in to else listed
    change(year, ('rehearse_to = ["me@ombudsman.example"]', listed), file="lgo-letters.toml")
    _check_refused(_dispatch("rehearse", "--to", to), words)
    assert mail.delivered == []


def test_a_rehearsal_takes_messages_from_the_whole_plan() -> None:
    from lgo_letters.dispatch.rehearsal import sample_of

    numbers: Any = range(355)
    some: Any = sample_of
    assert [*some(numbers, 5)] == [0, 88, 177, 265, 354]
    assert [*some(numbers, 1)] == [0]
    assert [*some(numbers, 400)] == [*numbers]


def test_ctrl_c_waits_for_the_answer_to_the_dot(year: Path, mail: MailServer, code: str) -> None:
    asked: list[str] = []

    def says(step: str, _: object) -> str | None:
        if step == "dot":
            asked.append(step)
            time.sleep(0.5)
        return None

    mail.says = says
    process = start(year, "dispatch", "send", "--year", "2020", "--confirm", code)
    wait_until(lambda: asked)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped. 1 of 4 messages accepted by localhost" in stderr
    assert _states()["Bromsgrove"] == "accepted"
    assert len(mail.delivered) == 1


def test_a_second_ctrl_c_does_not_wait(year: Path, mail: MailServer, code: str) -> None:
    asked: list[str] = []

    def says(step: str, _: object) -> str | None:
        asked.extend([step] if step == "dot" else [])
        return HANG if step == "dot" else None

    mail.says = says
    process = start(year, "dispatch", "send", "--year", "2020", "--confirm", code)
    wait_until(lambda: asked)
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert _states()["Bromsgrove"] == "uncertain"


def test_the_secret_is_in_no_argument_output_or_file(
    year: Path, mail: MailServer, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(year, ("port =", 'user = "letters@ombudsman.example"\nport ='), file="lgo-letters.toml")
    monkeypatch.setenv("LGO_LETTERS_SMTP_PASSWORD", "s3cret-word")
    command = ["dispatch", "send", "--year", "2020", "--confirm", code, "--debug"]
    exit_code, stdout, stderr = finished(year, *command)
    assert exit_code == 8
    assert "offers no login by password" in stderr
    kept = [file.read_bytes() for file in year.rglob("*") if file.is_file()]
    assert not any(b"s3cret" in said for said in (stdout.encode(), stderr.encode(), *kept))


@pytest.mark.parametrize("published", [
    datetime(2099, 7, 28, 23, 5, tzinfo=UTC),  # five past midnight in London
    datetime(2099, 7, 29, 22, 55, tzinfo=UTC),  # a laptop that slept for a day
])  # fmt: skip
def test_a_day_that_ends_in_the_middle_of_a_run_ends_the_run(
    mail: MailServer, code: str, monkeypatch: pytest.MonkeyPatch, published: datetime
) -> None:
    days = iter([datetime(2099, 7, 28, 22, 50, tzinfo=UTC)] * 3)
    for module in ("dispatch_options", "dispatch_send"):
        monkeypatch.setattr(f"lgo_letters.cli.{module}.now", lambda: next(days, published))
    _check_refused(_send(code), "The letters were published on 29 July 2099")
    assert len(mail.delivered) == 1
