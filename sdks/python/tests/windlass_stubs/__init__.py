# Stubs of algorithms and window types, made by `windlass generate`; do not edit.
# From definitions.yaml, health.registration.yaml.
