# shellcheck shell=bash
# shellcheck disable=SC2034 # most variables are read by the scripts that source this file
# Shared by the scripts in this folder; sourced, never run. Written for bash 3.2 (macOS) and later.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Build folder of the Swift package manager and folder of everything else the tools make. Both are git-ignored.
SCRATCH=${ASSAY_SCRATCH:-.build}
TOOLS=$ROOT/.build-tools
cd "$ROOT"

# A trap must not hold the listener while frames are symbolised: print addresses and end at once.
SERVER_BACKTRACE=enable=yes,threads=crashed,symbolicate=off,images=none

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() {
    warn "$*"
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

need_swift() {
    have swift || die "Swift is not on the PATH. Assay needs Swift 6.2 or later: https://www.swift.org/install"
}

# Runs a command with a limit in seconds where the machine has timeout(1), without one elsewhere.
limited() {
    local seconds=$1
    shift
    if have timeout; then
        timeout --kill-after=15 "$seconds" "$@"
    elif have gtimeout; then
        gtimeout --kill-after=15 "$seconds" "$@"
    else
        "$@"
    fi
}

# Prints the first Chromium-like browser of this machine, or nothing.
find_chromium() {
    if [ -n "${ASSAY_CHROMIUM:-}" ]; then
        say "$ASSAY_CHROMIUM"
        return 0
    fi
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        if have "$name"; then
            command -v "$name"
            return 0
        fi
    done
    for name in "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        if [ -x "$name" ]; then
            say "$name"
            return 0
        fi
    done
    return 1
}

# Prints the folder that holds initdb and pg_ctl, the newest PostgreSQL first, or nothing.
find_postgres() {
    local folder newest=
    if [ -n "${ASSAY_POSTGRES_BIN:-}" ]; then
        say "$ASSAY_POSTGRES_BIN"
        return 0
    fi
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin \
        /usr/local/opt/postgresql@*/bin; do
        [ -x "$folder/initdb" ] && newest=$folder
    done
    if [ -z "$newest" ] && have initdb; then
        newest=$(dirname "$(command -v initdb)")
    fi
    [ -n "$newest" ] && say "$newest"
}

# Prints a Node.js of version 18 or later: the machine's own, or the one inside the browser tests' virtual environment.
find_node() {
    local node major
    for node in node nodejs "$TOOLS"/venv/lib/python3*/site-packages/playwright/driver/node; do
        have "$node" || continue
        major=$("$node" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || continue
        if [ "$major" -ge 18 ] 2>/dev/null; then
            say "$node"
            return 0
        fi
    done
    return 1
}
