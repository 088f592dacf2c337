"""Alerts that belong together."""

from collections.abc import Iterable

from detector.evaluation.verdicts import Alert


def episodes(alerts: Iterable[Alert]) -> list[list[Alert]]:
    """Alerts put together that share an episode, directly or over others; one without episode stands alone.

    This is how many separate things an analyst is told of: a ring that raises a hundred alerts is one.
    """
    group_of: dict[str, int] = {}
    groups: dict[int, list[Alert]] = {}
    names: dict[int, set[str]] = {}
    for number, alert in enumerate(alerts):
        met = {group_of[name] for name in alert.episodes if name in group_of}
        groups[number], names[number] = [alert], set(alert.episodes)
        for other in met:
            groups[number] += groups.pop(other)
            names[number] |= names.pop(other)
        group_of.update(dict.fromkeys(names[number], number))
    return list(groups.values())
