# Two commands do everything on a fresh Debian 12 machine with a Rust toolchain.

.PHONY: demo test model bench

# The whole job with nothing configured: sample mails in, replies and the daily report out. Without the model (no python3 with
# pip, no network) scans go to a person and everything else works.
demo:
	-./models/fetch.sh
	cargo run --release --locked --quiet -- demo

# Line numbers in backtraces cost compiling time; a panic says its place without them.
test: export CARGO_PROFILE_DEV_DEBUG = 0

# Installs what the tests need (as root or through sudo) and runs formatting, clippy, the dependency check and every test.
test:
	./tests/install.sh
	./models/fetch.sh
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	./tests/dependencies.sh
	cargo test --locked

# The model that reads scans and photos.
model:
	./models/fetch.sh

# Speed and memory; the figures of docs/benchmarks.md. `per_file` is run by benches/compare.py, and `recognition`
# is given files (docs/recognition.md).
bench:
	cargo bench --locked --bench reading --bench whole_program
