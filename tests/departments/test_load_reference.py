"""Loading the national reference data."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from departments.models import CertificationBody, TreatmentFunction, Trust

TRUSTS = "ods_code,name,type,region,postcode,icb_code,icb_name,town\n"
GOOD = 'RKE,Whittington Health NHS Trust,acute,London,N19 5NF,QMJ,"NHS North Central London, ICB",London\n'


def load(**options):
    out = StringIO()
    call_command("load_reference", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def trusts_file(tmp_path):
    def write(text, encoding="utf-8"):
        file = tmp_path / "trusts.csv"
        file.write_text(text, encoding=encoding)
        return file

    return write


def test_200_trusts_and_178_treatment_functions_come_with_the_portal(db):
    assert (
        load()
        == "trusts: 200 added, 0 changed, 0 as before.\ntreatment functions: 178 added, 0 changed, 0 as before.\n"
    )
    assert Trust.objects.get(ods_code="RKE").name == "Whittington Health NHS Trust"
    assert str(TreatmentFunction.objects.get(code="320")) == "Cardiology (320)"


def test_loading_twice_changes_nothing(db):
    load()
    assert (
        load()
        == "trusts: 0 added, 0 changed, 200 as before.\ntreatment functions: 0 added, 0 changed, 178 as before.\n"
    )


def test_a_name_that_changed_is_corrected_and_the_certification_body_stays(db, trusts_file):
    load()
    body = CertificationBody.objects.create(name="Assured")
    Trust.objects.filter(ods_code="RKE").update(name="Old name", body=body)
    assert "trusts: 0 added, 1 changed, 0 as before." in load(trusts=trusts_file(TRUSTS + GOOD))
    trust = Trust.objects.get(ods_code="RKE")
    assert (trust.name, trust.icb_name, trust.body) == (
        "Whittington Health NHS Trust", "NHS North Central London, ICB", body,
    )  # fmt: skip
    assert Trust.objects.count() == 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TRUSTS + GOOD + "rke!,A,acute,London,,Q,B,C\n", "line 3: ods_code is “rke!”"),
        (TRUSTS + GOOD + GOOD, "line 3: ods_code RKE stands on line 2 already."),
        (TRUSTS + GOOD.replace("Whittington Health NHS Trust", " "), "line 2: This field cannot be blank."),
        (TRUSTS + GOOD.replace("Whittington", "W" * 300), "line 2: Ensure this value has at most 200 characters"),
        (TRUSTS + "RKE,Whittington\n", "line 2: there are not as many cells as the header has."),
        (
            TRUSTS + GOOD + 'RAL,"Royal\nFree",acute,London,N1,QMJ,I,L\n' + "X,A,acute,London,,Q,B,C\n",
            "line 5: ods_code",
        ),
        (TRUSTS.replace("region,", ""), "line 1: the header lacks region."),
        (TRUSTS, "trusts.csv holds no rows below its header."),
        ("", "line 1: the header lacks ods_code, name"),
    ],
)
def test_a_wrong_file_is_told_by_its_lines_and_stores_nothing(db, trusts_file, text, said):
    with pytest.raises(CommandError) as refused:
        load(trusts=trusts_file(text))
    assert said in str(refused.value)
    assert not Trust.objects.exists()
    assert not TreatmentFunction.objects.exists()


def test_a_file_in_another_encoding_or_none_at_all_is_said(db, trusts_file, tmp_path):
    with pytest.raises(CommandError, match="not written in UTF-8"):
        load(trusts=trusts_file(TRUSTS + GOOD.replace("Health", "Hëalth"), encoding="latin-1"))
    with pytest.raises(CommandError, match=r"missing\.csv does not exist"):
        load(trusts=tmp_path / "missing.csv")


def test_wrong_treatment_functions_leave_the_trusts_unloaded_too(db, tmp_path):
    file = tmp_path / "functions.csv"
    file.write_text("code,name,short_name,valid_from\n32,Cardiology Service,Cardiology,\n")
    with pytest.raises(CommandError, match=r"functions\.csv, line 2: code is “32”; it must be three digits"):
        load(functions=file)
    assert not Trust.objects.exists()
