"""Every table of the database, on one side or the other: bound, with what it carries, or not, and why.

A bound table has the column `boundary`, row security by it, and composite keys to the bound tables it points
to. `python -m checks boundary` compares this register with the database; a table that stands in neither
list fails there. tests/project/test_boundary_tables.py tries every bound table as people who may not see it.
"""

from collections.abc import Mapping

BOUND: Mapping[str, str] = {
    "accounts_organisation": "who the customer is",
    "accounts_contact": "the customer's people and their addresses",
    "accounts_grant": "which partner works for the customer",
    "accounts_boundaccess": "who came to which bound case, and who was refused",
    "assets_device": "what stands at the customer's sites",
    "entitlements_contract": "what the customer has bought",
    "conversations_conversation": "that there was a conversation",
    "conversations_message": "what was said",
    "conversations_attachment": "names and keys of files",
    "cases_case": "subject, state and terms of the case",
    "cases_caseclock": "which clock belongs to which case",
    "cases_participant": "who follows the case",
    "cases_draft": "replies being written",
    "cases_presence": "who is looking at the case",
    "cases_caselink": "which cases belong together",
    "cases_quietstep": "when a silent customer is reminded, and their case closed",
    "cases_incident": "what several customers' cases have in common",
    "cases_incidentupdate": "what their customers are told",
    "cases_incidentnotice": "which case was told",
    "routing_assignment": "who was given which case, when, and what spoke for them",
    "routing_impasse": "that nobody could take the case",
    "sla_clock": "the times of the case",
    "sla_clockevent": "the times of the case, and reasons in words",
    "sla_clockmark": "when the case was late",
    "escalation_escalationstep": "what happened to the case when nobody moved it",
    "escalation_escalationrequest": "why the customer asked for a manager, and the answer",
    "escalation_alarm": "that nobody could take the case",
    "oncall_page": "what somebody was asked to look at, with a short text",
    "oncall_pagedelivery": "who was asked, where, and how often",
    "core_auditentry": "old and new values of everything above",
    "core_outboxevent": "facts of everything above",
    "core_parkedevent": "which subject an event could not be handled for",
    "core_storedanswer": "answers that were given, repeated word for word",
}

UNBOUND: Mapping[str, str] = {
    "accounts_user": "read before anybody is known; an e-mail address to sign in with, and no name",
    "accounts_apitoken": "read before anybody is known; the digest, and a label that its owner chose",
    "accounts_staff": "the vendor's own people",
    "accounts_team": "the vendor's own teams",
    "accounts_attestation": "which facts about the vendor's own people were proved, and until when",
    "accounts_worklocation": "where the vendor's own people say they work",
    "accounts_officenetwork": "in which country the vendor's own networks are",
    "accounts_sighting": "on which networks the vendor's own people were seen",
    "accounts_accessinstant": "when the access of the vendor's own people may change next",
    "account_emailaddress": "allauth: the address of accounts_user once more",
    "account_emailconfirmation": "allauth: keys by which an address is confirmed",
    "mfa_authenticator": "allauth: secrets of second factors, read before anybody is known",
    "django_session": "read before anybody is known; holds who signed in and how, no customer's data",
    "auth_group": "Django's, unused: roles are accounts_staff's",
    "auth_group_permissions": "Django's, unused",
    "auth_permission": "Django's, about the code",
    "django_content_type": "Django's, about the code",
    "django_migrations": "Django's, about the code",
    "calendars_calendarversion": "opening hours and holidays, public",
    "plans_catalogueversion": "the vendor's offer, public",
    "plans_catalogueversion_calendars": "the vendor's offer, public",
    "plans_planversion": "the vendor's offer, public",
    "products_product": "the vendor's products, public",
    "products_productline": "the vendor's products, public",
    "products_productversion": "the vendor's products, public",
    "oncall_rota": "whom of its staff the vendor asks; `serves` says for which side",
    "oncall_layer": "the vendor's own turns",
    "oncall_member": "the vendor's own people",
    "oncall_override": "the vendor's own people; a reason that one of them gave",
    "oncall_persondoor": "the vendor's own people: where they want to be reached",
    "oncall_personfeed": "the digest of a calendar's address",
    "oncall_pushkey": "the key that signs pushes to browsers",
    "routing_skill": "what people may know, the operator's own words",
    "routing_staffskill": "the vendor's own people",
    "routing_shiftpattern": "the vendor's own hours",
    "routing_staffshift": "when the vendor's own people work",
    "routing_absence": "when the vendor's own people are away",
    "routing_availability": "whether the vendor's own people take cases",
    "routing_capacity": "how much the vendor's own people take, a number",
    "routing_desk": "settings",
    "routing_routingrule": "the rules of assignment",
    "cases_savedview": "a filter that a member of staff made; shows only what its reader may see",
    "core_readerposition": "how far each reader has come, a number",
    "core_outboxcounter": "one number; the application role may not even read it",
}

# Keys between bound tables that do not carry the boundary along, as "table.column".
PLAIN_KEYS: Mapping[str, str] = {
    "accounts_grant.partner_id": "a bound partner may work for an open customer, so the two may differ",
}

# Tables whose rows the application role may add, and never change or delete.
APPEND_ONLY = frozenset({"core_auditentry", "accounts_boundaccess"})
