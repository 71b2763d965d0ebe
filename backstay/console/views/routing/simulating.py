"""Who would get a case, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backstay.accounts import queries as accounts
from backstay.cases import queries as cases
from backstay.console import panels
from backstay.console.access import staff_only
from backstay.console.answering import page
from backstay.console.filters import key
from backstay.console.views.routing.forms import CaseForm, Choices, SupposeForm
from backstay.conversations.choices import Channel
from backstay.core.scoping import Boundary, current
from backstay.entitlements.queries import UnknownOrganisation
from backstay.plans import queries as plans
from backstay.plans.catalogue import say
from backstay.products.queries import products
from backstay.routing import queries, wording
from backstay.routing.decisions import Candidate, Decision
from backstay.routing.queries.imagining import BehindBoundary, Imagined
from businesstime import NeverOpen

ORGANISATIONS = 500  # offered to choose from


@dataclass(frozen=True, kw_only=True)
class Line:
    """One candidate as the table shows them."""

    name: str
    points: str
    is_chosen: bool
    is_able: bool
    reasons: list[tuple[str, str, str]]  # the rule, its points or nothing, the sentence


@staff_only
@require_safe
def simulate(request: HttpRequest) -> HttpResponse:
    """The simulator: for a case by its number, or for one that is supposed. Nothing is changed."""
    by_case = CaseForm(request.GET if "case" in request.GET else None)
    now = timezone.now()
    supposed = "severity" in request.GET
    by_facts = SupposeForm(request.GET if supposed else None, choices=_choices(now), auto_id="suppose_%s")
    context: dict[str, Any] = {"by_case": by_case, "by_facts": by_facts}
    if by_case.is_bound:
        context |= _of_case(by_case, now)
    elif by_facts.is_bound:
        context |= _of_facts(by_facts, now)
    is_wrong = any(form.is_bound and form.errors for form in (by_case, by_facts))
    context["rail"] = panels.rail(current(), counted=False)
    return page(request, "console/routing.html", context, status=422 if is_wrong else 200)


def _of_case(form: CaseForm, now: datetime) -> dict[str, Any]:
    if not form.is_valid():
        return {}
    digits = form.cleaned_data["case"].strip().upper().rpartition("-")[2]
    number = key(digits)
    case = cases.visible().filter(number=number).first() if number is not None else None
    if case is None:
        form.add_error("case", _("There is no such case."))
        return {}
    if case.closed_at is not None:
        form.add_error("case", _("This case is closed."))
        return {}
    return {"case": case, **_told(queries.decide(case, at=now))}


def _of_facts(form: SupposeForm, now: datetime) -> dict[str, Any]:
    if not form.is_valid():
        return {}
    given = form.cleaned_data
    at = given["at"] or now
    supposed = Imagined(
        severity=given["severity"],
        plan=given["plan"],
        organisation_id=key(given["organisation"]),
        product=products().filter(key=given["product"]).first() if given["product"] else None,
        language=given["language"],
        channel=Channel(given["channel"] or Channel.PORTAL),
        subject=given["subject"],
    )
    try:
        return _told(queries.decide_by(queries.imagine(supposed, at=at), at=at))
    except BehindBoundary:
        form.add_error("plan", _("Who would get a bound case is shown within the boundary only."))
    except UnknownOrganisation:
        form.add_error("organisation", _("There is no such organisation."))
    except (plans.UnknownTerm, NeverOpen) as error:
        form.add_error(None, str(error))
    return {}


def _told(decision: Decision) -> dict[str, Any]:
    chosen = decision.chosen
    return {
        "decision": decision,
        "conclusion": wording.conclusion(decision),
        "lines": [_line(each, is_chosen=each is chosen) for each in decision.candidates],
        "is_part": not current().sees_us,
    }


def _line(candidate: Candidate, *, is_chosen: bool) -> Line:
    shut_out = candidate.excluded_by
    telling = [shut_out] if shut_out else [each for each in candidate.verdicts if each.rule.weight]
    return Line(
        name=candidate.name,
        points="–" if shut_out else f"{candidate.points:g}",
        is_chosen=is_chosen,
        is_able=shut_out is None,
        reasons=[
            (
                wording.rule_name(each.rule),
                f"{each.points:+g}" if each.rule.weight else "",
                wording.sentence(each.finding),
            )
            for each in telling
        ],
    )


def _choices(now: datetime) -> dict[str, Choices]:
    """Plans and organisations on the viewer's side of the boundary."""
    viewer = current()
    in_force = [(version.key, plans.terms(version)) for version in plans.plans(now)]
    return {
        "severity": [(each.key, f"{each.key} {say(each.label)}") for each in plans.severities(now)],
        "plan": [(name, say(plan.name)) for name, plan in in_force if viewer.sees(Boundary(plan.boundary))],
        "organisation": [
            (str(pk), name) for pk, name in accounts.organisations().values_list("pk", "name")[:ORGANISATIONS]
        ],
        "product": [(each.key, each.name) for each in products()],
    }
