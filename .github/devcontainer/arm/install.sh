#!/usr/bin/env bash
# Installs arm into a development container; VERSION and RELEASES are the options of the feature.
set -euo pipefail
if [ -z "${VERSION:-}" ] || [ -z "${RELEASES:-}" ]; then
    echo "error: the feature needs its options version and releases, the address of the releases" >&2
    exit 2
fi
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

missing=()
for tool in curl xz; do
    command -v "$tool" >/dev/null || missing+=("${tool/#xz/xz-utils}")
done
[ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)
if [ ${#missing[@]} -gt 0 ]; then
    if command -v apt-get >/dev/null; then
        apt-get update
        apt-get install --yes --no-install-recommends "${missing[@]}"
    else
        printf 'error: install %s first\n' "${missing[*]}" >&2
        exit 1
    fi
fi
# A published feature holds a copy of the script beside this one.
script=$here/install-arm.sh
[ -e "$script" ] || script=$here/../../actions/setup-arm/install.sh
"$script" "$VERSION" "$RELEASES" /usr/local/share/arm
place() { mkdir -p "$(dirname "$2")" && ln -sf "/usr/local/share/arm/$1" "$2"; }
place arm /usr/local/bin/arm
place completions/arm.bash /usr/local/share/bash-completion/completions/arm
place completions/_arm /usr/local/share/zsh/site-functions/_arm
place completions/arm.fish /usr/local/share/fish/vendor_completions.d/arm.fish
for page in /usr/local/share/arm/man/*.1; do
    place "man/${page##*/}" "/usr/local/share/man/man1/${page##*/}"
done
