#!/bin/sh
# Guards licenses and sources of the dependency tree with cargo-deny (deny.toml). Built without optimisation and line numbers
# when it is not there: it runs for a second, once. Advisories need the network's advisory database: `cargo deny check advisories`.
set -eu
tools="${CARGO_TARGET_DIR:-target}/tools"
if command -v cargo-deny >/dev/null 2>&1; then
    deny=cargo-deny
else
    deny="$tools/bin/cargo-deny"
    [ -x "$deny" ] || CARGO_PROFILE_DEV_DEBUG=0 cargo install --quiet --debug --locked --root "$tools" --version 0.20.2 cargo-deny
fi
"$deny" check licenses bans sources
