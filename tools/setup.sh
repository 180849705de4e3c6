# Sourced by ./test and ./quickstart: installs Debian packages, and runs steps with their output in a log.
# The caller names the log.
# shellcheck shell=bash disable=SC2154

say() { printf '%s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

packages_of() { # SECTION…: their lines of tools/packages.txt
  local section
  for section; do
    sed -n "/^\[$section\]\$/,/^\[/{/^[a-z0-9]/p}" tools/packages.txt
  done
}

missing_packages() { # SECTION…
  local name
  packages_of "$@" | while read -r name; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || printf '%s\n' "$name"
  done
}

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq "$@"
}

# Servers that come with the packages are for tests, which start their own: none is created, none runs.
without_services() { # COMMAND…
  local policy=/usr/sbin/policy-rc.d code=0 made=''
  [[ -e $policy ]] || { made=1; printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null; as_root chmod 755 "$policy"; }
  "$@" || code=$?
  [[ -z $made ]] || as_root rm -f "$policy"
  return "$code"
}

install_packages() { # SECTION…: what is missing of them; nothing at all when nothing is
  local wanted
  command -v apt-get >/dev/null || { say "no apt-get here: the packages of tools/packages.txt have to be there"; return 0; }
  mapfile -t wanted < <(missing_packages "$@")
  ((${#wanted[@]})) || return 0
  [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null || die "packages are missing; as root: apt-get install ${wanted[*]}"
  step "installing ${#wanted[@]} packages" install_now "${wanted[@]}"
}

# Each command's failure is passed on by hand: errexit is off in what `if` calls.
install_now() { # PACKAGE…
  local conf=/etc/postgresql-common/createcluster.conf
  apt_get update || return
  if [[ " $* " == *" postgresql-15 "* ]]; then
    without_services apt_get install -y --no-install-recommends postgresql-common || return
    grep -q '^create_main_cluster' "$conf" || echo 'create_main_cluster = false' | as_root tee -a "$conf" || return
  fi
  without_services apt_get install -y --no-install-recommends "$@" || return
  if [[ " $* " == *" pgbouncer "* && -d /run/systemd/system ]]; then
    as_root systemctl disable --quiet --now pgbouncer || true
  fi
}

# A step says its name and its time; when it fails, the end of its log is shown.
step() { # NAME COMMAND…
  local name=$1 started=$SECONDS
  shift
  printf '%s … ' "$name"
  if "$@" >>"$log" 2>&1 </dev/null; then
    say "$((SECONDS - started)) s"
    return 0
  fi
  say "failed"
  { grep -E -m 20 '(error|Error|FAILED|fatal)[: ]' "$log" || true; echo "--- the end of $log"; tail -n 40 "$log"; } >&2
  return 1
}

# The slim PostgreSQL client is made of archives that are taken out of packages. Without them the ordinary client
# library is used; in CI that would hide a defect.
fetch_archives() { # FOLDER
  step "fetching PostgreSQL's archives" fetch_now "$1" && return 0
  [[ ${CI:-} != true ]] || die "in CI they must be there"
  say "warning: going on with the distribution's libpq, which starts more slowly"
}

fetch_now() { # FOLDER
  tools/fetch-pg-archives "$1" && return
  apt_get update && tools/fetch-pg-archives "$1" # the lists may be missing, or too old
}

# Packages from npm, as a lock file says: what the console is made with, and what some tests need. Debian's npm is
# installed where none is there.
fetch_npm() { # FOLDER TO
  cmp -s "$1/package-lock.json" "$2/fetched-lock.json" && return 0
  step "fetching npm packages for $1" fetch_npm_now "$1" "$2"
}

fetch_npm_now() { # FOLDER TO
  command -v npm >/dev/null || apt_get install -y --no-install-recommends npm || return
  tools/fetch-npm "$1" "$2"
}
