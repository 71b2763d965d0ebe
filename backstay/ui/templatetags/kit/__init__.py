"""The component kit as template tags, built in to every template: pages need no {% load %}.

Every input is given by its name: a misspelt one fails when the template compiles.
"""

from django import template

from backstay.ui.templatetags.kit import (
    controls,
    data,
    fields,
    frames,
    marks,
    navigation,
    page,
    pictures,
    talk,
    times,
)

register = template.Library()
for part in (controls, data, fields, frames, marks, navigation, page, pictures, talk, times):
    register.tags.update(part.register.tags)
