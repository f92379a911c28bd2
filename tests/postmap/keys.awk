# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# keys.awk: queries for a table of rules: each key, sub-domains to depth 8,
# case variants, near misses, odd keys. Deterministic by -v seed=N.
# Usage: awk -v seed=1 -v want=100000 -f keys.awk RULES
# Knows what a key looks like; not what any table answers.

function draw(n) { return int(rand() * n) }

function label() { return labels[1 + draw(n_labels)] }

function mixed(key,    out, i, ch) {
	out = ""
	for (i = 1; i <= length(key); i++) {
		ch = substr(key, i, 1)
		out = out (draw(2) ? toupper(ch) : ch)
	}
	return out
}

function below(key, depth) {
	if (substr(key, 1, 1) == ".")
		key = substr(key, 2)
	while (depth-- > 0)
		key = label() "." key
	return key
}

# One slip of the pen.
function near(key,    at) {
	at = 1 + draw(length(key))
	return substr(key, 1, at - 1) (draw(2) ? "x" : "") \
	    substr(key, at + 1)
}

function odd(key,    kind) {
	kind = draw(16)
	if (kind == 0) return "." key
	if (kind == 1) return key "."
	if (kind == 2) return ".." key
	if (kind == 3) return "[" key "]"
	if (kind == 4) return "[" key "]:25"
	if (kind == 5) return key ":25"
	if (kind == 6) return "-" key
	if (kind == 7) return "a..b." key
	if (kind == 8) return "*." key
	if (kind == 9) return "_srv._tcp." key
	if (kind == 10) return "user@" key
	if (kind == 11) return "1." key
	if (kind == 12) return below(key, 60)
	if (kind == 13) return draw(100000) + 0
	if (kind == 14) return "/var/run/" key
	return "xn--a" key
}

BEGIN {
	srand(seed)
	n_labels = split("a b mx mail smtp x1 MAIL very-long-label-" \
	    "that-goes-on_and-on 0 22 relay de com sub", labels, " ")
}

/^[^#[:space:]]/ { keys[++n_keys] = $1 }

END {
	for (n = 0; n < want; n++) {
		key = keys[1 + (n < n_keys ? n : draw(n_keys))]
		kind = n < n_keys ? 0 : draw(7)
		if (kind == 1 || kind == 2) key = below(key, 1 + draw(8))
		else if (kind == 3) key = near(key)
		else if (kind == 4) key = odd(key)
		else if (kind == 5) key = mixed(below(key, draw(4)))
		else if (kind == 6) key = mixed(key)
		if (key != "")
			print key
	}
}
