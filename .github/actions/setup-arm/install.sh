#!/usr/bin/env bash
# install.sh VERSION RELEASES FOLDER: puts the program of this system into FOLDER, after its sum was checked. RELEASES is
# an address, below which each version has its files. Used by the action beside it and by the feature for containers.
set -euo pipefail
[ $# = 3 ] || { echo "usage: install.sh VERSION RELEASES FOLDER" >&2 && exit 2; }
version=${1#v} releases=$2 folder=$3
case $version in
*[!0-9A-Za-z.+-]* | [!0-9]* | '') echo "error: \`$1\` is not a version: write it as 0.1.0" >&2 && exit 2 ;;
esac

case $(uname -m) in
x86_64 | amd64) processor=x86_64 ;;
aarch64 | arm64) processor=aarch64 ;;
*) echo "error: there is no program for the processor $(uname -m)" >&2 && exit 1 ;;
esac
case $(uname -s) in
Linux) archive=arm-$version-$processor-unknown-linux-musl.tar.xz ;;
Darwin) archive=arm-$version-$processor-apple-darwin.tar.xz ;;
MINGW* | MSYS*) archive=arm-$version-$processor-pc-windows-msvc.zip ;;
*) echo "error: there is no program for $(uname -s)" >&2 && exit 1 ;;
esac

if [ -x "$folder/arm" ] && [ "$("$folder/arm" --version)" = "arm $version" ]; then
    echo "arm $version is there already"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for file in SHA256SUMS "$archive"; do
    curl --fail --silent --show-error --location --retry 3 --output "$file" "$releases/v$version/$file" ||
        { echo "error: cannot get $releases/v$version/$file" >&2 && exit 1; }
done
grep " [ *]*$archive\$" SHA256SUMS >sum || { echo "error: $archive is not in SHA256SUMS" >&2 && exit 1; }
if command -v sha256sum >/dev/null; then
    sha256sum --check --quiet sum
else
    shasum --algorithm 256 --check --quiet sum
fi
mkdir -p "$folder"
case $archive in
*.zip) unzip -q -o "$archive" -d "$folder" ;;
*) tar -xJf "$archive" --strip-components 1 -C "$folder" ;;
esac
"$folder/arm" --version
