"""`fraud-detector`: sorts payments into legit and fraud."""

from detector.commands.alerts import alerts
from detector.commands.backtest import backtest
from detector.commands.dead_letters import dead_letters
from detector.commands.evaluate import evaluate
from detector.commands.rebuild import rebuild
from detector.commands.rules import rules
from detector.commands.run import run
from detector.commands.score import score
from detector.commands.show import show
from detector.errors import DetectorError, ReplayRefusedError
from messaging.errors import MessagingError
from schemas.command_line import CommandLine
from schemas.errors import SchemasError

LINE = CommandLine(
    name="fraud-detector",
    help="Sort payments into legit and fraud, exactly once, and look after what could not be sorted.",
    commands=(
        ("run", run),
        ("alerts", alerts),
        ("rebuild", rebuild),
        ("show", show),
        ("score", score),
        ("evaluate", evaluate),
        ("backtest", backtest),
    ),
    groups=(("dead-letters", dead_letters), ("rules", rules)),
    foreseen=(DetectorError, MessagingError, SchemasError),
    refusals=(ReplayRefusedError,),
)
"""Its commands; a command's file is `detector/commands/<name>.py`."""

application, main = LINE.application, LINE.main
"""The commands put together, and run: exit 0 done, 1 refused (a replay that must not be), 2 could not."""
