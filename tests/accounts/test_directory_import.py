"""The real directory: what is read, what is refused in words, what is written."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from stream_write_ods import stream_write_ods

from accounts.events import DirectoryImported
from accounts.models import Unit, User
from core.events import revoked
from core.models import AuditEntry, OutboxEvent
from tests.factories.accounts import UnitFactory, UserFactory
from tests.support.sheets import write_xlsx

pytestmark = pytest.mark.django_db

UNITS = """code,name,kind,parent_code
M,Ministère,ministry,
D1,Direction une,direction,M
S1,Service un,service,D1
S2,Service deux,service,D1
"""
AGENTS = """email,first_name,last_name,function,unit_code,manager_email,skills,phone
cheffe@m.example,Anne,de La Tour,Cheffe de service,S1,,Achats|Droit,01 02 03 04 05
ana@m.example,Ana,Dupont,Acheteuse,S1,cheffe@m.example,achats,
"""


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def load(tmp_path: Path) -> Any:
    """Runs the import on two texts and gives what it said; options by name."""

    def run(units: str | bytes | Path = UNITS, agents: str | bytes | Path = AGENTS, **options: Any) -> str:
        paths = []
        for name, content in (("units.csv", units), ("agents.csv", agents)):
            if isinstance(content, Path):
                paths.append(content)
                continue
            paths.append(tmp_path / name)
            paths[-1].write_bytes(content.encode() if isinstance(content, str) else content)
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command("import_directory", *map(str, paths), stdout=out, stderr=err, **options)
        except CommandError as error:
            return f"{err.getvalue()}{error}"
        return out.getvalue() + err.getvalue()

    return run


def test_units_and_agents_are_there_with_manager_skills_and_groups(load: Any) -> None:
    said = load()
    assert "Units: 4 created, 0 changed." in said
    assert "Agents: 2 created, 0 changed." in said
    ana = User.objects.get(email="ana@m.example")
    assert ana.manager.email == "cheffe@m.example"
    assert ana.unit.code == "S1"
    assert [unit.code for unit in ana.unit.path_from_root()] == ["M", "D1", "S1"]
    assert set(ana.groups.values_list("unit__code", flat=True)) == {"M", "D1", "S1"}
    assert list(ana.skills.names()) == ["Achats"]
    assert not ana.has_usable_password()
    assert User.objects.named("tour").get().handle == "anne-de-la-tour"
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_one_event_and_one_audit_entry_for_the_whole_import(load: Any) -> None:
    load()
    assert [event.name for event in OutboxEvent.objects.all()] == [DirectoryImported.name]
    assert AuditEntry.objects.get().data["people_created"] == 2


def test_running_it_again_changes_nothing(load: Any) -> None:
    load()
    before = list(User.objects.order_by("pk").values()), list(Unit.objects.values())
    said = load()
    assert "Units: 0 created, 0 changed." in said
    assert "Agents: 0 created, 0 changed." in said
    assert "Skills: 0 added." in said
    assert before == (list(User.objects.order_by("pk").values()), list(Unit.objects.values()))


def test_rows_and_columns_come_in_any_order(load: Any) -> None:
    units = (
        "parent_code;kind;name;code\nD1;service;Service un;S1\nM;direction;Direction une;D1\n;Ministère;Ministère;M\n"
    )
    agents = (
        "unit_code;last_name;email;first_name;manager_email\n"
        "S1;Dupont;ana@m.example;Ana;CHEF@m.example\nM;Chef;chef@M.example;Paul;\n"
    )
    load(units, agents)
    assert User.objects.get(email="ana@m.example").manager.email == "chef@m.example"


def test_other_columns_are_ignored_and_said(load: Any) -> None:
    said = load(agents="Matricule,email,first_name,last_name,unit_code,Étage\n12,ana@m.example,Ana,Dupont,S1,3\n")
    assert "agents.csv: columns ignored: Matricule, Étage." in said


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_encodings_and_separators_of_spreadsheets_are_understood(load: Any, encoding: str, delimiter: str) -> None:
    agents = "email,first_name,last_name,unit_code\r\nana@m.example,Zoé,Lœuvre,S1\r\n".replace(",", delimiter)
    load(agents=agents.encode(encoding))
    assert User.objects.get(email="ana@m.example").full_name == "Zoé Lœuvre"


@pytest.mark.parametrize("suffix", ["ods", "xlsx"])
def test_spreadsheets_give_whole_numbers_without_decimals(load: Any, tmp_path: Path, suffix: str) -> None:
    units, agents = tmp_path / f"units.{suffix}", tmp_path / f"agents.{suffix}"
    write = {"ods": write_ods, "xlsx": write_xlsx}[suffix]
    write(units, [("code", "name", "kind", "parent_code"), (12, "M", "ministry", ""), ("01", "A", "service", 12)])
    write(agents, [("email", "first_name", "last_name", "unit_code"), ("ana@m.example", "Ana", "Dupont", "01")])
    load(units, agents)
    assert [unit.code for unit in User.objects.get().unit.path_from_root()] == ["12", "01"]


def write_ods(path: Path, rows: list[tuple[Any, ...]]) -> None:
    path.write_bytes(b"".join(stream_write_ods([("sheet", rows[0], rows[1:])])))


@pytest.mark.parametrize(
    ("units", "agents", "words"),
    [
        (UNITS + ",Sans code,service,M\n", AGENTS, "units.csv, line 6: the code is empty."),
        (UNITS + "S3,,service,M\n", AGENTS, "units.csv, line 6: the name is empty."),
        (UNITS + "S3,X,pôle,M\n", AGENTS, "units.csv, line 6: the kind “pôle” is unknown"),
        (UNITS + "S1,X,service,M\n", AGENTS, "units.csv, lines 4, 6: the code “S1” is used more than once."),
        (UNITS + "S3,X,service,ZZ\n", AGENTS, "units.csv, line 6: no unit has the code “ZZ” of the parent."),
        (UNITS + "A,X,service,B\nB,Y,service,A\n", AGENTS, "units.csv, lines 6, 7: these units contain each other"),
        (UNITS + "A,X,service,A\n", AGENTS, "units.csv, line 6: these units contain each other: A → A."),
        (UNITS, AGENTS + ",Jo,X,,S1,,,\n", "agents.csv, line 4: the address is empty."),
        (UNITS, AGENTS + "not-an-address,Jo,X,,S1,,,\n", "agents.csv, line 4: “not-an-address” is not an e-mail"),
        (UNITS, AGENTS + "ANA@m.example,Jo,X,,S1,,,\n", "agents.csv, lines 3, 4: the address “ana@m.example” is used"),
        (UNITS, AGENTS + "jo@m.example,,X,,S1,,,\n", "agents.csv, line 4: the first name or the last name is empty."),
        (UNITS, AGENTS + "jo@m.example,Jo,X,,ZZ,,,\n", "agents.csv, line 4: no unit has the code “ZZ”."),
        (UNITS, AGENTS + "jo@m.example,Jo,X,,S1,no@m.example,,\n", "line 4: the manager “no@m.example” is neither"),
        (
            UNITS,
            AGENTS + "a@m.example,A,X,,S1,b@m.example,,\nb@m.example,B,X,,S1,a@m.example,,\n",
            "agents.csv, lines 4, 5: these agents manage each other: a@m.example → b@m.example → a@m.example.",
        ),
        (
            UNITS,
            AGENTS + f"jo@m.example,Jo,X,{'f' * 201},S1,,,\n",
            "line 4: “function” holds more than 200 characters.",
        ),
        (UNITS, AGENTS + f"jo@m.example,Jo,X,,S1,,{'|'.join(map(str, range(30)))},\n", "line 4: at most 20 skills"),
        ("code,name\nM,X\n", AGENTS, "units.csv, line 1: these columns are missing: kind, parent_code."),
        ("code,code,name,kind,parent_code\n", AGENTS, "units.csv, line 1: these columns are there twice: code."),
        ("", AGENTS, "units.csv: the file is empty."),
        (b"\xff\xfe\x00", AGENTS, "units.csv, line 1: these columns are missing"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_nothing_is_written(load: Any, units: Any, agents: Any, words: str) -> None:
    said = load(units, agents)
    assert words in said
    assert "Nothing was written." in said
    assert not Unit.objects.exists()
    assert not User.objects.exists()


def test_every_problem_is_named_at_once(load: Any) -> None:
    said = load(UNITS + ",,x,\n", AGENTS + ",,,,ZZ,,,\n")
    assert said.count("line 6") == 3
    assert said.count("line 4") == 3
    assert "6 things to correct." in said


@pytest.mark.parametrize("name", ["units.pdf", "nowhere.csv", "broken.ods"])
def test_file_that_cannot_be_read_is_refused_in_words(load: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name != "nowhere.csv":
        path.write_bytes(b"%PDF")
    assert f"{name}: " in load(path)
    assert not Unit.objects.exists()


def test_failure_in_the_middle_leaves_nothing(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.directory_import.run.close_missing", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load()
    assert not Unit.objects.exists()
    assert not User.objects.exists()


def test_dry_run_says_all_and_writes_nothing(load: Any) -> None:
    said = load(dry_run=True)
    assert "Agents: 2 created, 0 changed." in said
    assert "Dry run: nothing was written." in said
    assert not User.objects.exists()
    assert not Unit.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_missing_agent_is_listed_and_stays_open(load: Any) -> None:
    gone = UserFactory()
    assert gone.email in load()
    gone.refresh_from_db()
    assert gone.is_active


def test_missing_agent_is_closed_when_asked_externals_and_administrators_apart(load: Any) -> None:
    gone, partner, admin = UserFactory(), UserFactory(external=True), UserFactory(administrator=True)
    said = load(deactivate_missing=True)
    assert set(User.objects.filter(is_active=False)) == {gone}
    assert "Administrators who are not in the file, left as they are: 1" in said
    assert partner.email not in said
    row = OutboxEvent.objects.get(name=DirectoryImported.name)
    assert list(DirectoryImported(**row.payload).live()) == [revoked(gone.pk)], "their sockets close at once"
    assert User.objects.get(pk=gone.pk).session_epoch == 1
    assert admin.is_active


def test_moved_units_and_people_change_groups(load: Any) -> None:
    load()
    units = UNITS.replace("S1,Service un,service,D1", "S1,Service un bis,service,M") + "D2,Direction deux,direction,M\n"
    agents = AGENTS.replace("Acheteuse,S1", "Acheteuse,D2")
    said = load(units, agents)
    assert "Units: 1 created, 1 changed." in said
    assert "Agents: 0 created, 1 changed." in said
    groups = {user.email: set(user.groups.values_list("unit__code", flat=True)) for user in User.objects.all()}
    assert groups == {"cheffe@m.example": {"M", "S1"}, "ana@m.example": {"M", "D2"}}
    assert Unit.objects.find_problems() == ([], [], [], [], [])


def test_unit_and_what_held_it_can_change_places(load: Any) -> None:
    load("code,name,kind,parent_code\nA,A,direction,\nB,B,service,A\n", AGENTS.replace("S1", "B"))
    load("code,name,kind,parent_code\nA,A,direction,B\nB,B,service,\n", AGENTS.replace("S1", "B"))
    assert [unit.code for unit in Unit.objects.get(code="A").path_from_root()] == ["B", "A"]


def test_unit_under_one_that_it_holds_already_is_a_loop(load: Any) -> None:
    a = UnitFactory(code="A")
    UnitFactory(code="P", parent=a)
    assert "line 6: these units contain each other: A → P → A." in load(UNITS + "A,A,service,P\n")


def test_groups_that_are_no_units_are_kept(load: Any) -> None:
    from django.contrib.auth.models import Group

    load()
    person = User.objects.get(email="ana@m.example")
    person.groups.add(Group.objects.create(name="chorale"))
    load(agents=AGENTS.replace("Acheteuse,S1", "Acheteuse,"))
    assert set(person.groups.values_list("name", flat=True)) == {"chorale"}


def test_empty_cells_leave_what_agents_wrote_about_themselves(load: Any) -> None:
    load()
    person = User.objects.get(email="ana@m.example")
    User.objects.filter(pk=person.pk).update(phone="06", function="Mienne")
    person.skills.add("Chant")
    load(agents=AGENTS.replace("Acheteuse", ""))
    person.refresh_from_db()
    assert (person.phone, person.function) == ("06", "Mienne")
    assert set(person.skills.names()) == {"Achats", "Chant"}


def test_same_names_get_addresses_of_their_own(load: Any) -> None:
    UserFactory(handle="ana-dupont-2")
    lines = "".join(f"ana{n}@m.example,Ana,Dupont,,S1,,,\n" for n in range(3))
    load(agents=AGENTS + lines)
    handles = set(User.objects.filter(handle__startswith="ana-dupont").values_list("handle", flat=True))
    assert handles == {"ana-dupont", "ana-dupont-2", "ana-dupont-3", "ana-dupont-4", "ana-dupont-5"}


def test_closed_account_in_the_file_stays_closed_and_is_said(load: Any) -> None:
    UserFactory(email="ana@m.example", closed=True)
    assert "left closed: 1" in load()
    assert not User.objects.get(email="ana@m.example").is_active


def test_address_of_external_partner_is_refused(load: Any) -> None:
    UserFactory(email="ana@m.example", external=True)
    assert "line 3: “ana@m.example” is the address of an external partner." in load()
