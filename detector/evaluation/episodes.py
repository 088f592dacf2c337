"""Alerts that belong together."""

from collections.abc import Iterable

from detector.evaluation.verdicts import Alert


def episodes(alerts: Iterable[Alert]) -> list[list[Alert]]:
    """Alerts put together that share an episode, directly or over others; one without episode stands alone.

    This is how many separate things an analyst is told of: a ring that raises a hundred alerts is one. Groups and the
    alerts in them are in the order of the alerts.
    """
    told, above = list(alerts), dict[str, str]()
    for alert in told:
        for name in alert.episodes:
            above[_top(above, name)] = _top(above, alert.episodes[0])
    groups: dict[str | int, list[Alert]] = {}
    for alert in told:
        groups.setdefault(_top(above, alert.episodes[0]) if alert.episodes else alert.row, []).append(alert)
    return list(groups.values())


def _top(above: dict[str, str], name: str) -> str:
    """The episode that stands for all that were put together with one.

    Halves the way of each name it passes (Tarjan and van Leeuwen 1984): chains of any length stay near one step.
    """
    while (over := above.setdefault(name, name)) != name:
        above[name] = name = above[over]
    return name
