"""`fraud-generator`: payments for the input topic."""

from generator.commands.history import history
from generator.commands.replay import replay
from generator.commands.run import run
from generator.errors import BadRowsError, GeneratorError, InterruptedRunError
from messaging.errors import DeliveryError, MessagingError
from schemas.command_line import CommandLine
from schemas.errors import SchemasError

LINE = CommandLine(
    name="fraud-generator",
    help="Generate payments, or replay a CSV of them, into the input topic.",
    commands=(("run", run), ("replay", replay), ("history", history)),
    foreseen=(GeneratorError, MessagingError, SchemasError),
    refusals=(DeliveryError, BadRowsError, InterruptedRunError),
)
"""Its commands; a command's file is `generator/commands/<name>.py`."""

application, main = LINE.application, LINE.main
"""The commands put together, and run: exit 0 done, 1 records were not delivered or rows are bad, 2 could not."""
