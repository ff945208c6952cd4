# shellcheck shell=bash
# What the scripts in bin/ share: where things are, which account serves, the embedded database.
#
# The embedded database is a private PostgreSQL cluster under var/pg that listens on a unix socket
# only. Everybody who uses it holds a shared lock on var/run/pg.lock; the last one to leave stops the
# cluster, so that two commands at once don't pull it from under each other. `bin/db start` keeps
# it up until `bin/db stop`.

set -euo pipefail
umask 022
export LC_ALL=C.UTF-8 # decimal points, and messages that we read

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VAR=$ROOT/var
PGDATA_DIR=$VAR/pg
PYTHON=$ROOT/.venv/bin/python
DB_NAME=app

say() { printf '%s\n' "$*" >&2; }
die() {
	say "${0##*/}: $*"
	exit 1
}
is_root() { [ "$(id -u)" = 0 ]; }

# --- the account that owns the cluster and serves ------------------------------------------------
# PostgreSQL refuses to run as root and so do we: root's commands hand over to the account that
# owns the cluster, else the checkout, else to the distribution's postgres, else nobody.
service_account() {
	local owner
	is_root || { id -un && return; }
	if [ -n "${SERVICE_USER:-}" ]; then
		echo "$SERVICE_USER"
		return
	fi
	for owner in "$(stat -c %U "$PGDATA_DIR" 2>/dev/null || true)" "$(stat -c %U "$ROOT")" postgres nobody; do
		if [ -n "$owner" ] && [ "$owner" != root ] && getent passwd "$owner" >/dev/null; then
			echo "$owner"
			return
		fi
	done
}

# Runs a command as that account, with no way back to root.
as_service() {
	if is_root; then
		drop_to "$(service_account)" "$@"
	else
		"$@"
	fi
}

# Runs a command as the owner of the checkout, so that root leaves no files of its own in somebody
# else's tree. In root's own checkout this is root.
as_owner() {
	if is_root && [ "$(stat -c %u "$ROOT")" != 0 ]; then
		drop_to "$(stat -c %U "$ROOT")" "$@"
	else
		"$@"
	fi
}

drop_to() {
	local user=$1
	shift
	setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --inh-caps=-all \
		--no-new-privs -- env HOME="$VAR" USER="$user" LOGNAME="$user" "$@"
}

# The folders below var/ that the server writes to belong to the serving account; whatever root's
# commands left there is handed over. Secrets are readable by that account alone.
prepare_var() {
	local folder user
	mkdir -p "$VAR"
	is_root && chown --reference="$ROOT" "$VAR"
	user=$(service_account)
	for folder in files mail run log; do
		mkdir -p "$VAR/$folder"
		chmod 700 "$VAR/$folder"
	done
	if [ ! -s "$VAR/secret_key" ]; then
		(umask 077 && head -c 60 /dev/urandom | base64 -w 0 >"$VAR/secret_key.new" && mv "$VAR/secret_key.new" "$VAR/secret_key")
	fi
	hand_over_files "$user"
}

hand_over_files() {
	if is_root; then
		find "$VAR/files" "$VAR/mail" "$VAR/run" "$VAR/log" "$VAR/secret_key" \
			! -user "$1" -exec chown -h "$1:$(id -g "$1")" {} +
	fi
}

# The serving account must get into the checkout. A clone of root's in a folder that is closed to
# others (/root, mktemp -d) is shown to it at another place, which only this command's processes
# see: a bind mount in a mount namespace of its own.
ensure_reach() {
	local place shown_from=${SHOWN_FROM:-}
	unset SHOWN_FROM # ours alone, not our commands'
	is_root || return 0
	(cd / && as_service test -r "$ROOT/manage.py" -a -x "$ROOT") && return 0
	place=/run/zasoby-$(printf %s "$ROOT" | sha256sum | cut -c1-12)
	if [ -n "$shown_from" ] || ! unshare --mount true 2>/dev/null; then
		die "the account '$(service_account)', which runs database and server, cannot read ${shown_from:-$ROOT}; move the checkout to a folder that is open to others, for example /srv (and chmod -R o+rX it), or run as an ordinary user"
	fi
	mkdir -p "$place"
	# shellcheck disable=SC2016 # expanded inside
	SHOWN_FROM=$ROOT exec unshare --mount --propagation private -- bash -c \
		'mount --bind "$1" "$2" && exec "$2/bin/$3" "${@:4}"' - "$ROOT" "$place" "${0##*/}" "$@"
}

# --- PostgreSQL ----------------------------------------------------------------------------------
# The newest server of the distribution that has PostGIS, or the one that made the cluster.
pg_bin() {
	local folder version
	if [ -n "${PGBIN:-}" ]; then
		echo "$PGBIN"
		return
	fi
	if version=$(cat "$PGDATA_DIR/PG_VERSION" 2>/dev/null || as_service cat "$PGDATA_DIR/PG_VERSION" 2>/dev/null); then
		[ -x "/usr/lib/postgresql/$version/bin/postgres" ] ||
			die "var/pg was made by PostgreSQL $version, which is no longer installed; install it again, or begin anew with bin/db destroy"
		echo "/usr/lib/postgresql/$version/bin"
		return
	fi
	for folder in $(find "$VAR/opt/postgresql/usr/lib/postgresql" /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -Vr); do
		version=${folder%/bin}
		version=${version##*/}
		if [ "$version" -ge 15 ] && [ -x "$folder/initdb" ] && [ -f "/usr/share/postgresql/$version/extension/postgis.control" ]; then
			echo "$folder"
			return
		fi
	done
	return 1
}

# A socket's path holds at most 107 bytes. Normally it lies under var/; from a deep folder it moves
# to a private folder under /tmp named after the checkout.
socket_dir() {
	local short
	if [ "$((${#VAR} + 22))" -lt 107 ]; then
		echo "$VAR/run"
		return
	fi
	short=/tmp/zasoby-$(printf %s "$ROOT" | sha256sum | cut -c1-12)
	if [ -e "$short" ] && [ "$(stat -c %U "$short")" != "$(service_account)" ]; then
		die "$short belongs to somebody else; remove it, or move this checkout to a shorter path"
	fi
	echo "$short"
}

pg_tool() {
	local tool=$1
	shift
	(cd / && as_service env LC_ALL=C.UTF-8 "$(pg_bin)/$tool" "$@")
}

db_is_up() { pg_tool pg_isready -q -h "$(socket_dir)"; }

# initdb as role zasoby_owner (superuser, for extensions); the product signs in as app, which may
# make databases (tests, benchmarks) and nothing more. Polish collation comes from ICU (pl-x-icu).
create_cluster() {
	local socket=$1 memory_mb shared_mb
	mkdir -p "$PGDATA_DIR"
	chmod 700 "$PGDATA_DIR"
	is_root && chown "$(service_account)" "$PGDATA_DIR"
	memory_mb=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024))
	shared_mb=$((memory_mb / 8 > 512 ? 512 : memory_mb / 8))
	if ! pg_tool initdb -D "$PGDATA_DIR" -U zasoby_owner --auth-local=trust --auth-host=reject \
		-E UTF8 --locale=C.UTF-8 --no-sync >"$VAR/initdb.log" 2>&1; then
		cat "$VAR/initdb.log" >&2
		rm -rf "$PGDATA_DIR"
		die "initdb failed, see above"
	fi
	rm -f "$VAR/initdb.log"
	as_service tee -a "$PGDATA_DIR/postgresql.conf" >/dev/null <<-CONF

		# Zasoby: only this machine's socket, sized for one town hall's worth of a laptop.
		listen_addresses = ''
		unix_socket_permissions = 0700
		max_connections = 100
		shared_buffers = ${shared_mb}MB
		effective_cache_size = $((memory_mb / 2))MB
		work_mem = 32MB
		maintenance_work_mem = ${shared_mb}MB
		max_wal_size = 2GB
		wal_level = minimal
		max_wal_senders = 0
		random_page_cost = 1.1
		jit = off
		timezone = 'Europe/Warsaw'
		log_timezone = 'Europe/Warsaw'
	CONF
	start_cluster "$socket"
	# In template1, so that every test database has them without a superuser.
	if ! pg_tool psql -qX -v ON_ERROR_STOP=1 -h "$socket" -U zasoby_owner -d template1 >&2 <<-'SQL'; then
		set client_min_messages = warning;
		create extension if not exists postgis;
		create extension if not exists btree_gist;
		create extension if not exists pg_trgm;
		create extension if not exists unaccent;
		create role app login createdb;
		create database app owner app;
	SQL
		stop_cluster
		rm -rf "$PGDATA_DIR"
		die "the new cluster could not be prepared, see above"
	fi
}

start_cluster() {
	local socket=$1
	if ! pg_tool pg_ctl -D "$PGDATA_DIR" -l "$VAR/log/postgresql.log" -o "-k '$socket'" -w -t 60 start >/dev/null; then
		tail -n 5 "$VAR/log/postgresql.log" >&2
		die "PostgreSQL did not start; its log is var/log/postgresql.log"
	fi
}

stop_cluster() {
	pg_tool pg_ctl -D "$PGDATA_DIR" -m fast -w -t 60 stop >/dev/null 2>&1 || true
}

# Starts the cluster if it's not up. No locks are inherited by the server (fds 8 and 9 closed).
ensure_cluster() {
	local socket
	pg_bin >/dev/null ||
		die "no PostgreSQL 15 or newer with PostGIS found; bin/run installs it, or set DATABASE_URL to a server of your own"
	(
		flock 8
		socket=$(socket_dir)
		mkdir -p "$socket"
		chmod 700 "$socket"
		is_root && chown "$(service_account)" "$socket"
		if [ ! -d "$PGDATA_DIR" ]; then
			create_cluster "$socket" 8>&- 9>&-
		elif ! db_is_up; then
			start_cluster "$socket" 8>&- 9>&-
		fi
	) 8>"$VAR/run/pg.start.lock"
}

# Points Django at the database: DATABASE_URL as given, else the embedded cluster, started if
# needed. Until release_database this process counts as a user of the cluster (fd 9).
use_database() {
	if [ -n "${DATABASE_URL:-}" ]; then
		prepare_var
		return
	fi
	EMBEDDED=1
	prepare_var
	exec 9>"$VAR/run/pg.lock"
	flock -s 9
	ensure_cluster
	DATABASE_URL=postgis://app@$(socket_dir | sed 's|/|%2F|g')/$DB_NAME
	export DATABASE_URL
}

# The last user turns off the light, unless `bin/db start` asked to leave it on.
release_database() {
	[ -n "${EMBEDDED:-}" ] || return 0
	EMBEDDED=
	if flock -xn 9; then
		[ -e "$VAR/run/pg.keep" ] || stop_cluster
	fi
	exec 9>&-
}

require_venv() {
	[ -x "$PYTHON" ] || die "no .venv yet; bin/run or bin/test makes it"
	compile_translations
}

# Catalogues are kept as text; .mo is written where it's missing or older.
compile_translations() {
	local text
	for text in "$ROOT"/config/locale*/*/LC_MESSAGES/*.po; do
		[ "${text%.po}.mo" -nt "$text" ] && continue
		(cd "$ROOT" && as_owner "$PYTHON" -m config.translations)
		return
	done
}

# A shell that took over `bin/db env` still means the embedded cluster.
case ${DATABASE_URL:-} in *"@$(socket_dir | sed 's|/|%2F|g')/"*) unset DATABASE_URL ;; esac
