"""The functions of librdkafka's mock cluster, as ctypes sees them in the library that confluent-kafka carries."""

import ctypes
from functools import cache

from confluent_kafka import cimpl

from sandbox.errors import EmbeddedBrokerError

HANDLE = ctypes.c_void_p
TEXT = ctypes.c_char_p
INT = ctypes.c_int
INT16 = ctypes.c_int16
INT32 = ctypes.c_int32
INT64 = ctypes.c_int64
SIZE = ctypes.c_size_t

SIGNATURES: tuple[tuple[str, object, tuple[object, ...]], ...] = (
    ("rd_kafka_conf_new", HANDLE, ()),
    ("rd_kafka_conf_set_log_cb", None, (HANDLE, HANDLE)),
    ("rd_kafka_new", HANDLE, (INT, HANDLE, TEXT, SIZE)),
    ("rd_kafka_destroy", None, (HANDLE,)),
    ("rd_kafka_err2name", TEXT, (INT,)),
    ("rd_kafka_mock_cluster_new", HANDLE, (HANDLE, INT)),
    ("rd_kafka_mock_cluster_destroy", None, (HANDLE,)),
    ("rd_kafka_mock_cluster_bootstraps", TEXT, (HANDLE,)),
    ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, (HANDLE, INT32)),
    ("rd_kafka_mock_topic_create", INT, (HANDLE, TEXT, INT, INT)),
    ("rd_kafka_mock_topic_set_error", None, (HANDLE, TEXT, INT)),
    ("rd_kafka_mock_push_request_errors_array", None, (HANDLE, INT16, SIZE, ctypes.POINTER(INT))),
    ("rd_kafka_mock_clear_request_errors", None, (HANDLE, INT16)),
    ("rd_kafka_mock_broker_set_rtt", INT, (HANDLE, INT32, INT)),
    ("rd_kafka_mock_broker_set_down", INT, (HANDLE, INT32)),
    ("rd_kafka_mock_broker_set_up", INT, (HANDLE, INT32)),
    ("rd_kafka_mock_partition_set_leader", INT, (HANDLE, TEXT, INT32, INT32)),
    ("rd_kafka_mock_coordinator_set", INT, (HANDLE, TEXT, TEXT, INT32)),
    ("rd_kafka_mock_start_request_tracking", None, (HANDLE,)),
    ("rd_kafka_mock_clear_requests", None, (HANDLE,)),
    ("rd_kafka_mock_get_requests", ctypes.POINTER(HANDLE), (HANDLE, ctypes.POINTER(SIZE))),
    ("rd_kafka_mock_request_destroy_array", None, (ctypes.POINTER(HANDLE), SIZE)),
    ("rd_kafka_mock_request_api_key", INT16, (HANDLE,)),
)
"""Name, result and arguments of every function used; the mock's C interface is marked experimental by librdkafka."""


@cache
def librdkafka() -> ctypes.CDLL:
    """The library with its signatures.

    Looked up through confluent-kafka's extension module, because a symbol search also covers the libraries a module
    is linked with; so neither the bundled library's hashed name nor its folder need to be known.

    Raises:
        EmbeddedBrokerError: this build of confluent-kafka does not export the mock cluster.
    """
    library = ctypes.CDLL(cimpl.__file__)
    for name, result, arguments in SIGNATURES:
        try:
            function = getattr(library, name)
        except AttributeError as error:
            raise EmbeddedBrokerError(
                f"{cimpl.__file__} does not export {name}. Install confluent-kafka from its wheel "
                "(pip install --only-binary confluent-kafka confluent-kafka), or use a real broker."
            ) from error
        function.restype, function.argtypes = result, arguments
    return library
