# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# verdict.sh: servers with certificates of every kind, one mail for each pair
# of server and rule, and the command's verdict beside that of smtp(8).
# Must not know which verdict is right. Feeds: t-verdict*.sh, which set
# N_RULES and define server_options and KNOWN.

V=/run/verdict
# shellcheck disable=SC2034
DAY=86400
declare -A ADDRESS=()
NAMES=()

cert() { # NAME ISSUER CN NAMES FROM TO KIND EKU DIGEST
	local issuer=$2
	[ "$issuer" = - ] || issuer=$V/$issuer
	"$TOP/build/make_cert" "$V/$1" "$issuer" "${@:3}"
}

# One name for each rule, where the certificate has "@".
names_of() { # SERVER NAMES
	local n list=
	case $2 in
	*@*)
		for ((n = 1; n <= N_RULES; n++)); do
			list=$list,${2##*@}r$n.$1.example
			[ "${2##*@}" = www. ] || list=${list/,${2##*@}r/,r}
		done
		case $2 in
		@www.) echo "${list#,}" ;;
		*@) echo "${2%@}${list#,}" ;;
		@*) echo "${list#,}${2#@}" ;;
		esac ;;
	*) echo "$2" ;;
	esac
}

server() { # NAME ISSUER CN NAMES FROM TO EKU DIGEST
	local address chain="smtpd_tls_chain_files=$V/$1.chain"
	address=127.0.2.$((${#NAMES[@]} + 1))
	cert "$1" "$2" "$3" "$(names_of "$1" "$4")" "$5" "$6" leaf "$7" "$8"
	cat "$V/$1.key" "$V/$1.pem" >"$V/$1.chain"
	case $1 in
	alone | self) ;;
	*) cat "$V/$2.pem" >>"$V/$1.chain" ;;
	esac
	[ "$1" != anon ] || chain=smtpd_tls_cert_file=none
	dns_host "mx.$1.example" "$address"
	# shellcheck disable=SC2046
	echo "$address:25 inet n - n - - smtpd -o syslog_name=rx/$1" \
		"-o myhostname=mx.$1.example -o $chain" $(server_options "$1") \
		>>"$RX/master.cf"
	# shellcheck disable=SC2034
	ADDRESS[$1]=$address
	NAMES+=("$1")
}

fingerprint() { # SERVER: of its key
	openssl x509 -in "$V/$1.pem" -noout -pubkey |
		openssl pkey -pubin -outform DER |
		openssl dgst -sha256 -c | sed 's/.*= //' | tr a-f A-F
}

fingerprint_cert() { # SERVER
	openssl x509 -in "$V/$1.pem" -noout -fingerprint -sha256 |
		sed 's/.*=//'
}

# The fate of the first attempt, and the word of its TLS line: by recipient.
fates() {
	awk '
	/: (Verified|Trusted|Untrusted|Anonymous) TLS connection established to / {
		match($0, /\/smtp\[[0-9]+\]/)
		pid = substr($0, RSTART, RLENGTH)
		match($0, /: [A-Z][a-z]+ TLS connection/)
		word[pid] = substr($0, RSTART + 2, RLENGTH - 17)
	}
	/: to=<.*, relay=.*, status=/ {
		match($0, /\/[a-z]+\[[0-9]+\]/)
		pid = substr($0, RSTART, RLENGTH)
		match($0, /@[^>]*>/)
		who = substr($0, RSTART + 1, RLENGTH - 2)
		match($0, /status=[a-z]+/)
		status = substr($0, RSTART + 7, RLENGTH - 7)
		w = pid in word ? word[pid] : status == "sent" ? "clear" : "-"
		delete word[pid]
		if (!(who in seen)) print who, w, status
		seen[who] = 1
	}' "$MAIL_LOG"
}

all_known() {
	[ "$(fates | wc -l)" -ge "$(wc -l <"$V/questions")" ]
}

post_all() {
	local nexthop
	while read -r nexthop _; do
		send_only "x@$nexthop" "$nexthop"
	done <"$V/questions"
}

is_what_it_is() { # NEXTHOP WORD STATUS
	grep -qx "$*" "$V/smtp"
}

compare() {
	local nexthop word status who
	paste -d ' ' <(cut -d ' ' -f 1 "$V/questions") "$V/ours" |
		while read -r nexthop word status _; do
			echo "$nexthop $word $status"
		done | sort >"$V/ours.sorted"
	sort "$V/smtp" >"$V/smtp.sorted"
	join "$V/smtp.sorted" "$V/ours.sorted" >"$V/both"
	for who in "${NAMES[@]}"; do
		if grep "\.$who\.example " "$V/both" |
			awk '$2 != $4 || $3 != $5 { bad = 1 }
			END { exit bad || NR != '"$N_RULES"' }'; then
			ok "$who: all $N_RULES rules have smtp(8)'s verdict"
		else
			fail "$who: all $N_RULES rules have smtp(8)'s verdict" \
				"$(grep "\.$who\.example " "$V/both" |
				awk '$2 != $4 || $3 != $5')"
		fi
	done
}

# Send, wait, ask the command; then: are the cases what they are called?
verdict_known() {
	local nexthop word status
	post_all
	within 150 all_known || echo '    not all were tried in time'
	fates >"$V/smtp"
	claim 'smtp(8) tried every pair of server and rule' all_known
	"$TOP/build/verdict" <"$V/questions" >"$V/ours"
	while read -r nexthop word status; do
		[ -n "$nexthop" ] || continue
		word=${word/Misnamed/$MISNAMED}
		claim "$nexthop is $word, $status" \
			is_what_it_is "$nexthop" "$word" "$status"
	done <<<"$KNOWN"
}

# What `tlspolicy probe` says of each: its own connections, its own DNS.
# Without a word of the log it says "clear", "unknown"; here as in fates().
probe_all() {
	cut -d ' ' -f 1 "$V/questions" >"$V/names"
	"$TOP/build/tlspolicy" probe --trust-anchor=none - <"$V/names" \
		>"$V/probe" 2>"$V/probe.err" || :
	awk '$1 == "server" {
			fate = $5 == "delivered" ? "sent" : "deferred"
			word = $4 ~ /^[VTUA]/ ? $4 : fate == "sent" ? "clear" : "-"
			print $2, word, fate
		}' "$V/probe" | sort -u >"$V/probed"
}

compare_probe() {
	local who
	probe_all
	join "$V/smtp.sorted" "$V/probed" >"$V/both.probed"
	for who in "${NAMES[@]}"; do
		if grep "\.$who\.example " "$V/both.probed" |
			awk '$2 != $4 || $3 != $5 { bad = 1 }
			END { exit bad || NR != '"$N_RULES"' }'; then
			ok "$who: probe says for all $N_RULES rules what smtp(8) did"
		else
			fail "$who: probe says for all $N_RULES rules what smtp(8) did" \
				"$(grep "\.$who\.example " "$V/both.probed" |
				awk '$2 != $4 || $3 != $5')"
		fi
	done
}
