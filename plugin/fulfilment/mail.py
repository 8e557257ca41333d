"""A mail for each message of a booking, to the people who pack and bring. The message's id names the mail."""

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from delivery.endpoint_kinds import mailbox
from delivery.leases import Claimed
from delivery.texts.catalogues import merchant_locale, reader
from delivery.texts.handed import Letter, letter
from delivery.tries import Outcome, Verdict
from plugin.fulfilment.means import Means
from plugin.notify import mail as post
from plugin.notify import outcomes
from plugin.notify.mail import Mail

_VERDICTS = {
    outcomes.Verdict.SENT: Verdict.PASSED_ON,
    outcomes.Verdict.LATER: Verdict.FAILED,
    outcomes.Verdict.REFUSED: Verdict.HOPELESS,
    outcomes.Verdict.GONE: Verdict.GONE,
}

TEMPLATES = Environment(loader=PackageLoader("plugin", "templates/mails"), autoescape=True, undefined=StrictUndefined)


def hand_over(claimed: Claimed, means: Means) -> Outcome:
    """Send the mail of one message once."""
    message = orjson.loads(claimed.body)
    locale = merchant_locale(claimed.language)
    said = letter(message["type"], message["data"], locale)
    html = TEMPLATES.get_template("message.html").render(letter=said, language=reader(locale).tag)
    return posted(means, Mail(claimed.id, mailbox(claimed.url), said.subject, _text(said), html))


def posted(means: Means, mail: Mail) -> Outcome:
    """Send a mail, and say how it went in the words of handing over."""
    came = post.send_now(means.config, means.now, mail)
    return Outcome(_VERDICTS[came.verdict], came.took_ms, came.status, came.problem)


def _text(said: Letter) -> str:
    facts = (f"{label}:\n" + "\n".join(f"  {line}" for line in value.splitlines()) for label, value in said.facts)
    return "\n\n".join((said.heading, *facts)) + "\n"
