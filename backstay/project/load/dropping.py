"""Takes what was loaded out again, and what was done to it since."""

from collections.abc import Callable

from backstay.project.load.loading import Connection, owner
from backstay.project.load.members import DOMAIN

AT_ONCE = 20  # organisations
# In this order: what points to a row goes before it. `chosen` are organisations, `gone` their cases.
STATEMENTS = (
    "create temporary table chosen on commit drop as select unnest(%(ids)s::bigint[]) id",
    """
    create temporary table gone on commit drop as
    select id, conversation_id, 'case:' || id as key from cases_case
    where organisation_id in (select id from chosen)
    """,
    """
    create temporary table clocks on commit drop as
    select clock_id id from cases_caseclock where case_id in (select id from gone)
    """,
    "analyze gone; analyze clocks",
    "delete from core_auditentry where subject_kind = 'case' and subject_id in (select id from gone)",
    """
    delete from core_auditentry
    where subject_kind = 'organisation' and subject_id in (select id from chosen)
    """,
    "delete from core_parkedevent where key in (select key from gone)",
    "delete from core_outboxevent where key in (select key from gone)",
    "delete from core_storedanswer where subject in (select key from gone)",
    "delete from cases_caseclock where case_id in (select id from gone)",
    "delete from sla_clockmark where clock_id in (select id from clocks)",
    "delete from sla_clockevent where clock_id in (select id from clocks)",
    "delete from sla_clock where id in (select id from clocks)",
    "delete from cases_participant where case_id in (select id from gone)",
    "delete from cases_draft where case_id in (select id from gone)",
    "delete from cases_presence where case_id in (select id from gone)",
    "delete from cases_case where id in (select id from gone)",
    """
    delete from conversations_attachment where message_id in (
        select id from conversations_message where conversation_id in (select conversation_id from gone)
    )
    """,
    "delete from conversations_message where conversation_id in (select conversation_id from gone)",
    "delete from conversations_conversation where id in (select conversation_id from gone)",
    "delete from entitlements_contract where organisation_id in (select id from chosen)",
    "delete from assets_device where organisation_id in (select id from chosen)",
    "delete from accounts_contact where organisation_id in (select id from chosen)",
    "delete from accounts_organisation where id in (select id from chosen)",
)
LEFT = (
    """
    delete from accounts_attestation where staff_id in (
        select s.id from accounts_staff s join accounts_user u on u.id = s.user_id
        where u.email like %(people)s
    )
    """,
    """
    delete from accounts_worklocation where staff_id in (
        select s.id from accounts_staff s join accounts_user u on u.id = s.user_id
        where u.email like %(people)s
    )
    """,
    "delete from accounts_staff where user_id in (select id from accounts_user where email like %(people)s)",
    "delete from accounts_user where email like %(people)s",
    """
    delete from products_productversion
    where product_id in (select id from products_product where key like 'load-%%')
    """,
    "delete from products_product where key like 'load-%%'",
    "delete from products_productline where key = 'load'",
)


def drop(*, tell: Callable[[str], None] = lambda _: None) -> int:
    """Remove every loaded organisation with its cases; answers how many organisations those were.

    An interrupted run goes on where it was.
    """
    connection = owner()
    found = _organisations(connection)
    for first in range(0, len(found), AT_ONCE):
        with connection.transaction():
            for statement in STATEMENTS:
                ids = found[first : first + AT_ONCE]
                connection.execute(statement, {"ids": ids} if "%(ids)s" in statement else None)
        tell(f"{min(first + AT_ONCE, len(found)):,} of {len(found):,} organisations removed")
    with connection.transaction():
        for statement in LEFT:
            connection.execute(statement, {"people": f"agent-%@{DOMAIN}"})
    return len(found)


def _organisations(connection: Connection) -> list[int]:
    rows = connection.execute(
        "select distinct organisation_id from accounts_contact where email like %s order by 1",
        [f"%@{DOMAIN}"],
    )
    return [row[0] for row in rows.fetchall()]
