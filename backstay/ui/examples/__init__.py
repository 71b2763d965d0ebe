"""The examples of every component, defined once: the gallery's, the tests' and axe's."""

from backstay.ui.examples import data, parts, times
from backstay.ui.examples.base import Section


def sections() -> list[Section]:
    """The gallery in its order."""
    return [
        Section(title="Time", examples=times.time()),
        Section(title="Marks", examples=parts.marks()),
        Section(title="Actions", examples=parts.actions()),
        Section(title="Frames", examples=parts.frames()),
        Section(title="Talk", examples=parts.talk()),
        Section(title="Forms", examples=data.all_forms()),
        Section(title="Tables", examples=data.tables()),
        Section(title="Navigation", examples=parts.navigation()),
    ]
