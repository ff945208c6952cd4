# shellcheck shell=bash
# Installing what is missing: the distribution's packages and the virtual environment.

STARTED=$(date +%s)
step() { say "[$(($(date +%s) - STARTED)) s] $*"; }

# --- packages of the distribution ----------------------------------------------------------------
has_library() { /sbin/ldconfig -p | grep -q "$1"; }

# A Python from 3.11 that can make environments and that the serving account may run.
find_python() {
	local candidate
	for candidate in ${PYTHON3:-} python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
		candidate=$(command -v "$candidate") || continue
		if (cd / && as_service "$candidate" -c \
			'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))') 2>/dev/null; then
			echo "$candidate"
			return
		fi
	done
	return 1
}

find_chromium() {
	local candidate
	for candidate in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
		command -v "$candidate" && return
	done
	return 1
}

# The distribution's PostGIS for its newest PostgreSQL, e.g. postgresql-15-postgis-3.
postgis_package() {
	local package
	package=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' 2>/dev/null | cut -d' ' -f1 | sort -V | tail -n 1)
	echo "${package:-postgresql-15-postgis-3}" # no lists yet: Debian 12's name stands for it
}

# ensure_packages [tests]: each line of `missing` is "what for: packages".
ensure_packages() {
	local missing=() line packages=() root=()
	find_python >/dev/null || missing+=("Python 3.11 or newer with venv: python3 python3-venv")
	[ -n "${DATABASE_URL:-}" ] || pg_bin >/dev/null ||
		missing+=("PostgreSQL 15 or newer with PostGIS: $(postgis_package)")
	has_library 'libpango-1\.0\.so\.0' && has_library 'libpangoft2-1\.0\.so\.0' && has_library 'libharfbuzz-subset\.so\.0' ||
		missing+=("Pango, which sets the type of PDF documents: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")
	if [ "${1:-}" = tests ]; then
		find_chromium >/dev/null ||
			missing+=("a Chromium for the browser tests (or set CHROMIUM=/path): chromium")
		command -v xgettext >/dev/null ||
			missing+=("xgettext, to see whether all texts are translated: gettext")
	fi
	[ ${#missing[@]} -gt 0 ] || return 0

	if ! command -v apt-get >/dev/null; then
		for line in "${missing[@]}"; do say "missing: ${line%: *}"; done
		die "this is neither Debian nor Ubuntu, so please install the above yourself"
	fi
	if ! is_root; then
		if ! sudo -n true 2>/dev/null; then
			for line in "${missing[@]}"; do
				say "missing: ${line%: *}. Ask for: apt-get install ${line##*: }"
			done
			exit 3
		fi
		root=(sudo -n)
	fi
	if ! apt-cache show "$(postgis_package)" >/dev/null 2>&1; then
		step "fetching the lists of packages"
		"${root[@]}" apt-get update -q >&2
	fi
	for line in "${missing[@]}"; do
		case $line in PostgreSQL*) line=": $(postgis_package)" ;; esac # the list may be new
		# shellcheck disable=SC2206 # names of packages, separated by spaces
		packages+=(${line##*: })
	done
	step "installing ${packages[*]}"
	apt_install || { "${root[@]}" apt-get update -q >&2 && apt_install; } ||
		die "apt-get could not install: ${packages[*]}"
	pg_bin >/dev/null || [ -n "${DATABASE_URL:-}" ] ||
		die "${packages[*]} brought no PostgreSQL 15 or newer with PostGIS; set DATABASE_URL to a server of your own"
}

# Debian's package would make and start a server of its own for the whole machine; we need none.
apt_install() {
	local config=/etc/postgresql-common/createcluster.d/zasoby.conf status=0
	"${root[@]}" mkdir -p "${config%/*}"
	"${root[@]}" sh -c "echo 'create_main_cluster = false' >$config"
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
		-o DPkg::Lock::Timeout=300 "${packages[@]}" >&2 || status=$?
	"${root[@]}" rm -f "$config"
	return $status
}

# --- the virtual environment ---------------------------------------------------------------------
# ensure_venv requirements.txt|requirements-dev.txt: as pinned there. What was installed last is
# noted in .venv/installed, so that a second start costs nothing.
ensure_venv() {
	local file=$1 python wanted
	wanted=$(cd "$ROOT" && sha256sum "$file")
	if [ -L "$ROOT/.venv" ]; then
		[ -x "$PYTHON" ] || die ".venv is a link to an environment that is not there"
		return
	fi
	if [ -x "$PYTHON" ] && grep -qsxF "$wanted" "$ROOT/.venv/installed"; then
		return
	fi
	if ! as_owner "$PYTHON" -c 'import pip' 2>/dev/null; then
		python=$(find_python)
		step "making .venv with $python"
		as_owner "$python" -m venv --clear "$ROOT/.venv"
	fi
	step "installing packages from $file"
	as_owner "$PYTHON" -m pip install -qq --no-input --disable-pip-version-check --prefer-binary \
		-r "$ROOT/$file" >&2 || die "pip could not install $file, see above"
	# The development file holds every pin of the other one.
	if [ "$file" = requirements-dev.txt ]; then
		wanted+=$'\n'$(cd "$ROOT" && sha256sum requirements.txt)
	fi
	as_owner tee "$ROOT/.venv/installed" >/dev/null <<<"$wanted"
}
