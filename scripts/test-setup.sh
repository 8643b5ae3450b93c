#!/usr/bin/env bash
# Installs what the tests need from Debian, and only what is missing. Elsewhere it says what to install.
set -euo pipefail
PATH="$PATH:/usr/sbin:/sbin"

# program:package that brings it
wanted=(strace:strace smtp-sink:postfix systemd-analyze:systemd xfs_io:xfsprogs mkfs.ext4:e2fsprogs script:bsdutils
  tcpdump:tcpdump spamassassin:spamassassin saslpasswd2:sasl2-bin nft:nftables ip:iproute2 tmux:tmux
  chromium:chromium nginx:nginx-light caddy:caddy)
# Exim cannot be installed beside Postfix: its package is unpacked here, and only the libraries are installed.
exim=/var/cache/postern-test/exim

missing=()
for pair in "${wanted[@]}"; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
# Cyrus SASL, with which Postfix checks passwords, has its mechanisms in a package of plug-ins.
compgen -G '/usr/lib/*/sasl2/libplain.so*' >/dev/null || missing+=(libsasl2-modules)
has_exim() { [ -x "$exim/usr/sbin/exim4" ] || command -v exim4 >/dev/null; }
has_exim || missing+=(exim4-daemon-light)
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "test:setup: some tests are skipped without these Debian packages: ${missing[*]}; as root: npm run test:setup"
  exit 0
fi

echo "test:setup: installing ${missing[*]} …"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  export DEBIAN_FRONTEND=noninteractive
  # Web servers are started by the tests alone: systemctl(1) starts nothing then.
  export SYSTEMD_OFFLINE=1
  apt-get update -q || return
  # Unconfigured, Postfix's daemon does not start; the tests start it with a configuration of their own.
  if command -v debconf-set-selections >/dev/null; then
    echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections || return
  fi
  local wanted=() package
  for package in "${missing[@]}"; do
    [ "$package" = exim4-daemon-light ] || wanted+=("$package")
  done
  [ "${#wanted[@]}" -eq 0 ] || apt-get install -q -y --no-install-recommends "${wanted[@]}" || return
  has_exim || unpack_exim
}

# Unpacks Debian's Exim with its libraries, and makes the user whose name is compiled into it.
unpack_exim() {
  local fresh="$exim.new" libraries
  rm -rf "$fresh"
  mkdir -p "$fresh/deb" || return
  (cd "$fresh/deb" && apt-get download -q exim4-daemon-light) || return
  libraries=$(dpkg-deb -f "$fresh"/deb/*.deb Depends | tr ',' '\n' | sed 's/^ *//; s/[ (|].*//' | grep '^lib') || return
  # shellcheck disable=SC2086 # one word a library
  apt-get install -q -y --no-install-recommends $libraries || return
  dpkg -x "$fresh"/deb/*.deb "$fresh" || return
  id -u Debian-exim >/dev/null 2>&1 ||
    useradd --system --user-group --no-create-home --shell /usr/sbin/nologin Debian-exim || return
  rm -rf "$exim" "$fresh/deb"
  mv "$fresh" "$exim"
}
if ! install >"$log" 2>&1 </dev/null; then
  cat "$log"
  echo "test:setup: could not install ${missing[*]}; see above."
  exit 1
fi
