"""``import_readers``: all or nothing, each bad cell named, and repeating it changes nothing."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kizuna.lib import clock
from municipalities.models import ConsentRecord, Course, Endpoint, Municipality, Subscription
from municipalities.tenancy.scope import in_municipality
from tests.world import make_municipality

pytestmark = pytest.mark.django_db

HEADER = "出産予定日,生年月日,メールアドレス,LINE ID,続柄,家族番号"


def roster(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "readers.csv"
    path.write_bytes("\r\n".join([HEADER, *lines]).encode(encoding))
    return path


def load(path: Path, *arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command(
            "import_readers",
            str(path),
            "--municipality",
            "aoba",
            *arguments,
            stdout=out,
            stderr=err,
        )
    except CommandError as error:
        return out.getvalue(), f"{err.getvalue()}{error}"
    return out.getvalue(), err.getvalue()


@pytest.fixture
def aoba() -> Municipality:
    return make_municipality()


def born(days: int) -> str:
    day = clock.today() - timedelta(days=days)
    return f"令和{day.year - 2018}年{day.month}月{day.day}日"


def test_readers_come_in_verified_and_begin_tomorrow(aoba: Municipality, tmp_path: Path) -> None:
    path = roster(tmp_path, f",{born(30)},a..b@docomo.ne.jp,,母,", encoding="cp932")
    out, err = load(path)
    assert err == ""
    assert "1件を登録しました" in out
    with in_municipality(aoba.pk):
        endpoint = Endpoint.objects.get()
        subscription = Subscription.objects.get()
        assert endpoint.address == "a..b@docomo.ne.jp"
        assert endpoint.verified_at
        assert subscription.starts_on == clock.today() + timedelta(days=1)
        assert subscription.relation == "mother"
        assert ConsentRecord.objects.get().source == "import"


def test_one_family_number_makes_one_course(aoba: Municipality, tmp_path: Path) -> None:
    load(
        roster(
            tmp_path,
            f",{born(30)},mother@example.jp,,母,1",
            f",{born(30)},father@example.jp,,父,1",
            f",{born(30)},other@example.jp,,母,2",
        )
    )
    with in_municipality(aoba.pk):
        assert (Course.objects.count(), Subscription.objects.count()) == (2, 3)


def test_one_bad_cell_keeps_the_whole_file_out(aoba: Municipality, tmp_path: Path) -> None:
    _, err = load(
        roster(tmp_path, f",{born(30)},a@example.jp,,母,", ",2026/2/30,b@example.jp,,母,")
    )
    assert "3行目 B列「生年月日」" in err
    assert "まだ何も登録していません" in err
    with in_municipality(aoba.pk):
        assert not Endpoint.objects.exists()


def test_the_same_file_twice_adds_nobody(aoba: Municipality, tmp_path: Path) -> None:
    path = roster(tmp_path, f",{born(30)},a@example.jp,,母,")
    load(path)
    out, _ = load(path)
    assert "0件を登録しました" in out
    assert "すでに登録のある1件は、そのままです" in out


def test_a_reader_who_stopped_stays_stopped(aoba: Municipality, tmp_path: Path) -> None:
    path = roster(tmp_path, f",{born(30)},a@example.jp,,母,")
    load(path)
    with in_municipality(aoba.pk):
        Subscription.objects.update(stopped_at=clock.now())
    load(path)
    with in_municipality(aoba.pk):
        assert Subscription.objects.get().stopped_at


def test_the_same_address_in_a_second_municipality_is_another_reader(
    aoba: Municipality, tmp_path: Path
) -> None:
    minato = make_municipality("minato")
    path = roster(tmp_path, f",{born(30)},a@example.jp,,母,")
    load(path)
    call_command("import_readers", str(path), "--municipality", "minato", stdout=StringIO())
    keys = []
    for municipality in (aoba, minato):
        with in_municipality(municipality.pk):
            keys.append(bytes(Endpoint.objects.get().address_key))
    assert keys[0] != keys[1]


def test_a_dry_run_adds_nobody(aoba: Municipality, tmp_path: Path) -> None:
    out, _ = load(roster(tmp_path, f",{born(30)},a@example.jp,,母,"), "--dry-run")
    assert "まだ登録していません" in out
    with in_municipality(aoba.pk):
        assert not Endpoint.objects.exists()


def test_a_file_that_is_not_there_and_a_municipality_that_is_not_there_are_named(
    aoba: Municipality, tmp_path: Path
) -> None:
    _, err = load(tmp_path / "nowhere.csv")
    assert "nowhere.csv" in err
    with pytest.raises(CommandError, match="「aobo」という自治体はありません"):
        call_command("import_readers", str(roster(tmp_path)), "--municipality", "aobo")
