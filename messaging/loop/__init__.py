"""The exactly-once loop."""

from messaging.loop.hold import Hold
from messaging.loop.input_batch import InputBatch, Run
from messaging.loop.loop import ExactlyOnceLoop
from messaging.loop.outputs import Outputs
from messaging.loop.processor import Processor
from messaging.loop.properties import consumer_properties, producer_properties, transactional_id
from messaging.loop.stateless import StatelessHooks

__all__ = [
    "ExactlyOnceLoop",
    "Hold",
    "InputBatch",
    "Outputs",
    "Processor",
    "Run",
    "StatelessHooks",
    "consumer_properties",
    "producer_properties",
    "transactional_id",
]
