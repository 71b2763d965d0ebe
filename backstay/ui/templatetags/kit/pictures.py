"""Pictures with a table behind them."""

from typing import Any

from django import template

from backstay.ui import diagrams
from backstay.ui.inputs import Diagram

register = template.Library()


@register.inclusion_tag("ui/kit/diagram.html", name="diagram")
def diagram(*, picture: Diagram, id: str) -> dict[str, Any]:  # noqa: A002  # HTML's word
    """States and what leads from each to each: across on a desk, down on a phone, and the same as a table."""
    labels = {node.key: node.label for node in (*picture.nodes, picture.end)}
    labels[picture.frame_key] = picture.frame_label
    return {
        "picture": picture,
        "id": id,
        "drawings": [
            (diagrams.draw(picture, wide=True), "wide"),
            (diagrams.draw(picture, wide=False), "tall"),
        ],
        "rows": [
            {
                "number": number,
                "edge": edge,
                "sources": [labels[key] for key in edge.sources],
                "targets": [labels[key] for key in edge.targets],
            }
            for number, edge in enumerate(picture.edges, start=1)
        ],
    }
