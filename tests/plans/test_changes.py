from django.utils.translation import override

from backstay.plans.catalogue import read
from backstay.plans.changes import CellChange, Change, cell_changes, changes


def test_equal_catalogues_have_no_changes(shipped_catalogue, shipped_source):
    other = read(shipped_source + "\n# a comment\n").catalogue
    assert changes(shipped_catalogue, other) == ()
    assert cell_changes(shipped_catalogue, other, "en") == ()


def test_changed_target_is_told_by_key_and_by_cell(shipped_catalogue, shipped_source):
    other = read(shipped_source.replace('amount = "2 hours"', 'amount = "90 minutes"')).catalogue
    (found,) = changes(shipped_catalogue, other)
    assert found == Change(("plans", "gold", "targets", "blocker", "amount"), "2 hours", "90 minutes")
    assert str(found) == 'plans.gold.targets.blocker.amount: "2 hours" becomes "90 minutes"'
    assert cell_changes(shipped_catalogue, other, "en") == (
        CellChange("Gold", "Blocker severity (S1 & S2)", "within 2 hours", "within 90 minutes"),
    )


def test_cells_that_change_are_told_in_the_language_asked_for(shipped_catalogue, shipped_source):
    other = read(shipped_source.replace('phone = "none"', 'phone = "12x5"', 1)).catalogue
    (found,) = cell_changes(shipped_catalogue, other, "ro")
    assert str(found) == "Argint, Telefon: Nu este inclus → 12 ore (zile lucrătoare)"


def test_plans_that_come_and_go_are_told(shipped_catalogue, shipped_source):
    other = read(
        shipped_source.replace("plans.gold", "plans.bronze").replace('en = "Gold"', 'en = "Bronze"')
    ).catalogue
    gone, new = changes(shipped_catalogue, other)
    assert (gone.path, gone.after, new.path, new.before) == (
        ("plans", "gold"),
        None,
        ("plans", "bronze"),
        None,
    )
    assert str(gone).startswith('plans.gold: gone, was format 1, name en "Gold", ro "Aur", rank 20, ')
    cells = cell_changes(shipped_catalogue, other, "en")
    with override("en"):
        assert str(cells[0]) == "Gold, Case (ticket) in the portal: 24 hours, business days → (nothing)"
    assert [cell.plan for cell in cells] == ["Gold"] * 8 + ["Bronze"] * 8


def test_values_inside_lists_of_one_length_are_told_singly(shipped_catalogue, shipped_source):
    other = read(shipped_source.replace('regions = ["us"]', 'regions = ["ro"]')).catalogue
    assert list(map(str, changes(shipped_catalogue, other))) == [
        'plans.emerald-us.regions[0]: "us" becomes "ro"'
    ]


def test_what_all_plans_share_is_told_once(shipped_catalogue, shipped_source):
    source = shipped_source.replace("breach + 15 minutes", "breach + 10 minutes").replace(
        'ladder = "standard"\n', "", 1
    )
    other = read(source.replace("days = 14", "days = 7")).catalogue
    assert list(map(str, changes(shipped_catalogue, other))) == [
        'plans.silver.ladder: gone, was "standard"',
        "reopening.days: 14 becomes 7",
        'ladders.standard.steps[3].mark: "breach + 15 minutes" becomes "breach + 10 minutes"',
    ]
    assert cell_changes(shipped_catalogue, other, "en") == ()
