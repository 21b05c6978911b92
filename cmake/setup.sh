# Sourced by ./run and ./test, which set $root: packages, one builder at a time, quiet builds.
# Nothing here writes to standard output, which belongs to muster.
# shellcheck shell=bash
# shellcheck disable=SC2154  # root

say() { printf 'muster: %s\n' "$*" >&2; }
die() { say "$@"; exit 3; }

# The packages of the named lists, and those of them that are not installed.
packages_of() {
  local list
  for list in "$@"; do awk -v list="$list" '$1 == list { print $2 }' "$root/packages.txt"; done
}
missing_of() {
  local package
  for package in $(packages_of "$@"); do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
      printf '%s\n' "$package"
  done
}

# Waits for other builders of this copy; the lock ends with the process or with unlock.
lock() {
  mkdir -p "$root/build"
  exec 9>"$root/build/.lock"
  if command -v flock >/dev/null; then flock 9; fi
}
unlock() { exec 9>&-; }

by_hand() {
  local packages
  packages=$(packages_of "$@")
  say "these packages (Debian's names) are needed: ${packages//$'\n'/ }"
  say "then: MUSTER_NO_INSTALL=1 $0, or by hand:"
  say "  cmake --preset release && cmake --build --preset release --target muster"
  exit 3
}

apt() {
  local as_root=()
  if ((EUID != 0)); then as_root=(sudo); fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y -o DPkg::Lock::Timeout=600 "$@" 9>&- </dev/null >>"$root/build/install.log" 2>&1
}

# Installs what is missing of these lists; false where apt-get could not.
install_lists() {
  local missing
  missing=$(missing_of "$@")
  # shellcheck disable=SC2086  # one word for each package
  [[ -z $missing ]] || apt install --no-install-recommends $missing
}

# install_packages LISTS -- LISTS: the first must be there afterwards, the second are only tried.
# A stamp with the text of packages.txt remembers that it was done.
install_packages() {
  local needed=() all="$*" stamp missing list
  stamp="$root/build/.packages-${all// /}"
  if [[ -n ${MUSTER_NO_INSTALL-} ]] || cmp -s "$root/packages.txt" "$stamp"; then return; fi
  while [[ $1 != -- ]]; do needed+=("$1"); shift; done
  shift
  command -v apt-get >/dev/null || by_hand "${needed[@]}"
  missing=$(missing_of "${needed[@]}" "$@")
  if [[ -n $missing ]]; then
    if ((EUID != 0)) && ! command -v sudo >/dev/null; then by_hand "${needed[@]}"; fi
    say "installing ${missing//$'\n'/ } (log: build/install.log)"
    : >"$root/build/install.log"
    apt update || say "apt-get update failed; trying with what is known"
    if ! install_lists "${needed[@]}"; then
      tail -n 20 "$root/build/install.log" >&2
      die "apt-get could not install the packages above"
    fi
    for list in "$@"; do
      install_lists "$list" || say "doing without the optional packages of the list $list"
    done
  fi
  cp "$root/packages.txt" "$stamp"
}

# One compiler for each core, but 2 GB of memory for each: sanitizers are greedy.
jobs() {
  local cores memory
  cores=$(nproc 2>/dev/null || echo 2)
  memory=$(awk '/^MemTotal/ { print int($2 / 2000000) }' /proc/meminfo 2>/dev/null || echo 2)
  ((memory >= 1)) || memory=1
  echo $((cores < memory ? cores : memory))
}

# build PRESET [cmake --build arguments]: configures where needed (with $configure_options) and
# builds; speaks only when something fails.
build() {
  local preset=$1 folder="$root/build/$1" log="$root/build/$1.log"
  shift
  if ! { cmake -S "$root" --preset "$preset" "${configure_options[@]}" &&
    cmake --build "$folder" -j "$(jobs)" "$@"; } 9>&- >"$log" 2>&1; then
    cat "$log" >&2
    die "the $preset build failed (log: build/$preset.log)"
  fi
}
