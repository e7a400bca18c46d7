#!/bin/sh
# Serves a registry on port 5000. The files in /registry determine its settings:
#   cert.pem and key.pem     it uses TLS
#   password                 it requires the user "tester" with that password
set -eu

cat >/registry/config.yml <<'CONFIG'
version: 0.1
log:
  level: info
storage:
  filesystem:
    rootdirectory: /var/lib/docker-registry
http:
  addr: 0.0.0.0:5000
CONFIG

if [ -e /registry/cert.pem ]; then
    export REGISTRY_HTTP_TLS_CERTIFICATE=/registry/cert.pem REGISTRY_HTTP_TLS_KEY=/registry/key.pem
fi
if [ -e /registry/password ]; then
    htpasswd -niB tester </registry/password >/registry/htpasswd
    export REGISTRY_AUTH=htpasswd REGISTRY_AUTH_HTPASSWD_REALM=tests REGISTRY_AUTH_HTPASSWD_PATH=/registry/htpasswd
fi
exec docker-registry serve /registry/config.yml
