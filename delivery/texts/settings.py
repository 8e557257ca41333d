"""What the settings are called, for pages, reports of faults and the log of changes.

A setting's words are found by its path in the document, `services.transits.zone`: the longest end of the path that is
listed counts, so that what several areas share is said once.
"""

from collections.abc import Mapping

from delivery.texts.after_settings import AFTER_THE_ORDER
from delivery.texts.catalogues import say
from delivery.texts.sentences import N_
from delivery.texts.van_settings import VAN_AREAS, VAN_CHOICES, VANS_AND_DRIVING
from delivery.texts.words import Words

AREAS: Mapping[str, Words] = {
    "shop": Words(N_("The shop"), N_("Its name, language and currency, and how offers are made.")),
    "origins": Words(N_("Origins"), N_("The places your goods leave from: working days, cut-offs, days to pack.")),
    "calendar": Words(
        N_("Closed days"), N_("Public holidays and days of your own, for all origins and windows at once.")
    ),
    "zones": Words(N_("Zones"), N_("Parts of a country by postcode, for transit times, windows and fees.")),
    "services": Words(
        N_("Carrier services"), N_("What carriers do for you: their days, how long they take, what you ask for it.")
    ),
    "windows": Words(N_("Home windows"), N_("The hours your own courier comes round, with places and fees.")),
    **VAN_AREAS,
    "centres": Words(N_("Pick-up centres"), N_("Where people collect: opening hours, preparation, room on the shelf.")),
    "fees": Words(N_("Tax on fees"), N_("The rate, and whether your fees are entered with it.")),
    "texts": Words(N_("Words and languages"), N_("Your own words in the picker, and the languages shoppers may get.")),
    "looks": Words(N_("Colours"), N_("How the picker looks in your checkout.")),
    "contact": Words(N_("Help for shoppers"), N_("Where they can ask about their order.")),
    "messages": Words(N_("Messages"), N_("What shoppers hear at each step, and in which words.")),
    "afterwards": Words(
        N_("After the order"), N_("What shoppers may still change and until when, and what happens at the end.")
    ),
    "retention": Words(N_("Personal data"), N_("How long names and addresses are kept.")),
    "install": Words(N_("Web addresses"), N_("What the shop runs on, and whose pages may call.")),
}

SETTINGS: Mapping[str, Words] = {
    "name": Words(N_("Name")),
    "shop.name": Words(N_("Name of the shop"), N_("As shoppers read it.")),
    "services.name": Words(N_("Name of the service"), N_("As shoppers read it, such as “Evening delivery”.")),
    "origins.name": Words(N_("Name of the origin"), N_("Shoppers may read it in the reason for a date.")),
    "country": Words(N_("Country")),
    "language": Words(N_("Language"), N_("For shoppers whose own language we have no words for.")),
    "currency": Words(N_("Currency"), N_("Three letters, such as EUR. Baskets in another currency are refused.")),
    "time_zone": Words(N_("Time zone"), N_("Left empty: that of the shop.")),
    "shop.time_zone": Words(N_("Time zone"), N_("It says when your day ends.")),
    "origin_rule": Words(N_("Which origin sends"), N_("Of those that have all the goods.")),
    "preselected_service": Words(N_("Chosen in advance"), N_("Better nothing: shoppers then choose for themselves.")),
    "horizon_days": Words(N_("Days ahead"), N_("How far ahead home windows are shown.")),
    "hold_minutes": Words(N_("Minutes a place is kept"), N_("For the shopper who is checking out.")),
    "hold_limit_minutes": Words(N_("Minutes it is kept at most"), N_("However often it is extended.")),
    "payment_minutes": Words(N_("Minutes to pay"), N_("An order that is not paid by then loses its place.")),
    "few_left": Words(N_("Say how many places are left from"), N_("Only when it is true and this few. 0: never.")),
    "centres_shown": Words(N_("Pick-up centres shown"), N_("The nearest ones.")),
    "centres_order": Words(N_("Which pick-up centre comes first"), N_("Of the nearest ones, which are shown.")),
    "tracks_stock": Words(
        N_("Look at stock"), N_("Places that lack the goods are passed over. What is not counted is taken to be there.")
    ),
    "address": Words(N_("Address")),
    "address.lines": Words(N_("Street and number"), N_("One line for each.")),
    "postal_code": Words(N_("Postcode")),
    "city": Words(N_("Town")),
    "subdivision": Words(
        N_("Part of the country"), N_("Only where its public holidays differ, such as BW in Germany.")
    ),
    "latitude": Words(N_("Latitude"), N_("Left empty: found by the postcode, where that is known.")),
    "longitude": Words(N_("Longitude")),
    "weekdays": Words(N_("Days")),
    "origins.weekdays": Words(N_("Working days")),
    "keeps_holidays": Words(N_("Closed on public holidays")),
    "closed_days": Words(N_("Closed on"), N_("Days of your own, besides weekdays and holidays.")),
    "open_days": Words(N_("Open after all on"), N_("Although it is a holiday or no usual day.")),
    "usual_cut_off": Words(N_("Cut-off"), N_("Ordered before, work starts the same working day.")),
    "cut_offs": Words(N_("Other cut-offs by weekday"), N_("Left empty: the usual one.")),
    "cut_off_overrides": Words(N_("Other cut-offs on some days"), N_("Without a time: closed that day.")),
    "handling_days": Words(
        N_("Working days to pack"), N_("0: packed on the day work starts. A product may take longer.")
    ),
    "backlog": Words(N_("Work that waits"), N_("Whole days of it put the date off.")),
    "orders_waiting": Words(N_("Orders waiting")),
    "minutes_per_order": Words(N_("Minutes for each")),
    "people": Words(N_("People packing")),
    "by_hand_days": Words(N_("Extra days, by hand"), N_("When filled in, it counts instead of the sum.")),
    "working_minutes_per_day": Words(N_("Working minutes a day")),
    "postcodes": Words(
        N_("Postcodes"),
        N_("One on each line: the beginning of postcodes (10) or a range (1011-1109). None: the whole country."),
    ),
    "collects": Words(N_("Days the carrier collects from you")),
    "delivers": Words(N_("Days the carrier delivers")),
    "holidays": Words(N_("Public holidays that are free"), N_("Left empty: holidays are days like others.")),
    "holidays.country": Words(N_("Of the country")),
    "transits": Words(
        N_("How long it takes, by zone"),
        N_("In delivery days of the carrier. Of the zones that cover a place the first counts."),
    ),
    "learning": Words(
        N_("Learning"),
        N_("Dates follow what happened to earlier parcels; your own days count as long as these are few."),
    ),
    "learning.mode": Words(N_("Dates of this service")),
    "learning.confidence": Words(
        N_("Promises to keep, in percent"), N_("The more, the later the day that shoppers are shown.")
    ),
    "learning.widest_days": Words(
        N_("Widest range to show, in delivery days"), N_("Its last day stays. Left empty: as wide as it is.")
    ),
    "zone": Words(N_("Zone")),
    "least_days": Words(N_("Days at least")),
    "most_days": Words(N_("Days at most")),
    "fee": Words(N_("Fee")),
    "transits.fee": Words(N_("Another fee in this zone"), N_("Left empty: the fee of the service.")),
    "value.fee": Words(N_("Another fee that day"), N_("Left empty: the usual fee.")),
    "amount": Words(N_("Fee")),
    "fee.amount": Words(N_("Fee"), N_("Where there are steps by weight, those count instead.")),
    "free_from": Words(N_("Free from a basket of"), N_("Left empty: never free.")),
    "by_weight": Words(N_("By weight"), N_("Up to so many grams, this fee; what is heavier pays the last one.")),
    "up_to_g": Words(N_("Up to (grams)")),
    "zone_id": Words(N_("Zone"), N_("Who can choose it.")),
    "origin_id": Words(N_("Leaves from")),
    "centres.origin_id": Words(
        N_("Has stock of its own"),
        N_("The origin that stands here: collected from its own stock, possibly the same day."),
    ),
    "service_id": Words(N_("Parcels are brought by"), N_("Where there is no stock of its own, or it lacks the goods.")),
    "weekday": Words(N_("Weekday")),
    "start_time": Words(N_("From")),
    "end_time": Words(N_("Until")),
    "capacity": Words(N_("Places"), N_("How many orders fit.")),
    "value.capacity": Words(N_("Places that day"), N_("0: closed. Left empty: as usual.")),
    "lead_minutes": Words(
        N_("Closes before it starts (minutes)"), N_("180: three hours before. Later nobody can choose it.")
    ),
    "exceptions": Words(N_("Other days"), N_("What differs on a certain day.")),
    "centres.exceptions": Words(N_("Other hours on some days"), N_("Such as 10:00-14:00. Without hours: closed.")),
    "opening_hours": Words(N_("Opening hours"), N_("Such as Mo-Fr 09:00-12:30,13:30-18:00; Sa 10:00-17:00; Su,PH off")),
    "preparation_minutes": Words(N_("Minutes to prepare"), N_("While it is open, until an order lies ready.")),
    "same_day": Words(N_("Ready the same day"), N_("When there is time enough before it closes.")),
    "keep_days": Words(N_("Days a parcel is kept")),
    "arrival_time": Words(N_("Parcels lie ready from"), N_("On the day the carrier brings them.")),
    "shelf_capacity": Words(
        N_("Room for parcels"), N_("When it is full the centre is not on offer. Left empty: no limit.")
    ),
    "centres.minutes_per_order": Words(
        N_("Minutes for each order that waits"), N_("They put off the next one. 0: waiting orders do not count.")
    ),
    "centres.people": Words(N_("People at work there"), N_("They share the orders that wait.")),
    "unknown_stock": Words(
        N_("What nobody counted"), N_("Goods whose number is not known here. What is counted and lacking is brought.")
    ),
    "longer_days": Words(N_("Days longer on request"), N_("Shoppers can ask for it once. 0: they cannot.")),
    "asks_signature": Words(N_("Ask for a signature"), N_("Drawn on the screen when a parcel is handed over.")),
    "tax_rate": Words(N_("Tax on delivery fees, in percent")),
    "fees_include_tax": Words(N_("Fees are entered with tax"), N_("If not, the tax is added to what shoppers see.")),
    "retention_days": Words(
        N_("Days personal data is kept"), N_("After the delivery. Then names and addresses are erased; numbers stay.")
    ),
    "languages": Words(N_("Languages shoppers may get"), N_("None chosen: every language we have words for.")),
    "texts.texts": Words(N_("Your own words")),
    "texts.nl": Words(N_("In Dutch")),
    "texts.en": Words(N_("In English")),
    "shipping": Words(N_("Heading of the carrier's days")),
    "local_delivery": Words(N_("Heading of the home windows")),
    "pickup": Words(N_("Heading of the pick-up centres")),
    "note": Words(N_("A sentence above the options")),
    "email": Words(N_("E-mail")),
    "phone": Words(N_("Telephone")),
    "url": Words(N_("Web page")),
    "light": Words(N_("By day")),
    "dark": Words(N_("By night"), N_("For readers who have their screen dark. Left empty: ours.")),
    "accent": Words(N_("Accent")),
    "on_accent": Words(N_("Text on the accent")),
    "text": Words(N_("Text")),
    "surface": Words(N_("Ground")),
    "line": Words(N_("Lines")),
    "radius": Words(N_("Round corners"), N_("In pixels; 0 is square.")),
    "font": Words(N_("Letters")),
    "enabled": Words(
        N_("Send mails to shoppers"), N_("Off as long as your shop mails about deliveries itself: nobody wants both.")
    ),
    "sent": Words(N_("Send it by mail")),
    "en": Words(N_("In English")),
    "nl": Words(N_("In Dutch")),
    "de": Words(N_("In German")),
    "fr": Words(N_("In French")),
    "subject": Words(N_("Subject")),
    "by_phone": Words(N_("Send it as a text message")),
    "short": Words(N_("Text message"), N_("A text message holds 160 characters, a link of about 60 included.")),
    **AFTER_THE_ORDER,
    **VANS_AND_DRIVING,
    "platform": Words(N_("What the shop runs on")),
    "checkout_url": Words(N_("Address of your checkout"), N_("The self-check looks at this page.")),
    "allowed_origins": Words(N_("Web addresses that may call"), N_("One on each line, such as https://shop.example.")),
}

CHOICES: Mapping[str, str] = {
    "origin_rule.earliest": N_("The one that promises earliest"),
    "origin_rule.nearest": N_("The nearest"),
    "centres_order.distance": N_("The nearest"),
    "centres_order.ready": N_("Where it lies ready first"),
    "unknown_stock.offer": N_("Lies there"),
    "unknown_stock.transfer": N_("Is brought from elsewhere"),
    "font.page": N_("Those of your page"),
    "font.system": N_("Those of the reader's device"),
    "font.serif": N_("With serifs"),
    **{
        f"{name}.{value}": words
        for name in ("correct_until", "redirect_until", "notes_until")
        for value, words in (
            ("packed", N_("As long as it is not packed")),
            ("dispatched", N_("As long as it has not left")),
            ("never", N_("Not at all")),
        )
    },
    "uncollected_fee.keep": N_("It is kept"),
    "uncollected_fee.refund": N_("It is given back"),
    "mode.off": N_("By your own days"),
    "mode.on": N_("Learnt, and learning on"),
    "mode.pinned": N_("Learnt until now, and left so"),
    **VAN_CHOICES,
    "platform.html": N_("Plain HTML, or a shop of your own making"),
    "platform.stripe": N_("A checkout by Stripe"),
    "platform.oscar": N_("django-oscar"),
}


def label(path: str, locale: str | None) -> str:
    """What the setting at this path is called."""
    return say(locale, words_of(path).label)


def help_for(path: str, locale: str | None) -> str:
    """What one should know to fill it in; may be empty."""
    words = words_of(path).help
    return say(locale, words) if words else ""


def words_of(path: str) -> Words:
    """The words at the longest listed end of a path. Raises KeyError for a setting without words."""
    parts = path.split(".")
    ends = (".".join(parts[start:]) for start in range(len(parts)))
    found = next((SETTINGS[end] for end in ends if end in SETTINGS), None)
    if found is None:
        raise KeyError(path)
    return found
