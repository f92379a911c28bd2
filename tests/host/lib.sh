# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# lib.sh: sourced by demo and every t-*.sh; gathers the rooms below lib/.
# Knows where the checkout lies and which table type is under test;
# must not know any partner or any expectation. TABLE_TYPE=hash runs what can
# be run without the module (stock Postfix as the stand-in).

set -Eeuo pipefail

HOST=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
TOP=$(cd "$HOST/../.." && pwd -P)
TABLE_TYPE=${TABLE_TYPE:-tlspolicy}
TABLE=/etc/postfix/partners
MAIL_LOG=/var/log/mail.log
RX_LOG=/var/log/rx.log

# shellcheck source=tests/host/lib/pki.sh
. "$HOST/lib/pki.sh"
# shellcheck source=tests/host/lib/dns.sh
. "$HOST/lib/dns.sh"
# shellcheck source=tests/host/lib/receivers.sh
. "$HOST/lib/receivers.sh"
# shellcheck source=tests/host/lib/sender.sh
. "$HOST/lib/sender.sh"
# shellcheck source=tests/host/lib/table.sh
. "$HOST/lib/table.sh"
# shellcheck source=tests/host/lib/mail.sh
. "$HOST/lib/mail.sh"
# shellcheck source=tests/host/lib/tally.sh
. "$HOST/lib/tally.sh"
# shellcheck source=tests/host/lib/version.sh
. "$HOST/lib/version.sh"
# shellcheck source=tests/host/lib/assert.sh
. "$HOST/lib/assert.sh"

# Outside of its own world none of this may run.
if [ "$(hostname)" != mail.supplier.example ]; then
	echo "lib.sh: run me as: tests/host/world $0" >&2
	exit 77
fi
# A script that stops half way says where.
trap 'echo "broken off at ${BASH_SOURCE[0]##*/}:$LINENO: $BASH_COMMAND" >&2' ERR
