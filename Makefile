# Two commands set everything up: `make run` and `make test`. The rest is for developers.
PORT ?= 8000
HOST ?= 127.0.0.1
BASE_URL ?= http://localhost:$(PORT)
BIN := .venv/bin
export BASE_URL

.PHONY: run test check format bench lock translations

run:
	@tools/bootstrap run
	@exec $(BIN)/probity demo run --host $(HOST) --port $(PORT)

test:
	@tools/bootstrap dev
	@tools/test

check:
	@tools/bootstrap dev
	@tools/check

format:
	@tools/bootstrap dev
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench:
	@tools/bootstrap dev
	$(BIN)/python -m benchmarks

translations:
	@tools/bootstrap dev
	@tools/translations

lock:
	@tools/bootstrap dev
	@tools/lock
