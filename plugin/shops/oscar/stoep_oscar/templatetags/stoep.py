"""Tags: what was promised for an order, and the same template as the shop has it."""

from html import unescape
from typing import Any

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

from stoep_oscar.models import Delivery
from stoep_oscar.promises import name_of, news_of, sentence_of

register = template.Library()


@register.simple_tag
def stoep_delivery(order: Any) -> dict[str, Any] | None:
    """What is known of an order's delivery: `title`, `sentence` and the same as plain `text`, `news` of a new day,
    `delivery_page`, `choose_page` and the `row` itself; None for an order of which Stoep knows nothing. Asks Stoep nothing."""
    number = getattr(order, "number", None)
    row = Delivery.objects.filter(order_number=number).first() if number else None
    if row is None:
        return None
    sentence = sentence_of(row.type, row.facts) if row.type else ""
    return {
        "title": name_of(row.facts) if row.facts.get("title") else "",
        "sentence": sentence,
        "text": unescape(sentence),
        "news": news_of(row.state, row.facts),
        "delivery_page": row.delivery_page,
        "choose_page": row.choose_page,
        "row": row,
    }


class _Next(Node):
    """The template of the same name that would be shown without ours. Text mails of Oscar's have no blocks to extend."""

    def render(self, context: Context) -> SafeString:
        ours = context.template.origin  # type: ignore[union-attr]
        found, _origin = context.template.engine.find_template(ours.template_name, skip=[ours])  # type: ignore[union-attr]
        return found.render(context)


@register.tag
def stoep_next_template(_parser: Parser, _token: Token) -> _Next:
    """{% stoep_next_template %}: this template as the shop has it, with the same context."""
    return _Next()
