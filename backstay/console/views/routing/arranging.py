"""What team leads arrange: skills, shifts, absences and capacity of people; the rules of the desk."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backstay.accounts import queries as accounts
from backstay.accounts.models import Staff
from backstay.console import panels
from backstay.console.access import staff_only
from backstay.console.answering import SentBefore, done_once, page, see
from backstay.console.filters import key
from backstay.console.views.routing.forms import (
    CHANNELS,
    AbsenceForm,
    CapacityForm,
    DeskForm,
    RuleForm,
    ShiftForm,
    SkillForm,
)
from backstay.conversations.choices import CHANNEL_LABELS, Channel
from backstay.core.scoping import current
from backstay.routing import actions, queries, rules
from backstay.routing.actions import BadPeriod, BoundaryStays, Change, Overlaps
from backstay.routing.choices import (
    FACT_LABELS,
    RULE_KIND_LABELS,
    SKILL_KIND_LABELS,
    STANDING_LABELS,
    Fact,
    RuleKind,
    SkillKind,
)
from backstay.routing.decisions import Person, Room
from backstay.routing.models import RoutingRule
from backstay.routing.wording import NO_CHANNEL

Forms = dict[str, django_forms.Form]


@staff_only
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with what may be believed of them now."""
    room = queries.room(at=timezone.now(), bound=False)
    context = {
        "lines": [(each, *_shown(each, room)) for each in sorted(room.people, key=lambda each: each.name)],
        "is_part": not current().sees_us,
        "rail": panels.rail(current(), counted=False),
    }
    return page(request, "console/routing_people.html", context)


def _shown(person: Person, room: Room) -> tuple[Any, ...]:
    """Their standing, whether they are on shift, and how full they are."""
    return (
        STANDING_LABELS[person.standing],
        rules.is_on_shift(person, at=room.at),
        rules.used(person, "", room),
        rules.limit(person, room),
    )


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def arrange(request: HttpRequest, staff_id: int) -> HttpResponse:
    """One person; a POST does what its `verb` says."""
    staff: Staff | None = accounts.staff_members().filter(pk=staff_id).first()
    if staff is None:
        raise Http404
    viewer = current()
    may_arrange = rules.may_arrange(viewer)
    if not may_arrange and viewer.id != staff.pk:
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, staff, _forms())
    verb = request.POST.get("verb", "")
    if verb not in VERBS or not (may_arrange or verb in OWN):
        raise PermissionDenied
    made = _forms(request, verb)
    if made[verb].is_valid():
        try:
            return see(done_once(request, lambda: _done(verb, staff, made[verb].cleaned_data)))
        except (SentBefore, BadPeriod, Overlaps) as error:
            made[verb].add_error(None, _trouble(error))
    return _page(request, staff, made, status=422)


def _trouble(error: Exception) -> str:
    if isinstance(error, BadPeriod):
        return _("It ends before it begins.")
    if isinstance(error, Overlaps):
        return _("There is another absence in that time.")
    return str(error)


def _done(verb: str, staff: Staff, given: dict[str, Any]) -> str:
    VERBS[verb](staff.pk, given, timezone.now())
    return reverse("console:routing_person", args=[staff.pk])


def _forms(request: HttpRequest | None = None, verb: str = "") -> Forms:
    skills = [
        (str(each.pk), f"{SKILL_KIND_LABELS[SkillKind(each.kind)]}: {each.label}")
        for each in queries.skills()
    ]
    patterns = [(each.key, each.name) for each in queries.patterns()]
    sent = {verb: request.POST} if request else {}
    return {
        "skill": SkillForm(sent.get("skill"), skills=skills, auto_id="skill_%s"),
        "shift": ShiftForm(sent.get("shift"), patterns=patterns, auto_id="shift_%s"),
        "absence": AbsenceForm(sent.get("absence"), auto_id="absence_%s"),
        "drop_absence": django_forms.Form(sent.get("drop_absence")),
        "capacity": CapacityForm(sent.get("capacity"), auto_id="capacity_%s"),
    } | ({"drop_absence": DropForm(request.POST)} if request and verb == "drop_absence" else {})


class DropForm(django_forms.Form):
    absence = django_forms.IntegerField()


def _page(request: HttpRequest, staff: Staff, made: Forms, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    context = {
        "staff": staff,
        "forms": made,
        "may_arrange": rules.may_arrange(current()),
        "person": queries.person(staff.pk, at=now),
        "skills": [
            (SKILL_KIND_LABELS[SkillKind(each.skill.kind)], each.skill.label, each.level)
            for each in queries.skills_of(staff.pk)
        ],
        "shifts": list(queries.shifts(staff.pk)),
        "absences": list(queries.absences(staff.pk, since=now)),
        "capacities": [
            (CHANNEL_LABELS[Channel(each.channel)] if each.channel else NO_CHANNEL, each.limit)
            for each in queries.capacities(staff.pk)
        ],
        "rail": panels.rail(current(), counted=False),
    }
    return page(request, "console/routing_person.html", context, status=status)


def _set_skill(staff_id: int, given: Mapping[str, Any], at: datetime) -> None:
    skill = queries.skills().get(pk=int(given["skill"]))
    actions.set_skill(staff_id=staff_id, skill=skill, level=int(given["level"]), by=current(), at=at)


def _set_shift(staff_id: int, given: Mapping[str, Any], at: datetime) -> None:
    pattern = queries.patterns().filter(key=given["pattern"]).first()
    actions.set_shift(
        staff_id=staff_id, pattern=pattern, since=given["since"], until=given["until"], by=current(), at=at
    )


def _add_absence(staff_id: int, given: Mapping[str, Any], at: datetime) -> None:
    actions.add_absence(staff_id=staff_id, **given, by=current(), at=at)


def _drop_absence(staff_id: int, given: Mapping[str, Any], at: datetime) -> None:
    absence = queries.absences(staff_id, since=at).filter(pk=given["absence"]).first()
    if absence is None:
        raise Http404
    actions.drop_absence(absence=absence, by=current(), at=at)


def _set_capacity(staff_id: int, given: Mapping[str, Any], at: datetime) -> None:
    actions.set_capacity(staff_id=staff_id, **given, by=current(), at=at)


VERBS: Mapping[str, Callable[[int, Mapping[str, Any], datetime], None]] = {
    "skill": _set_skill,
    "shift": _set_shift,
    "absence": _add_absence,
    "drop_absence": _drop_absence,
    "capacity": _set_capacity,
}
OWN = frozenset({"absence", "drop_absence"})  # what everybody may do for themselves


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """The rules in their order, and the settings; team leads change them, one form at a time."""
    may_arrange = rules.may_arrange(current())
    found = list(queries.routing_rules())
    settings = queries.settings(at=timezone.now())
    if request.method != "POST":
        return _desk_page(request, [(rule, _rule_form(rule)) for rule in found], _desk_form(settings))
    if not may_arrange:
        raise PermissionDenied
    rule = next((each for each in found if each.pk == key(request.POST.get("rule", ""))), None)
    sent: django_forms.BaseForm = _rule_form(rule, request) if rule else DeskForm(request.POST)
    if sent.is_valid():
        try:
            return see(done_once(request, lambda: _changed(rule, sent)))
        except (SentBefore, BoundaryStays) as error:
            words = _("Bound cases stay within the boundary; this rule always counts.")
            sent.add_error(None, words if isinstance(error, BoundaryStays) else str(error))
    shown = [(each, sent if each is rule else _rule_form(each)) for each in found]
    return _desk_page(request, shown, _desk_form(settings) if rule else sent, status=422)


def _changed(rule: RoutingRule | None, form: Any) -> str:
    by, at = current(), timezone.now()
    if rule is None:
        given = form.cleaned_data
        actions.change_desk(
            assigns=given["assigns"], default_limit=given["default_limit"], weights=form.weights, by=by, at=at
        )
    else:
        actions.change_rule(rule_id=rule.pk, change=Change(**form.cleaned_data), by=by, at=at)
    return reverse("console:routing_rules")


def _rule_form(rule: RoutingRule, request: HttpRequest | None = None) -> RuleForm:
    copy = RoutingRule(
        pk=rule.pk, position=rule.position, weight=rule.weight, argument=rule.argument, active=rule.active
    )
    return RuleForm(request.POST if request else None, instance=copy, auto_id=f"rule_{rule.pk}_%s")


def _desk_form(settings: Any) -> DeskForm:
    weights = {f"weight_{channel}": settings.weights.get(channel, 1) for channel, _label in CHANNELS}
    return DeskForm(
        initial={"assigns": settings.assigns, "default_limit": settings.default_limit, **weights},
        auto_id="desk_%s",
    )


def _desk_page(request: HttpRequest, shown: list[Any], form: Any, *, status: int = 200) -> HttpResponse:
    context = {
        "rules": [
            (rule, rule.name or FACT_LABELS[Fact(rule.fact)], RULE_KIND_LABELS[RuleKind(rule.kind)], each)
            for rule, each in shown
        ],
        "desk_form": form,
        "may_arrange": rules.may_arrange(current()),
        "rail": panels.rail(current(), counted=False),
    }
    return page(request, "console/routing_rules.html", context, status=status)
