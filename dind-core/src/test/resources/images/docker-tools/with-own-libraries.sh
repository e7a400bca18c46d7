#!/bin/sh
# Runs the program of this script's name with the libraries beside it, because the system may have older ones.
set -eu
name=${0##*/}
folder=$(cd "$(dirname "$0")" && pwd -P)
case $name in
    docker-*) folder=${folder%/*} ;;
esac
exec "$folder/lib/loader" --library-path "$folder/lib" "$folder/programs/$name" "$@"
