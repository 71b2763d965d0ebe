"""The rules that ship: loaded once, where a database has none; from then on they are the operator's."""

from backstay.routing.choices import Fact, RuleKind
from backstay.routing.decisions import Rule

REQUIRED = RuleKind.REQUIRE
PREFERRED = RuleKind.PREFER
RULES = (
    Rule(kind=REQUIRED, fact=Fact.BOUNDARY),
    Rule(kind=REQUIRED, fact=Fact.TIER),
    Rule(kind=REQUIRED, fact=Fact.LANGUAGE, argument="en"),
    Rule(kind=REQUIRED, fact=Fact.RETURNED),
    Rule(kind=REQUIRED, fact=Fact.AVAILABLE),
    Rule(kind=REQUIRED, fact=Fact.CAPACITY),
    Rule(kind=PREFERRED, fact=Fact.LANGUAGE, weight=25),
    Rule(kind=PREFERRED, fact=Fact.PRODUCT, weight=30),
    Rule(kind=PREFERRED, fact=Fact.TOPIC, weight=20),
    Rule(kind=PREFERRED, fact=Fact.LOAD, weight=30),
    Rule(kind=PREFERRED, fact=Fact.PREVIOUS, weight=20),
    Rule(kind=PREFERRED, fact=Fact.IDLE, weight=10),
)
