# Two commands do everything on a fresh Debian 12 machine with a Rust toolchain.

.PHONY: demo test bench score

# The whole job with nothing configured: sample mails in, replies and the daily report out.
demo:
	cargo run --release --locked --quiet -- demo

# Installs what the tests need (as root or through sudo) and runs formatting, clippy, the dependency check and every test.
test:
	./tests/install.sh
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	./tests/dependencies.sh
	cargo test --locked

# Speed and memory; the figures of docs/benchmarks.md.
bench:
	cargo bench --locked
