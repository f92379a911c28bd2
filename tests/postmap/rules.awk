# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# rules.awk: a table of N rules as administrators write them: names,
# wildcards, [host]:port, odd keys, several levels; no attribute of ours.
# Usage: awk -v seed=1 -v want=2000 -f rules.awk

function draw(n) { return int(rand() * n) }

function name(   n, out) {
	out = words[1 + draw(n_words)] draw(500)
	for (n = draw(3); n > 0; n--)
		out = words[1 + draw(n_words)] "." out
	return out "." tlds[1 + draw(n_tlds)]
}

function key(   kind) {
	kind = draw(20)
	if (kind < 11) return name()
	if (kind < 16) return "." name()
	if (kind == 16) return "[" name() "]"
	if (kind == 17) return "[" name() "]:587"
	if (kind == 18) return toupper(name()) ":25"
	return "/var/spool/" name()
}

BEGIN {
	srand(seed)
	n_words = split("audi vw bank mail relay post shop-a x b", words, " ")
	n_tlds = split("de com co.uk example com.au a.b.c", tlds, " ")
	n_values = split("encrypt|encrypt ciphers=high|secure match=a:.b|may|" \
	    "none|secure  ciphers=high  protocols=!TLSv1|verify match=hostname|" \
	    "dane-only|dane|encrypt , exclude=aNULL:RC4", values, "|")
	for (n = 0; n < want; n++)
		printf "%s%s%s\n", key(), draw(2) ? "\t" : "    ",
		    values[1 + draw(n_values)]
}
