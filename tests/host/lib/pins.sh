# shellcheck shell=bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# pins.sh: what was verified of the receivers, published beside the table, and
# the ways in which such a file rots. Knows fingerprints and files; must not
# know what follows from them. Feeds: t-pins*.sh.

PINS=$TABLE.pins.db

# The fingerprints of a certificate of pki.sh: of its key, of itself.
prints_of() { # NAME
	openssl x509 -in "$PKI/$1.pem" -noout -pubkey |
		openssl pkey -pubin -outform DER |
		openssl dgst -sha256 -c | sed 's/.*= *//' | tr a-f A-F
	openssl x509 -in "$PKI/$1.pem" -noout -fingerprint -sha256 |
		sed 's/.*=//'
}

# pin NAME [AGE [LIFE]]: a line for pins_put.
pin() {
	# shellcheck disable=SC2046
	echo pin $(prints_of "$1") "${2:-10}" "${3:-8640000}"
}

# learned DOMAIN NAME [AGE [LIFE]]: a record of one host with one key.
learned() {
	echo "key $1"
	echo 'mx mx.test:25'
	pin "$2" "${@:3}"
}

# Records on standard input, as put_pins.c reads them.
pins_put() {
	"$TOP/build/put_pins" "$@" -c /etc/postfix "$TABLE"
}

# In place, as no program of ours does it.
pins_spoil() { # HOW
	case $1 in
	emptied) : >"$PINS" ;;
	cut) truncate -s -4096 "$PINS" ;;
	overwritten)
		dd if=/dev/urandom of="$PINS" bs=4096 seek=1 count=1 \
			conv=notrunc status=none ;;
	foreign) chown nobody "$PINS" ;;
	writable) chmod 666 "$PINS" ;;
	linked)
		mv "$PINS" "$PINS.real"
		ln -s "$PINS.real" "$PINS" ;;
	deleted) rm "$PINS" ;;
	esac
	[ ! -e "$PINS" ] || touch -d '1 hour ago' "$PINS"
}
