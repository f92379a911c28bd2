#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-session: Postfix's TLS session cache forgets match= (3.6 and later): a
# narrowed match goes unnoticed on resumed sessions until `postfix reload`.
# That is Postfix's fault, not the table's; this holds what we document. If
# the first claim about it ever fails, Postfix was mended: change the papers.

# shellcheck source=tests/host/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2016
SENDER_EXTRA=('smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache')

if ! is_since 3.6; then
	skip 'Postfix forgets match= (before 3.6 it does not)'
	the_end
fi
stage p.example=www fresh.example=mismatch \
	<<<'p.example secure match=www.example.com'
send a@p.example
verdict "$QID"
expect 'the name holds: sent Verified, the session is kept' Verified sent
[ "$TABLE_TYPE" = tlspolicy ] || sleep 1.1
table_put <<'END'
p.example secure match=nobody.example
fresh.example secure match=nobody.example
END
mark
send b@p.example
verdict "$QID"
claim 'the narrowed rule was read at once' logged 'has changed -- restarting'
expect 'the resumed session passes under the old name' Verified sent
send c@fresh.example
verdict "$QID"
expect 'a partner without a session is judged by the new rule' \
	'Untrusted|Trusted' deferred 'not verified'
postfix reload 2>/dev/null
within 10 logged 'reload -- version'
sleep 0.5
send d@p.example
verdict "$QID"
expect 'after postfix reload the narrowed rule holds for all' \
	'Untrusted|Trusted' deferred 'not verified'
the_end
