# Kizuna. `make demo` and `make test` need Python 3.11, 3.12 or 3.13 and make, nothing else.
#
#   PYTHON=/path/to/python   another interpreter than the first fitting one
#   ONCE=1                   make demo ends after the table
#   ARGS="-k stage"          for pytest, the benchmarks or the drills
#
# Recipes keep to what make 3.81 and a POSIX shell know: that is what macOS ships.

VENV := .venv
BIN := $(VENV)/bin
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
CODE := kizuna municipalities messages surveys delivery tests
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/uv pip compile --quiet \
	--universal --generate-hashes --python-version 3.11 $(UPGRADE)
# A file stays with its worker: the fixtures that start real services are made once a file.
PARALLEL ?= -n auto --dist loadfile

.PHONY: help demo test check checks bench drill requirements messages clean venv install-demo install-dev

help:
	@echo 'make demo          today'"'"'s delivery on this machine, then http://127.0.0.1:8000 (ONCE=1 ends)'
	@echo 'make test          the whole suite (ARGS="-k word" for a part)'
	@echo 'make check         format, lint, types, layers, migrations, templates, deployment'
	@echo 'make bench         ratios beside the limit, to build/bench.json (NATION=1 adds all of Japan)'
	@echo 'make drill         failures against real processes, to build/drill.json (SEED=n, ROUNDS=n, SHORT=1)'
	@echo 'make requirements  compile the pins from pyproject.toml (UPGRADE=--upgrade for newer ones)'
	@echo 'make messages      compile the catalogues of translations'
	@echo 'make clean         remove the data of the demo, caches and builds'

demo: install-demo
	@$(BIN)/python -m kizuna.embedded demo $(if $(ONCE),--once)

test: install-dev
	@for name in chromium chromium-browser google-chrome; do \
		if command -v $$name >/dev/null 2>&1; then exit 0; fi; \
	done; \
	echo 'Chromium がないため、ブラウザーのテストは省かれます / no Chromium here: the browser tests are skipped (Debian: apt install chromium fonts-noto-cjk)'
	@$(BIN)/python -m kizuna.embedded run --throwaway -- \
		$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

bench: install-dev
	@$(BIN)/python -m tests.bench $(if $(NATION),--nation) $(ARGS)

drill: install-dev
	@$(BIN)/python -m tests.drills $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED)) \
		$(if $(SHORT),--short) $(ARGS)

check: install-dev
	@$(BIN)/python -m kizuna.embedded run --throwaway -- $(MAKE) --no-print-directory checks

# The parts of `check`. Types, migrations and deployment read the settings: services are up.
checks:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --check templates
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	PUBLIC_BASE_URL=https://kizuna.example ALLOWED_HOSTS=kizuna.example DEBUG=false \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

requirements: install-dev
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml --extra embedded -o requirements/demo.txt
	$(COMPILE) pyproject.toml --extra embedded --group dev -o requirements/dev.txt
	$(COMPILE) requirements/uv.in -o requirements/uv.txt

messages: install-dev
	$(BIN)/pybabel compile -D django -d kizuna/locale

clean:
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m kizuna.embedded clean; fi
	rm -rf build staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# --- Installation ---------------------------------------------------------------------------------

install-demo: venv
	$(call install,demo)

install-dev: venv
	$(call install,dev)

# Installs requirements/$(1).txt exactly, or does nothing when the stamp says it is there.
# `dev` contains `demo`: a developer's environment is not thinned out by `make demo`.
# uv obeys the machine's own settings; where only pip's name an index, uv is told.
define install
@set -e; \
sum() { cat requirements/uv.txt requirements/$$1.txt | cksum; }; \
there() { [ "$$(cat $(VENV)/.installed-$$1 2>/dev/null)" = "$$(sum $$1)" ]; }; \
if there dev || there $(1); then exit 0; fi; \
echo 'インストールしています / installing requirements/$(1).txt'; \
rm -f $(VENV)/.installed-*; \
$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt || true; \
index=$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || true)}; \
if [ -n "$$index" ] && [ -z "$${UV_DEFAULT_INDEX:-}$${UV_INDEX_URL:-}" ]; then \
	UV_DEFAULT_INDEX=$$index; export UV_DEFAULT_INDEX; \
fi; \
$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/$(1).txt || { \
	echo 'uv が使えないため pip で入れます / uv does not run here, using pip'; \
	unset UV_DEFAULT_INDEX; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/$(1).txt; \
}; \
sum $(1) > $(VENV)/.installed-$(1)
endef

# An environment that fits is kept. One that was moved, or made by another version, is made anew.
venv:
	@set -e; \
	if $(BIN)/python -c '$(FITS)' 2>/dev/null && $(BIN)/python -m pip --version >/dev/null 2>&1; then exit 0; fi; \
	chosen='$(PYTHON)'; \
	if [ -z "$$chosen" ]; then \
		for name in python3.13 python3.12 python3.11 python3 python; do \
			if $$name -c '$(FITS)' 2>/dev/null; then chosen=$$name; break; fi; \
		done; \
	fi; \
	if [ -z "$$chosen" ] || ! "$$chosen" -c '$(FITS)' 2>/dev/null; then \
		found=$$("$${chosen:-python3}" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || echo none); \
		echo "Python 3.11、3.12、3.13 のどれかが必要です(見つかったもの: $$found)。python3.13 を入れるか、PYTHON=/path/to/python3.13 を指定してください。" >&2; \
		echo "Python 3.11, 3.12 or 3.13 is needed (found: $$found; 3.14 does not run the LINE SDK). Install python3.13, or name one with PYTHON=/path/to/python3.13." >&2; \
		exit 2; \
	fi; \
	if ! "$$chosen" -c 'import ensurepip' 2>/dev/null; then \
		version=$$("$$chosen" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "$$chosen には venv の部品がありません。Debian/Ubuntu では: apt install python$$version-venv" >&2; \
		echo "$$chosen lacks what venv needs. On Debian or Ubuntu: apt install python$$version-venv" >&2; \
		exit 2; \
	fi; \
	"$$chosen" -m venv --clear $(VENV)
