"""Named limits of what travels. A limit that is met says its name, the value and the limit."""

RESULT_BYTES = 4 * 1024 * 1024
RESULT_DEPTH = 32
RECORD_BYTES = 8 * 1024 * 1024
METADATA_BYTES = 16 * 1024
EMISSIONS_PER_RESULT = 1_000
ID_LENGTH = 200
NAME_LENGTH = 100
SIGNAL_BYTES = 64 * 1024
SIGNAL_VALUES = 64
