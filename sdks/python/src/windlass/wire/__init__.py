"""How records travel: Avro in the Confluent wire format, values, headers, keys and partitions."""
