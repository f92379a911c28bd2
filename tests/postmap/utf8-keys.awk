# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# utf8-keys.awk: keys of all sorts for tests/postmap/utf8-compare, and rules
# that answer some of them. Usage: LC_ALL=C awk -v part=NAME -f utf8-keys.awk
#   rules         rules for keys and few
#   text-rules    those whose IDN twins are no other key's business
#   keys          ASCII, UTF-8 and broken bytes; deterministic
#   few           the odd ones: for one process a key, and for proxymap(8)
#   point-rules   a rule for each code point where folding may change it
#   points        a key for each code point, surrogates and all
# Knows what bytes a key may have; not what any table answers.

function utf8(point) {
	if (point < 128)
		return byte[point]
	if (point < 2048)
		return byte[192 + int(point / 64)] tail(point)
	if (point < 65536)
		return byte[224 + int(point / 4096)] tail(point / 64) \
		    tail(point)
	return byte[240 + int(point / 262144)] tail(point / 4096) \
	    tail(point / 64) tail(point)
}

function tail(point) { return byte[128 + int(point) % 64] }

function repeated(text, count,    out) {
	for (out = ""; count > 0; count--)
		out = out text
	return out
}

function draw(n) { return int(rand() * n) }

function rule(key) {
	printf "%s secure match=r%d.example\n", key, ++n_rules
}

# A key alone, as a label, and below wildcards.
function around(text) {
	print text
	print text ".example"
	print "a" text "z.Example"
	print text ".Wild.example"
	print "a." text ".wild.example"
	print "a.b" text ".b.c.wild.EXAMPLE"
	print "." text ".wild.example"
	print "[" text ".example]:25"
	print "mx." text
}

function words() {
	# What changes when it is folded, also in length; what is not to. The
	# first have a twin in ASCII.
	n_words = split("ＡＢＣ ａｂｃ Ⅷ Ⓐ ａ．ｂ a。b a｡b ºª " \
	    "xn--bcher-kva XN--BCHER-KVA xn--a", word, " ")
	word[++n_words] = utf8(65279)		# byte order mark
	n_mapped = n_words
	n = split("bücher BÜCHER Straße STRASSE STRAẞE İstanbul ISTANBUL " \
	    "ıssız ΣΊΣΥΦΟΣ σίσυφος σίσυφοσ ﬁsh FISH ﬅ K Å å ſtreet ΐ ΰ ᾳ ᾼ ŉ " \
	    "ǰ ԱՒ և ẖ ﬃ Ꭰ ꭰ Ა ა 𐐀 𐐨 𞤀 ÅÄÖ é é É É " \
	    "почта ПОЧТА дом 例え 點看 한글 ‫שלום مثال हिन्दी ไทย 😀 ͅ µ Μ",
	    list, " ")
	for (; n > 0; n--)
		word[++n_words] = list[n]
	word[++n_words] = utf8(8205)		# joiners and the like
	word[++n_words] = utf8(8204)
	word[++n_words] = utf8(173)
	word[++n_words] = utf8(65039)
	word[++n_words] = utf8(888)		# not assigned
	word[++n_words] = utf8(57344)		# private use
	word[++n_words] = utf8(64976)		# noncharacters
	word[++n_words] = utf8(65534)
	word[++n_words] = utf8(131071)
	word[++n_words] = utf8(1114111)
	word[++n_words] = utf8(160)		# spaces
	word[++n_words] = utf8(8232)
	word[++n_words] = utf8(133)
}

function broken(    lead, next_, last) {
	for (lead = 128; lead < 256; lead++)
		around(byte[lead])
	for (lead = 192; lead < 256; lead++)
		for (next_ = 0; next_ < n_edges; next_++) {
			print byte[lead] edge[next_] ".example"
			for (last = 0; last < n_edges; last++)
				print "a" byte[lead] edge[next_] edge[last]
		}
	for (lead = 240; lead < 250; lead++)
		for (next_ = 0; next_ < n_edges; next_++)
			for (last = 0; last < n_edges; last++) {
				print byte[lead] edge[next_] edge[last] \
				    byte[128] ".Example"
				print byte[lead] edge[next_] byte[128] \
				    edge[last]
			}
	around("\300\200")			# overlong NUL, dot, A
	around("a\300\256b")
	around("\301\201")
	around("\340\200\256")
	around("\360\200\200\256")
	around("\355\240\200")			# surrogates
	around("\355\240\200\355\260\200")
	around("\355\277\277")
	around("\364\220\200\200")		# beyond the last
	around("b\303")				# cut off
	around("\342\202")
	around("\360\237\230")
	around("\303.\274")
	around("\303\274\303")
}

function lengths(    count, at) {
	split("1 7 8 15 16 17 31 32 33 47 63 64 65 100 127 128 129 200 253 254 " \
	    "255 256 257 300 400 510 511 512 513 1000 1023 1024 2000 5000",
	    size, " ")
	for (count = 1; count in size; count++) {
		at = size[count]
		print repeated("a", at)
		print repeated("A", at)
		print repeated("a", at - 1) "\303"
		print repeated("A", at - 1) "\377"
		if (at < 2)
			continue
		print repeated("É", int(at / 2))
		print repeated("ΐ", int(at / 2))
		print repeated("Ab.", int(at / 3)) "wild.example"
		print repeated("É.", int(at / 3)) "Wild.example"
		print repeated(".", at)
	}
}

function random(want,    n, key, count) {
	srand(4)
	n_bits = split("a B z0 - _ example EXAMPLE Example wild Wild com COM . . " \
	    ". . . .. [ ] : :25 :587 / @ é É ß ΐ İ σ Σ ς ſ K 例 😀 " \
	    "host localhost \200 \303 \342 \360 \377", bit, " ")
	for (n = 0; n < want; n++) {
		key = ""
		for (count = 1 + draw(9); count > 0; count--)
			key = key bit[1 + draw(n_bits)]
		if (n % 2)
			key = key ".Wild.example"
		print key
	}
}

function plain(    n) {
	n = split("audi.fr AUDI.FR Mixed.Example mixed.example stranger.example " \
	    "localhost LOCALHOST com COM .com wild.example a.wild.example " \
	    ".wild.example A.B.C.WILD.Example .b.Wild.example x.final.example " \
	    "near.wild.example NEAR.wild.EXAMPLE x.near.wild.example " \
	    "[host.example] [HOST.example] [host.example]:587 [Host.example]:588 " \
	    "host.example:25 HOST.example:26 [a.wild.example] a.wild.example:25 " \
	    "[a.wild.example]:25 /var/spool/lmtp /Var/Spool/lmtp private/Socket " \
	    "PRIVATE/socket [::1] [2001:DB8::1]:25 192.0.2.1 [192.0.2.1] " \
	    "user@a.wild.example -a.wild.example a-.wild.example " \
	    "a_b.wild.example *.wild.example a..wild.example ..wild.example " \
	    "a.wild.example. .a.wild.example. wild.example. . .. ... a. .a " \
	    "a.b. ..a.b 1.wild.example 1.2.3 {a} {a=b} % ~ \\ \\303 \" ' = " \
	    "k.example K.example fish.example strasse.example", list, " ")
	for (; n > 0; n--)
		print list[n]
	print "a b.wild.example"
	print " audi.fr"
	print "audi.fr "
	print "\taudi.fr"
	print "audi.fr\r"
	print "two words"
	print ""
	for (n = 1; n < 32; n++)
		if (n != 10)
			print "a" byte[n] "b.wild.example"
	print "audi.fr\177"
}

function few() {
	plain()
	for (n = 1; n <= n_words; n++) {
		print word[n] ".example"
		print "x." word[n] ".wild.example"
	}
	print "\377.example"
	print "\303.wild.example"
	print "Audi\355\240\200.fr"
	print "\300\256wild.example"
	print repeated("É", 130) ".example"
	print repeated("a.", 200) "\200"
}

function rules(    n) {
	n = split("audi.fr MiXed.Example .Wild.example Near.wild.example .com " \
	    "localhost [Host.example] [host.example]:587 HOST.example:25 " \
	    "/var/Spool/lmtp private/Socket k.example fish.example [::1] " \
	    "street.example .b.c.wild.example .É.wild.example Σς.example " \
	    "[É.example]:25", list, " ")
	for (; n > 0; n--)
		rule(list[n])
	for (n = 1 + (part == "text-rules") * n_mapped; n <= n_words; n++)
		if (word[n] !~ /^[Xx][Nn]--/ && word[n] != utf8(65279)) {
			rule(word[n] ".example")
			rule(word[n])
			rule(".sub." word[n] ".example")
		}
	for (n = 1; n in size; n++) {
		rule(repeated("A", size[n]))
		rule(repeated("É", size[n]))
		rule(repeated("ΐ", size[n]))
	}
}

# Where the Unicode tables have letters with case, and some room around.
function has_case(point) {
	return point >= 128 && point < 9472 || \
	    point >= 11264 && point < 11776 || \
	    point >= 42560 && point < 44032 || \
	    point >= 64256 && point < 65536 && \
	    (point < 64976 || point > 65007) && point < 65534 || \
	    point >= 66560 && point < 67000 || \
	    point >= 68736 && point < 68864 || \
	    point >= 71840 && point < 71904 || \
	    point >= 93760 && point < 93856 || \
	    point >= 125184 && point < 125260
}

function points(is_rules,    point) {
	for (point = 128; point < 131072; point++)
		if (!is_rules)
			print utf8(point) ".u.example"
		else if (has_case(point) && point != 65279)
			rule(utf8(point) ".u.example")
	if (is_rules)
		return
	for (point = 131072; point < 1114112; point += 251)
		print utf8(point) ".u.example"
	for (point = 65535; point < 1114112; point += 65536) {
		print utf8(point - 1) ".U.example"
		print utf8(point) ".U.example"
	}
}

BEGIN {
	for (n = 1; n < 256; n++)
		byte[n] = sprintf("%c", n)
	n_edges = 0
	split("1 46 127 128 143 144 159 160 175 191 192 255", edges, " ")
	for (n = 1; n in edges; n++)
		edge[n_edges++] = byte[edges[n] + 0]
	words()
	split("2 63 64 127 128 254 255 256 300 1000", size, " ")
	if (part == "rules" || part == "text-rules")
		rules()
	else if (part == "few")
		few()
	else if (part == "points" || part == "point-rules")
		points(part == "point-rules")
	else {
		plain()
		for (n = 1; n <= n_words; n++)
			around(word[n])
		broken()
		lengths()
		random(6000)
	}
}
