"""A merchant's settings as values: what the tables say, in the words of the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Table, bindparam, select

from delivery import travel_times
from delivery.afterwards import Afterwards, afterwards_of
from delivery.appearance import OUR_TEXTS, Contact, OwnTexts, contact_of, looks_of, spoken, texts_of
from delivery.driving import driving_of
from delivery.entered_fees import EnteredPrices, fee_of, fee_or_none, zone_fees_of
from delivery.fleets import Fleet, fleets_of, van_of
from delivery.learning import Learning, learning_of
from delivery.learnt_services import LearntService, load_learnt
from delivery.messages import MessageSettings
from delivery.messages import settings_of as messages_of
from delivery.remembered import Remembered
from delivery.rules.estimate import Backlog, Origin, OriginRule, Service, Transit
from delivery.rules.looks import declarations
from delivery.rules.pickup import Centre, CentresOrder, UnknownStock
from delivery.rules.places import Destination, Point, PointIndex, Zone
from delivery.rules.prices import Fee
from delivery.rules.slots import VANS, SlotException, SlotPattern
from delivery.rules.wallclock import zone_named
from delivery.rules.workdays import Region, WeekCalendar
from delivery.store.engine import Session
from delivery.store.tables import centres, merchants, origins, services, slot_patterns, vans, zones
from delivery.texts.catalogues import reader


@dataclass(frozen=True, slots=True)
class PricedService:
    """A carrier service and what it costs. `zone_fees` are in the order of its transits; empty when no zone has a fee of
    its own."""

    service: Service
    fee: Fee
    zone_fees: tuple[tuple[Zone, Fee], ...] = ()
    learning: Learning = field(default_factory=Learning)

    def fee_to(self, destination: Destination) -> Fee:
        """The fee of the first zone that covers the destination, else the service's own. With a postcode that is unknown
        only a zone of the whole country can."""
        return next((fee for zone, fee in self.zone_fees if zone.covers(destination)), self.fee)


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """Everything a merchant has set, as it stood at `version`. `look` is its looks as CSS custom properties.

    Fees are what shoppers pay, tax included; `tax_rate` is in hundredths of a percent.
    """

    merchant_id: str
    version: int
    name: str
    country: str
    language: str
    currency: str
    tax_rate: int
    time_zone: ZoneInfo
    allowed_origins: frozenset[str]
    origin_rule: OriginRule
    preselected_service: str | None
    horizon_days: int
    hold_minutes: int
    hold_limit_minutes: int
    payment_minutes: int
    few_left: int
    centres_shown: int
    centres_order: CentresOrder
    tracks_stock: bool
    languages: tuple[str, ...]
    texts: Mapping[str, OwnTexts]
    look: str
    contact: Contact
    messages: MessageSettings
    afterwards: Afterwards
    origins: Mapping[str, Origin]
    services: Mapping[str, PricedService]
    learnt: Mapping[str, LearntService]
    patterns: Mapping[str, SlotPattern]
    fleets: Mapping[str, Fleet]
    centres: tuple[Centre, ...]
    centre_index: PointIndex
    counts_at_centres: bool
    slot_origins: tuple[str, ...]
    slot_zones: tuple[Zone, ...]
    slot_fees: tuple[Fee, ...]
    made: Remembered = field(default_factory=Remembered)
    """What was made of this setup for one shopper and will do for the next; it goes when the settings change."""

    def locale_for(self, asked: str | None) -> str:
        """The locale in which a shopper who asks for this one is answered."""
        return spoken(asked, self.languages, self.language)

    def texts_in(self, locale: str) -> OwnTexts:
        """The merchant's own words for whoever reads this locale."""
        return self.texts.get(reader(locale).language, OUR_TEXTS) if self.texts else OUR_TEXTS

    def service_name(self, service_id: str | None) -> str:
        """What a service is called; empty for none and for one that is gone."""
        priced = self.services.get(service_id or "")
        return priced.service.name if priced else ""

    @property
    def has_van_windows(self) -> bool:
        """Whether vans keep any window."""
        return bool(self.fleets) and any(pattern.kept_by == VANS for pattern in self.patterns.values())

    def centre(self, centre_id: str) -> Centre | None:
        """The centre of this id."""
        return next((centre for centre in self.centres if centre.id == centre_id), None)


_merchant = select(merchants).where(merchants.c.id == bindparam("merchant_id"))


def _rows_of(table: Table) -> Any:
    return select(table).where(table.c.merchant_id == bindparam("merchant_id")).order_by(table.c.position, table.c.id)


_origins, _zones, _services, _patterns, _centres, _vans = map(
    _rows_of, (origins, zones, services, slot_patterns, centres, vans)
)


def load_setup(session: Session, merchant_id: str) -> Setup:
    """The setup of a merchant who exists, read in one transaction. Raises ValueError or TypeError for rows that
    cannot be."""
    whose = {"merchant_id": merchant_id}
    row = session.execute(_merchant, whose).one()
    prices = EnteredPrices(row.currency, 0 if row.fees_include_tax else row.tax_rate)
    own_zones = {zone.id: _zone(zone) for zone in session.execute(_zones, whose)}
    patterns = {slot.id: _pattern(slot, own_zones, prices) for slot in session.execute(_patterns, whose)}
    own_services = {service.id: _service(service, own_zones, prices) for service in session.execute(_services, whose)}
    own_centres = tuple(_centre(centre, prices) for centre in session.execute(_centres, whose))
    own_origins = {origin.id: _origin(origin) for origin in session.execute(_origins, whose)}
    return Setup(
        merchant_id=row.id,
        version=row.settings_version,
        name=row.name,
        country=row.country,
        language=row.language,
        currency=row.currency,
        tax_rate=row.tax_rate,
        time_zone=zone_named(row.time_zone),
        allowed_origins=frozenset(row.allowed_origins),
        origin_rule=OriginRule(row.origin_rule),
        preselected_service=row.preselected_service,
        horizon_days=row.horizon_days,
        hold_minutes=row.hold_minutes,
        hold_limit_minutes=row.hold_limit_minutes,
        payment_minutes=row.payment_minutes,
        few_left=row.few_left,
        centres_shown=row.centres_shown,
        centres_order=CentresOrder(row.centres_order),
        tracks_stock=row.tracks_stock,
        languages=tuple(row.languages),
        texts=texts_of(row.texts),
        look=declarations(looks_of(row.looks)),
        contact=contact_of(row.contact),
        messages=messages_of(row.messages),
        afterwards=afterwards_of(row.afterwards),
        origins=own_origins,
        services=own_services,
        learnt=load_learnt(
            session, merchant_id, {id_: (one.service, one.learning) for id_, one in own_services.items()}
        ),
        patterns=patterns,
        fleets=_fleets(session, merchant_id, own_origins, row.driving, prices),
        centres=own_centres,
        centre_index=PointIndex([centre.point for centre in own_centres]),
        counts_at_centres=any(centre.shelf_capacity is not None or centre.counts_work for centre in own_centres),
        slot_origins=tuple(dict.fromkeys(pattern.origin_id for pattern in patterns.values())),
        slot_zones=tuple(dict.fromkeys(pattern.zone for pattern in patterns.values())),
        slot_fees=_slot_fees(patterns),
    )


def _fleets(
    session: Session,
    merchant_id: str,
    own_origins: Mapping[str, Origin],
    facts: Mapping[str, Any],
    prices: EnteredPrices,
) -> dict[str, Fleet]:
    own_vans = [van_of(van) for van in session.execute(_vans, {"merchant_id": merchant_id})]
    driving = driving_of(facts, prices.paid)
    known = travel_times.load(session, merchant_id, driving.source) if own_vans else None
    return fleets_of(own_vans, own_origins, driving, known)


def _slot_fees(patterns: Mapping[str, SlotPattern]) -> tuple[Fee, ...]:
    """Every fee a window can have, exceptions included."""
    usual = [pattern.fee for pattern in patterns.values()]
    special = [day.fee for pattern in patterns.values() for day in pattern.exceptions.values() if day.fee]
    return tuple(dict.fromkeys(usual + special))


def _zone(row: Row[Any]) -> Zone:
    return Zone(row.id, row.country, tuple(row.postcodes))


def _origin(row: Row[Any]) -> Origin:
    holidays = Region(row.country, row.subdivision) if row.keeps_holidays else None
    return Origin(
        id=row.id,
        name=row.name,
        zone=zone_named(row.time_zone),
        calendar=WeekCalendar(frozenset(row.weekdays), holidays, _days(row.closed_days), _days(row.open_days)),
        usual_cut_off=row.usual_cut_off,
        cut_offs={int(weekday): time.fromisoformat(at) for weekday, at in row.cut_offs.items()},
        cut_off_overrides={
            date.fromisoformat(day): at and time.fromisoformat(at) for day, at in row.cut_off_overrides.items()
        },
        handling_days=row.handling_days,
        backlog=Backlog(**row.backlog),
        point=Point(row.latitude, row.longitude),
    )


def _service(row: Row[Any], own_zones: Mapping[str, Zone], prices: EnteredPrices) -> PricedService:
    transits = tuple(
        Transit(own_zones[transit["zone"]], transit["least_days"], transit["most_days"]) for transit in row.transits
    )
    service = Service(
        row.id, row.name, _calendar(row.collects), _calendar(row.delivers), transits, zone_named(row.time_zone)
    )
    fee = fee_of(row.fee, prices)
    zone_fees = zone_fees_of(row.transits, own_zones, fee, prices)
    return PricedService(service, fee, zone_fees, learning_of(row.learning))


def _pattern(row: Row[Any], own_zones: Mapping[str, Zone], prices: EnteredPrices) -> SlotPattern:
    return SlotPattern(
        id=row.id,
        zone=own_zones[row.zone_id],
        weekday=row.weekday,
        start_time=row.start_time,
        end_time=row.end_time,
        time_zone=zone_named(row.time_zone),
        capacity=row.capacity,
        fee=fee_of(row.fee, prices),
        lead_minutes=row.lead_minutes,
        origin_id=row.origin_id,
        kept_by=row.kept_by,
        exceptions={
            date.fromisoformat(day): SlotException(facts.get("capacity"), fee_or_none(facts.get("fee"), prices))
            for day, facts in row.exceptions.items()
        },
    )


def _centre(row: Row[Any], prices: EnteredPrices) -> Centre:
    return Centre(
        id=row.id,
        name=row.name,
        address=row.address,
        country=row.country,
        postal_code=row.address["postal_code"],
        zone=zone_named(row.time_zone),
        point=Point(row.latitude, row.longitude),
        opening_hours=row.opening_hours,
        fee=fee_of(row.fee, prices),
        subdivision=row.subdivision,
        exceptions={date.fromisoformat(day): text for day, text in row.exceptions.items()},
        preparation_minutes=row.preparation_minutes,
        same_day=row.same_day,
        keep_days=row.keep_days,
        arrival_time=row.arrival_time,
        origin_id=row.origin_id,
        service_id=row.service_id,
        shelf_capacity=row.shelf_capacity,
        minutes_per_order=row.minutes_per_order,
        people=row.people,
        unknown_stock=UnknownStock(row.unknown_stock),
        longer_days=row.longer_days,
        asks_signature=row.asks_signature,
    )


def _calendar(facts: Mapping[str, Any]) -> WeekCalendar:
    region = facts.get("holidays")
    return WeekCalendar(
        frozenset(facts["weekdays"]),
        Region(region["country"], region.get("subdivision")) if region else None,
        _days(facts.get("closed_days", ())),
        _days(facts.get("open_days", ())),
    )


def _days(texts: Any) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
