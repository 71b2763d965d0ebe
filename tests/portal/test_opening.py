from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backstay.accounts.actions import grant
from backstay.accounts.choices import Access, CaseView
from backstay.assets import actions as assets
from backstay.assets.actions import Dates
from backstay.cases import queries
from backstay.core.scoping import acting
from backstay.products import actions as products
from tests.fixtures.cast import SETUP
from tests.fixtures.catalogues import without_gold

FORM = {"subject": "Gateway drops mail", "body": "Since **5.14**.", "severity": "S1"}
NEW = "/cases/new"


def cases_of(world):
    with acting(world.cast.viewer(world.ana)):
        return list(queries.detailed(queries.visible()).order_by("number"))


def files_of(world):
    """Names and sizes of the files of each case's first message."""
    with acting(world.cast.viewer(world.ana)):
        messages = [case.conversation.messages.get() for case in queries.visible().order_by("number")]
        return [list(each.attachments.order_by("id").values_list("name", "size")) for each in messages]


def log_file(name="log.txt", content=b"twelve bytes"):
    return SimpleUploadedFile(name, content, content_type="text/plain")


@pytest.fixture
def gateway(world):
    """A device with a version, and a product beside it."""
    product = world.cast.product("gateway")
    with acting(SETUP):
        version = products.add_version(product=product, name="5.14", released_on=world.at.date())
        return assets.register_device(
            organisation=world.organisation,
            serial="MG-1",
            product=product,
            version=version,
            site="Constanța",
            dates=Dates(),
            by=SETUP,
            at=world.at,
        )


def test_new_case_page_promises_each_severity_before_one_is_chosen(world):
    page = world.page(world.ana).get(NEW)
    offer = page.context["offer"]
    assert [row.key for row in offer.rows] == ["S1", "S2", "S3", "S4"]
    assert offer.rows[0].due_at == world.at + timedelta(hours=2)
    assert offer.chosen is None


def test_new_case_page_defines_each_severity_from_the_catalogue(world):
    page = world.page(world.ana).get(f"{NEW}?lang=ro")
    assert "Un sistem de producție este oprit" in page.content.decode()
    assert "Se pierd date sau datele sunt expuse unor străini." in page.content.decode()
    assert next(iter(page.context["form"].fields["severity"].choices)) == ("S1", "Critică")


def test_new_case_is_opened_with_what_the_page_promised(world):
    page = world.page(world.ana)
    promised = page.get(f"{NEW}?severity=S1").context["offer"].chosen.due_at
    answer = page.post(NEW, FORM)
    (case,) = cases_of(world)
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.number}?opened=1")
    assert case.next_due_at == promised
    shown = page.get(answer["Location"])
    assert (shown.context["standing"].due_at, shown.context["was_opened_now"]) == (promised, True)


def test_new_case_at_a_sundays_midnight_is_promised_for_monday(world, monkeypatch):
    sunday = datetime(2026, 11, 22, tzinfo=ZoneInfo("Europe/Bucharest"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: sunday)
    page = world.page(world.ana)
    offered = page.get(f"{NEW}?severity=S1&lang=en").context["offer"].chosen
    assert offered.due_at == sunday + timedelta(days=1, hours=2)
    assert [(span.kind, span.note) for span in offered.spans] == [
        ("skipped", "A day without support hours"),
        ("counted", "Support hours"),
    ]
    page.post(NEW, FORM)
    (case,) = cases_of(world)
    assert case.next_due_at == offered.due_at


def test_promise_is_read_again_as_a_part_when_the_form_changes(world):
    answer = world.page(world.ana).get(
        f"{NEW}?severity=S3", headers={"HX-Request": "true", "HX-Target": "promise"}
    )
    text = answer.content.decode()
    assert "<html" not in text
    assert answer.context["offer"].chosen.due_at == world.at.replace(hour=10) + timedelta(days=1)
    assert 'id="plan-frame" hx-swap-oob' in text


def test_promise_without_scripts_keeps_what_was_typed_and_sends_nothing(world):
    answer = world.page(world.ana).post(NEW, FORM | {"intent": "promise"})
    assert answer.status_code == 200
    assert answer.context["offer"].chosen.due_at == world.at + timedelta(hours=2)
    assert 'value="Gateway drops mail"' in answer.content.decode()
    assert cases_of(world) == []


def test_preview_renders_the_description_and_sends_nothing(world):
    page = world.page(world.ana)
    whole = page.post(NEW, FORM | {"intent": "preview"})
    part = page.post(NEW, FORM | {"intent": "preview"}, headers={"HX-Request": "true"})
    assert "<strong>5.14</strong>" in whole.content.decode()
    assert part.content.decode().startswith('<div class="preview">')
    assert cases_of(world) == []


def test_new_case_sent_twice_opens_one_case(world):
    page = world.page(world.ana)
    first = page.post(NEW, FORM | {"idempotency_key": "one"})
    again = page.post(NEW, FORM | {"idempotency_key": "one"})
    assert first["Location"] == again["Location"]
    assert len(cases_of(world)) == 1


def test_new_case_with_a_key_that_is_none_is_a_bad_request(world):
    refused = world.page(world.ana).post(NEW, FORM | {"idempotency_key": "x" * 201})
    assert (refused.status_code, cases_of(world)) == (400, [])


def test_new_case_with_a_used_key_and_other_words_asks_before_it_opens_another(world):
    page = world.page(world.ana)
    page.post(NEW, FORM | {"idempotency_key": "one"})
    refused = page.post(NEW, FORM | {"idempotency_key": "one", "subject": "Something else"})
    assert refused.status_code == 409
    assert 'value="Something else"' in refused.content.decode()
    assert len(cases_of(world)) == 1


def test_new_case_with_an_empty_subject_is_shown_again_with_its_files(world):
    page = world.page(world.ana)
    refused = page.post(NEW, FORM | {"subject": "", "attachments": [log_file(), log_file("two.txt")]})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["subject"]
    assert "Since **5.14**." in refused.content.decode()
    carried = [note["note"] for note in refused.context["form"].carried]
    page.post(NEW, FORM | {"carried": carried})
    assert files_of(world) == [[("log.txt", 12), ("two.txt", 12)]]


def test_carried_file_is_good_for_its_sender_alone_and_once(world):
    mihai = world.cast.contact(world.organisation, "Mihai")
    page = world.page(world.ana)
    refused = page.post(NEW, FORM | {"subject": "", "attachments": log_file()})
    (note,) = [note["note"] for note in refused.context["form"].carried]
    stolen = world.page(mihai).post(NEW, FORM | {"carried": note})
    assert (stolen.status_code, list(stolen.context["form"].errors)) == (422, ["attachments"])
    page.post(NEW, FORM | {"carried": note})
    page.post(NEW, FORM | {"carried": note})
    assert files_of(world) == [[("log.txt", 12)], []]


def test_file_that_is_too_large_is_refused_and_the_rest_of_the_form_kept(world, settings):
    settings.ATTACHMENT_MAX_BYTES = 20
    refused = world.page(world.ana).post(
        NEW, FORM | {"attachments": [log_file(), log_file("big.txt", b"x" * 21)]}
    )
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["attachments"])
    assert "big.txt: " in refused.context["form"].errors["attachments"][0]
    assert [note["name"] for note in refused.context["form"].carried] == ["log.txt"]


def test_new_case_takes_product_and_version_from_its_device(world, gateway):
    world.page(world.ana).post(NEW, FORM | {"serial": " mg-1 "})
    (case,) = cases_of(world)
    assert (case.device, case.product, case.product_version) == (gateway, gateway.product, gateway.version)


def test_new_case_takes_its_product_from_the_version(world, gateway):
    world.page(world.ana).post(NEW, FORM | {"version": gateway.version.pk})
    (case,) = cases_of(world)
    assert (case.product, case.product_version) == (gateway.product, gateway.version)


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"serial": "MG-1", "product": "other"}, "product"),
        ({"serial": "MG-404"}, "serial"),
        ({"severity": "S9"}, "severity"),
        ({"body": " "}, "body"),
        ({"product": "other", "version": "gateway"}, "version"),
    ],
)
def test_new_case_whose_facts_disagree_is_refused_at_the_field(world, gateway, given, wrong):
    other = world.cast.product("mailer")
    values = {"other": str(other.pk), "gateway": str(gateway.version.pk)}
    form = FORM | {name: values.get(value, value) for name, value in given.items()}
    refused = world.page(world.ana).post(NEW, form)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [wrong])
    assert cases_of(world) == []


@pytest.mark.parametrize("days", [None, -1], ids=["no contract", "expired"])
def test_new_case_without_a_valid_contract_is_told_so_and_accepted(world, days):
    period = {"ends_at": world.at + timedelta(days=days)} if days else {}
    organisation = world.cast.organisation(name="Bare", plan="gold" if days else "", **period)
    eva = world.cast.contact(organisation, "Eva")
    page = world.page(eva)
    before = page.get(f"{NEW}?severity=S1&lang=en").context["offer"]
    assert before.chosen is None
    assert before.lack.endswith("We accept your case all the same, and a team lead will look at it.")
    answer = page.post(NEW, FORM)
    shown = page.get(answer["Location"])
    assert shown.context["standing"].due_at is None
    assert shown.context["case"].no_promise == ("expired" if days else "no_contract")


def test_new_case_for_another_product_than_the_contract_covers_is_accepted_without_a_promise(world, gateway):
    with acting(SETUP):
        line = world.cast.product("mailer").line
        contract = world.organisation.contracts.get()
        contract.product_line = line
        contract.save()
    page = world.page(world.ana)
    assert page.get(f"{NEW}?severity=S1").context["offer"].chosen.due_at == world.at + timedelta(hours=2)
    told = page.get(f"{NEW}?severity=S1&serial=MG-1&lang=en").context["offer"]
    assert told.lack.startswith(f"Your contract {contract.number} covers Mailer line only")


@pytest.mark.parametrize("access", Access)
def test_partner_opens_cases_for_customers_whose_grant_is_full(world, access):
    customer = world.cast.organisation(name="Customer", plan="platinum")
    world.cast.organisation(name="Stranger")
    with acting(SETUP):
        grant(partner=world.organisation, customer=customer, access=access, by=SETUP, at=world.at)
    page = world.page(world.ana)
    form = page.get(NEW).context["form"]
    if access is Access.VIEW:
        assert "organisation" not in form.fields
        return
    names = [name for _, name in form.fields["organisation"].choices]
    assert names == ["Customer", "Meridian"]
    assert page.get(f"{NEW}?organisation={customer.pk}").context["plan"].name == "Platină"
    page.post(NEW, FORM | {"organisation": customer.pk})
    (case,) = cases_of(world)
    assert case.organisation == customer


def test_devices_of_other_organisations_are_neither_offered_nor_taken(world, gateway):
    other = world.cast.organisation(name="Other")
    eva = world.cast.contact(other, "Eva", view=CaseView.ORGANISATION)
    page = world.page(eva)
    assert page.get(NEW).context["devices"] == []
    refused = page.post(NEW, FORM | {"serial": "MG-1"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["serial"])


def test_partners_cannot_post_for_organisations_beyond_their_grants(world):
    other = world.cast.organisation(name="Other")
    customer = world.cast.organisation(name="Customer")
    with acting(SETUP):
        grant(partner=world.organisation, customer=customer, access=Access.FULL, by=SETUP, at=world.at)
    refused = world.page(world.ana).post(NEW, FORM | {"organisation": other.pk})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["organisation"])


def test_new_case_under_a_plan_that_left_the_catalogue_offers_the_severities_of_its_contract(world):
    world.cast.offer(without_gold())
    page = world.page(world.ana)
    shown = page.get(NEW)
    assert [key for key, _ in shown.context["form"].fields["severity"].choices] == ["S1", "S2", "S3", "S4"]
    refused = page.post(NEW, FORM | {"severity": "S5"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["severity"])
    assert page.post(NEW, FORM).status_code == 303
    assert [case.severity for case in cases_of(world)] == ["S1"]


def test_new_case_with_a_severity_that_its_product_does_not_have_is_told_at_the_field(world):
    """The product comes from the version that was chosen, and another contract covers it."""
    covered, other = world.cast.product("gateway"), world.cast.product("scanner")
    with acting(SETUP):
        version = products.add_version(product=other, name="2.0", released_on=world.at.date())
    world.cast.offer(without_gold())
    world.cast.sign(world.organisation, "platinum", covered.line)
    refused = world.page(world.ana).post(NEW, FORM | {"severity": "S5", "version": version.pk, "product": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["severity"])
    assert cases_of(world) == []
