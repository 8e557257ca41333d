"""What the settings of vans of the merchant's own are called, and of how they drive."""

from collections.abc import Mapping

from delivery.texts.sentences import N_
from delivery.texts.words import Words

VAN_AREAS: Mapping[str, Words] = {
    "vans": Words(
        N_("Vans"),
        N_("Your own vans: when they are out, and how much goes in. They keep the home windows that you say."),
    ),
    "driving": Words(
        N_("Driving and time at the door"),
        N_("How long a stop takes, how fast vans get there, and what a detour costs."),
    ),
}

VANS_AND_DRIVING: Mapping[str, Words] = {
    "windows.kept_by": Words(
        N_("Kept by"),
        N_(
            "Vans: it is on offer as long as one of them can still come by. Places then count only for addresses of which "
            "not even the postcode says where they lie."
        ),
    ),
    "vans.name": Words(N_("Name of the van"), N_("As it stands on the plan of the day.")),
    "vans.origin_id": Words(N_("Starts at")),
    "vans.number": Words(N_("How many of them"), N_("Vans of the same kind, out at the same times.")),
    "vans.weekdays": Words(N_("Out on")),
    "days_off": Words(N_("Not out on"), N_("Such as a day in the garage.")),
    "shift_start": Words(N_("Leaves at")),
    "shift_end": Words(
        N_("Is done at"), N_("Back where it started or, if it does not come back, done with its last stop.")
    ),
    "comes_back": Words(N_("Comes back"), N_("The way back is part of its shift.")),
    "most_parcels": Words(N_("Parcels that go in"), N_("Left empty: as many as there are.")),
    "most_kg": Words(N_("Kilograms that go in"), N_("Left empty: as many as there are.")),
    "stop_minutes": Words(N_("Minutes at each door"), N_("Parking, walking and ringing included.")),
    "minutes_per_parcel": Words(N_("Minutes more for each parcel")),
    "pieces_per_parcel": Words(N_("Pieces that go into a parcel"), N_("Left empty: an order is one parcel.")),
    "longer_minutes": Words(
        N_("Minutes more on request"), N_("For who needs longer at the door: the plan of the day gives it.")
    ),
    "driving.kmh": Words(N_("Usual pace (km/h)"), N_("On the road between two stops, lights and turns included.")),
    "paces": Words(N_("Other paces by time of day"), N_("Such as 18 km/h from 16:30 until 18:00.")),
    "paces.from_time": Words(N_("From")),
    "paces.until_time": Words(N_("Until")),
    "paces.kmh": Words(N_("Pace (km/h)")),
    "road_percent": Words(
        N_("Roads, in percent of the straight line"), N_("130: they are 1.3 times as long. Rivers make it more.")
    ),
    "unsure_minutes": Words(
        N_("Minutes to spare without an exact address"),
        N_("As long as only the postcode is known, a stop is thought this much farther from everywhere."),
    ),
    "source": Words(N_("Driving times come from"), N_("What they do not know yet is worked out from the distance.")),
    "source_url": Words(
        N_("Address of the map server"), N_("Such as https://osrm.shop.example. For OSRM and Valhalla only.")
    ),
    "near_minutes": Words(
        N_("“Near you then” up to (minutes)"),
        N_("A window says so when a van has a stop close by and this is all the driving it costs. 0: never."),
    ),
    "near_discount": Words(N_("Cheaper by, when near"), N_("Left empty: the fee stays.")),
    "far_minutes": Words(
        N_("Dearer from (minutes)"), N_("When coming by costs this much more driving. Left empty: never.")
    ),
    "far_fee": Words(N_("Dearer by, when far")),
}

VAN_CHOICES: Mapping[str, str] = {
    "kept_by.count": N_("As many places as it has"),
    "kept_by.vans": N_("Vans, as long as one can come by"),
    "source.distance": N_("The distance"),
    "source.matrix": N_("A file of your own"),
    "source.osrm": N_("A map server: OSRM"),
    "source.valhalla": N_("A map server: Valhalla"),
}
