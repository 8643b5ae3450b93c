#!/usr/bin/env bash
# Installs what the tests need from Debian, and only what is missing. Elsewhere it says what to install.
set -euo pipefail
PATH="$PATH:/usr/sbin:/sbin"

# program:package that brings it
wanted=(strace:strace smtp-sink:postfix systemd-analyze:systemd xfs_io:xfsprogs mkfs.ext4:e2fsprogs script:bsdutils)

missing=()
for pair in "${wanted[@]}"; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "test:setup: some tests are skipped without these Debian packages; as root: apt-get install ${missing[*]}"
  exit 0
fi

echo "test:setup: installing ${missing[*]} …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q || return
  # Postfix is here for its smtp-sink alone: unconfigured, its daemon does not start.
  if command -v debconf-set-selections >/dev/null; then
    echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections || return
  fi
  apt-get install -q -y --no-install-recommends "${missing[@]}"
}
if ! install >"$log" 2>&1 </dev/null; then
  cat "$log"
  echo "test:setup: could not install ${missing[*]}; see above."
  exit 1
fi
