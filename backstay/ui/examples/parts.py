from backstay.ui.examples.base import Example, minutes
from backstay.ui.inputs import Crumb, Tab


def marks() -> list[Example]:
    return [
        Example(
            name="severity",
            source="""
                {% severity code="S1" title="production is down" %}
                {% severity code="S2" %} {% severity code="S3" %} {% severity code="S4" %}""",
        ),
        Example(
            name="tag",
            source="""
                {% tag label="bundle-0413.tgz · 212 MB" icon="paperclip" %}
                {% tag label="Level 2" kind="accent" %} {% tag label="ends in 9 days" kind="warn" %}
                {% tag label="breached" kind="late" %} {% tag label="scanned" kind="kept" icon="check" %}""",
        ),
        Example(name="bound", source="{% bound %}"),
        Example(
            name="presence",
            source="""
                {% presence name="Dana Ionescu" %}
                {% presence name="Chris Lee" doing="typing" %}""",
        ),
        Example(name="avatar", source='{% avatar name="Ana Marin" %} Ana Marin'),
        Example(name="kbd", source='{% kbd keys="g q" %} {% kbd keys="Ctrl+K" %}'),
        Example(
            name="icon",
            source="""
                {% icon name="shield" size=20 label="Protected" %}
                {% icon name="phone" size=20 %} Phone""",
        ),
    ]


def actions() -> list[Example]:
    return [
        Example(
            name="button",
            source="""
                {% actions %}
                {% button label="Reply" kind="primary" key="r" type="button" %}
                {% button label="Internal note" icon="lock" type="button" %}
                {% button label="Close case" kind="danger" type="button" %}
                {% button label="Discard" kind="quiet" type="button" %}
                {% button label="Star" icon="star" icon_only=True type="button" %}
                {% button label="Merge" disabled=True type="button" %}
                {% endactions %}""",
        ),
        Example(
            name="link_button",
            source="""
                {% link_button label="New case" href="#new" kind="primary" icon="plus" command="New" %}""",
        ),
        Example(
            name="menu",
            source="""
                {% menu label="Macros" icon="zap" %}
                <button type="button">Ask for the log bundle</button>
                <a href="#all">All macros</a>
                {% endmenu %}""",
        ),
        Example(
            name="dialog",
            source="""
                {% button label="Change severity" opens="severity-dialog" %}
                {% dialog id="severity-dialog" title="Change severity" %}
                <p>The customer is told, with your reason.</p>
                {% enddialog %}""",
        ),
    ]


def frames() -> list[Example]:
    return [
        Example(
            name="panel, facts",
            source="""
                {% panel title="Meridian Energy" %}{% facts %}
                {% fact term="Plan" value="Platinum to 31 March 2027" %}
                {% fact term="Partner" value="" %}
                <dt>Devices</dt><dd><a href="#d">MG-88213</a>, Gateway 5.14</dd>
                {% endfacts %}{% endpanel %}""",
        ),
        Example(
            name="heading",
            source="""
                {% heading title="Gateway drops mail" subtitle="BS-10482 · opened 12:58 EEST" level=2 %}
                {% button label="Assign to me" key="a" type="button" %}
                {% endheading %}""",
        ),
        Example(
            name="notice",
            source="""
                <div class="stack">
                {% notice title="Accepted without a promise." %}Your contract ended.{% endnotice %}
                {% notice kind="warn" %}Somebody else changed this case meanwhile.{% endnotice %}
                {% notice kind="late" title="Breached." %}It was due at 13:49 EEST.{% endnotice %}
                {% notice kind="kept" %}Your case is in.{% endnotice %}
                </div>""",
        ),
        Example(
            name="empty_state",
            source="""
                {% empty_state title="No case waits for you" %}
                <p>Take one from the unassigned.</p>
                {% link_button label="Unassigned" href="#unassigned" %}
                {% endempty_state %}""",
        ),
    ]


WRITTEN = """Port 25 answers, then **resets**:

- both clusters
- since `5.14`

```
421 4.7.0 TLS handshake failed
```
"""


def talk() -> list[Example]:
    context = {"opened": minutes(-55)}
    return [
        Example(
            name="message",
            source="""
                {% message author="Ana Marin" role="Meridian Energy" at=opened now=now timezone=zone %}
                <p>Since the update nothing gets in. Port 25 answers, then resets.</p>
                {% endmessage %}
                {% message author="Dana Ionescu" role="Support" side="us" at=now now=now timezone=zone %}
                <p>We see the resets in your log: the new TLS policy refuses the old cipher.</p>
                {% endmessage %}""",
            context=context,
        ),
        Example(
            name="note",
            source="""
                {% note author="Dana Ionescu" at=opened now=now timezone=zone %}
                <p>Same trace as BS-10377. <b>@Chris</b> can you confirm the rollback path?</p>
                {% endnote %}""",
            context=context,
        ),
        Example(
            name="markdown",
            source="""
                {% message author="Ana Marin" at=opened now=now timezone=zone %}
                {% markdown text=written %}
                {% endmessage %}""",
            context={"opened": minutes(-55), "written": WRITTEN},
        ),
        Example(
            name="entry",
            source="""
                <ol class="history">
                {% entry icon="user-check" at=opened now=now timezone=zone %}
                Assigned to <b>Dana Ionescu</b>
                {% endentry %}
                {% entry icon="arrow-up" at=now now=now timezone=zone %}
                Severity raised from S2 to S1: two clusters are down
                {% endentry %}
                </ol>""",
            context=context,
        ),
    ]


def navigation() -> list[Example]:
    tabs = [
        Tab(label="Conversation", href="#conversation", current=True, count="12"),
        Tab(label="History", href="#history"),
    ]
    return [
        Example(name="tabs", source='{% tabs label="Case" items=items %}', context={"items": tabs}),
        Example(
            name="crumbs",
            source='{% crumbs items=items current="BS-10482" %}',
            context={"items": [Crumb(label="My cases", href="#cases")]},
        ),
        Example(
            name="rail_link",
            source="""
                <nav class="rail-links" aria-label="Queues">
                {% rail_link label="At risk" href="#risk" icon="flame" count=3 urgent=True current=True %}
                {% rail_link label="Mine" href="#mine" icon="user" count=11 %}
                {% rail_link label="Plans" href="#plans" %}
                </nav>""",
        ),
        Example(
            name="bar_link",
            source="""
                <nav class="bar-links" aria-label="Portal"><ul>
                {% bar_link label="My cases" href="#c" current=True %}
                {% bar_link label="Plans" href="#p" %}
                </ul></nav>""",
        ),
        Example(name="languages", source="{% languages %}"),
    ]
