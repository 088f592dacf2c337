"""`fraud-sandbox`: the whole pipeline in one process."""

from detector.errors import DetectorError
from generator.errors import GeneratorError
from messaging.errors import MessagingError
from sandbox.commands.limits import limits
from sandbox.commands.run import run
from sandbox.errors import ReconciliationError, SandboxError
from schemas.command_line import CommandLine
from schemas.errors import SchemasError

LINE = CommandLine(
    name="fraud-sandbox",
    help="Run the whole pipeline in one process: embedded broker, in-process registry, generator, detector.",
    commands=(("run", run), ("limits", limits)),
    foreseen=(SandboxError, DetectorError, GeneratorError, MessagingError, SchemasError),
    refusals=(ReconciliationError,),
)
"""Its commands; a command's file is `sandbox/commands/<name>.py`."""

application, main = LINE.application, LINE.main
"""The commands put together, and run: exit 0 done, 1 sent and found differ, 2 could not."""
