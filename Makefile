# Two commands set everything up: `make run` and `make test`. The rest is for developers.
PORT ?= 8000
HOST ?= 127.0.0.1
BASE_URL ?= http://localhost:$(PORT)
BIN := .venv/bin
export BASE_URL

.PHONY: run test coverage check format bench faults fuzz lock translations

run:
	@tools/bootstrap run
	@exec $(BIN)/python -m probity.kernel.start --host $(HOST) --port $(PORT)

test:
	@tools/bootstrap dev
	@tools/test

coverage:
	@tools/bootstrap dev
	@tools/coverage

check:
	@tools/bootstrap dev
	@tools/check

format:
	@tools/bootstrap dev
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench:
	@tools/bootstrap dev
	$(BIN)/python -m benchmarks

# CASE=F1,F5 DATABASE=sqlite LONG=1 SEED=2 choose; every case is kept in build/faults.json as it ends
faults:
	@tools/bootstrap dev
	$(BIN)/python -m faults

# tools/fuzz NAME… for some importers; MINUTES and FUZZ_ROUNDS set how long
fuzz:
	@tools/bootstrap dev
	@tools/fuzz

translations:
	@tools/bootstrap dev
	@tools/translations

lock:
	@tools/bootstrap dev
	@tools/lock
