#!/bin/sh
# Stands in for the entrypoint of the official image, which the library never runs.
echo "dockerd-entrypoint.sh: this entrypoint must not be used" >&2
exit 99
