"""A day of bookings played again: customers ask one by one, each for a window of their own, and are accepted or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from delivery.rules.driving import Roads
from delivery.rules.gaps import best_gap
from delivery.rules.replans import Effort, replan
from delivery.rules.route_checks import faults_of_day
from delivery.rules.routes import Route, Shift, Stop


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done beside inserting. After `every` accepted customers the day is planned anew for `seconds`; whoever fits nowhere
    waits at most `rescue_seconds` for a plan with everybody in it. 0 of either: never."""

    every: int = 10
    seconds: float = 0.3
    rescue_seconds: float = 0.25
    seed: int = 0


INSERTION_ONLY = Policy(every=0, rescue_seconds=0)


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it: numbers of the customers accepted and refused, in the order in which they asked; the routes; what each
    answer took (milliseconds); how often the day was planned anew; and what the checker found broken, which must be nothing."""

    accepted: tuple[int, ...]
    refused: tuple[int, ...]
    routes: tuple[Route, ...]
    answer_ms: tuple[float, ...]
    replans: int
    faults: tuple[str, ...]

    @property
    def asked(self) -> int:
        """How many customers asked."""
        return len(self.accepted) + len(self.refused)

    @property
    def share(self) -> float:
        """Which share of them was accepted."""
        return len(self.accepted) / self.asked if self.asked else 1.0

    @property
    def ms_median(self) -> float:
        """What an answer takes, in the middle."""
        return median(self.answer_ms) if self.answer_ms else 0.0

    @property
    def ms_p99(self) -> float:
        """What 99 of 100 answers do not take longer than."""
        return (
            sorted(self.answer_ms)[min(len(self.answer_ms) - 1, len(self.answer_ms) * 99 // 100)]
            if self.answer_ms
            else 0.0
        )


def replay(
    shifts: Sequence[Shift],
    customers: Sequence[Stop],
    roads: Roads,
    policy: Policy,
    timer: Callable[[], float],
    told: Callable[[Stop, bool, float], None] = lambda _stop, _accepted, _ms: None,
) -> Replay:
    """Ask for each customer in turn. `timer` counts seconds; `told` hears each answer and the milliseconds it took."""
    day = _Day([Route(shift, (), roads) for shift in shifts], policy)
    accepted, refused, took = list[Stop](), list[int](), list[float]()
    for stop in customers:
        begun = timer()
        is_in = day.ask(stop)
        took.append(1000 * (timer() - begun))
        if is_in:
            accepted.append(stop)
        else:
            refused.append(stop.number)
        told(stop, is_in, took[-1])
        day.settle()
    faults = faults_of_day(day.routes, accepted)
    numbers = tuple(stop.number for stop in accepted)
    return Replay(numbers, tuple(refused), tuple(day.routes), tuple(took), day.replans, tuple(faults))


class _Day:
    def __init__(self, routes: list[Route], policy: Policy) -> None:
        self.routes, self.replans = routes, 0
        self._policy, self._new = policy, 0

    def ask(self, stop: Stop) -> bool:
        """Insert it; else look for a plan with everybody in it."""
        gap = best_gap(self.routes, stop, self.routes[0].roads)
        if gap is not None:
            n, position = gap
            self.routes[n] = self.routes[n].with_stop(stop, position)
            self._new += 1
            return True
        policy = self._policy
        return policy.rescue_seconds > 0 and self._replan(Effort(policy.rescue_seconds, policy.seed, True), (stop,))

    def settle(self) -> None:
        """Plan anew when enough is new."""
        if self._policy.every and self._new >= self._policy.every:
            self._replan(Effort(self._policy.seconds, self._policy.seed))

    def _replan(self, effort: Effort, more: Sequence[Stop] = ()) -> bool:
        self._new = 0
        self.replans += 1
        found = replan(self.routes, effort, more)
        if found is None:
            return False
        self.routes = found
        return True
