/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * damage_small.c - a table of 40 rules, and everything that can be done to
 * its index: each bit, each byte, blocks swapped, doubled, and taken from
 * another generation of the same table, pages, each length.
 * Feeds:    damage.c.
 */
#include "damage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each answer is one of its own, but where rules share theirs on purpose. */
static const char TEXT[] =
    "a.example secure match=1\n"
    ".a.example secure match=2\n"
    "b.example secure match=3\n"
    ".c.example secure match=4\n"
    "www.c.example secure match=5\n"
    "d.example may\n"
    ".d.example may\n"
    "e.example may\n"
    ".e.example encrypt\n"
    ".f.example secure match=6 final=yes\n"
    ".g.example secure match=7 pin=prefer\n"
    ".h.example secure match=8 pin=require\n"
    "i.example secure match=9 pin=require\n"
    "i.i.example secure match=10 pin=prefer final=yes\n"
    ".de secure match=11\n"
    ".co.de secure match=12\n"
    "x.co.de secure match=13\n"
    ".museum encrypt\n"
    "localhost none\n"
    "[a.example]:25 secure match=14\n"
    "[192.0.2.1] secure match=15\n"
    "a.example:587 secure match=16\n"
    "/var/run/lmtp secure match=17\n"
    "a.name.of.more.than.22.bytes.example secure match=18\n"
    ".a.name.of.more.than.22.bytes.example secure match=19\n"
    "b.name.of.more.than.22.bytes.example secure match=18\n"
    ".b.name.of.more.than.22.bytes.example secure match=18\n"
    "just.twenty-two.bytess secure match=20\n"
    ".just.twenty-two.bytess secure match=21\n"
    "now.twenty-three.bytess secure match=22\n"
    ".now.twenty-three.bytess secure match=23\n"
    ".deep.b.c.d.e.f.g.h.i.j.test secure match=24\n"
    ".d.e.f.g.h.i.j.test secure match=25\n"
    "x.b.c.d.e.f.g.h.i.j.test secure match=26\n"
    ".j.test encrypt\n"
    BUECHER " secure match=27\n"
    "." BUECHER " secure match=28\n"
    "4.3.2.1 secure match=29\n"
    "[an.address.of.more.than.22.bytes.example]:25 secure match=30\n"
    "z.example may\n";

static const char *const ABSENT[] = {
	"", ".", "..", "a", "example", "de", "test", ".example", "x.test",
	"nowhere.test", "y.example", "xa.example", "a.examplee", "j.test",
	"i.j.test", "deep.b.c.d.e.f.g.h.i.j.test", "[b.example]:25",
	"y.b.example", "co.de", "a.b.c.d.museum", "abc.xyz", "just.twenty",
	"c.name.of.more.than.22.bytes.example", "now.twenty-three.bytesz",
	"an.absent.name.of.more.than.22.bytes", "/var/run/lmtq", "5.3.2.1",
};

/* The page of a small file system's block; and a page of memory. */
static const size_t PAGES[] = { 512, 4096 };
static const size_t BLOCKS[] = { 16, 32, 64 };

static void
add_questions(struct damage *damage)
{
	const struct tlsp_keys *keys = &damage->help.keys;
	static const char *const before[] = { "w", "w.", "w.v." };
	char key[300];
	const char *rule;
	size_t n, k;

	for (n = 0; n < keys->rules.n_rules + keys->n_twins; n++) {
		rule = keys->rules.list[n].key;
		damage_add(damage, rule);
		for (k = 0; k < 3; k++) {
			/* Before the dot of a wildcard, none of ours. */
			(void)snprintf(key, sizeof(key), "%.*s%s",
			    (int)strlen(before[k]) - (k > 0 && *rule == '.'),
			    before[k], rule);
			damage_add(damage, key);
		}
		if (*rule == '.')
			damage_add(damage, rule + 1);
	}
	for (n = 0; n < sizeof(ABSENT) / sizeof(ABSENT[0]); n++)
		damage_add(damage, ABSENT[n]);
}

static void
begin(struct damage *damage, const char *what, uint64_t at, uint64_t with)
{
	damage->what = what;
	damage->at = at;
	damage->with = with;
}

static void
ask_and_mend(struct damage *damage)
{
	damage_ask_all(damage);
	memcpy(damage->bytes, damage->help.image.bytes, damage->len);
}

static void
each_bit(struct damage *damage)
{
	size_t bit;

	for (bit = 0; bit < damage->len * 8; bit++) {
		begin(damage, "bit flipped", bit / 8, bit % 8);
		damage->bytes[bit / 8] ^= (unsigned char)(1U << bit % 8);
		ask_and_mend(damage);
	}
	damage_report(damage, "each bit flipped");
}

static void
each_byte(struct damage *damage)
{
	static const unsigned char values[] = { 0x00, 0xff };
	size_t at, n;

	for (at = 0; at < damage->len; at++)
		for (n = 0; n < 2; n++) {
			begin(damage, "byte set", at, values[n]);
			damage->bytes[at] = values[n];
			ask_and_mend(damage);
		}
	damage_report(damage, "each byte set to 00, to ff");
}

/* Each two blocks of a size: swapped; the one in the other's place. */
static void
blocks_inside(struct damage *damage, size_t size)
{
	const unsigned char *whole = damage->help.image.bytes;
	size_t one, two;
	char what[60];

	for (one = 0; one + size <= damage->len; one += size)
		for (two = 0; two + size <= damage->len; two += size) {
			if (memcmp(whole + one, whole + two, size) == 0)
				continue;
			begin(damage, "block copied", one, two);
			memcpy(damage->bytes + one, whole + two, size);
			ask_and_mend(damage);
			if (one > two)
				continue;
			begin(damage, "blocks swapped", one, two);
			memcpy(damage->bytes + one, whole + two, size);
			memcpy(damage->bytes + two, whole + one, size);
			ask_and_mend(damage);
		}
	(void)snprintf(what, sizeof(what), "blocks of %zu swapped, doubled",
	    size);
	damage_report(damage, what);
}

/* Blocks of another index: in their own places, and in each other one. */
static void
blocks_of(struct damage *damage, const struct tlsp_image *other, size_t size,
    const char *whose, int is_any_place)
{
	size_t to, from;
	char what[60];

	for (to = 0; to + size <= damage->len; to += size)
		for (from = 0; from + size <= other->len; from += size) {
			if (to != from && !is_any_place)
				continue;
			begin(damage, whose, to, from);
			memcpy(damage->bytes + to, other->bytes + from, size);
			ask_and_mend(damage);
		}
	(void)snprintf(what, sizeof(what), "blocks of %zu of %s", size,
	    whose);
	damage_report(damage, what);
}

/*
 * Written to the middle: up to any place one generation, the other behind.
 * Who opens it takes the one whose head it is; so the head stays, but where
 * the answers are the same.
 */
static void
torn(struct damage *damage, const struct tlsp_image *other, int is_same)
{
	size_t at;

	for (at = sizeof(struct tlsp_frozen); at < damage->len &&
	    at < other->len; at += 16) {
		begin(damage, "torn, other behind", at, 0);
		memcpy(damage->bytes + at, other->bytes + at,
		    (other->len < damage->len ? other->len : damage->len) -
		    at);
		ask_and_mend(damage);
		if (!is_same)
			continue;
		begin(damage, "torn, other before", at, 0);
		memcpy(damage->bytes, other->bytes, at);
		ask_and_mend(damage);
	}
	damage_report(damage, is_same ? "torn between two generations" :
	    "torn between two tables");
}

static void
pages(struct damage *damage, size_t size, const struct tlsp_image *other)
{
	const unsigned char *whole = damage->help.image.bytes;
	size_t to, from, n, most;
	char what[60];

	for (to = 0; to < damage->len; to += size) {
		n = damage->len - to < size ? damage->len - to : size;
		begin(damage, "page of zeros", to, 0);
		memset(damage->bytes + to, 0, n);
		ask_and_mend(damage);
		for (from = 0; from < damage->len; from += size) {
			most = damage->len - from < n ? damage->len - from :
			    n;
			begin(damage, "page copied", to, from);
			memcpy(damage->bytes + to, whole + from, most);
			ask_and_mend(damage);
			begin(damage, "page of another generation", to, from);
			memcpy(damage->bytes + to, other->bytes + from, most);
			ask_and_mend(damage);
		}
	}
	(void)snprintf(what, sizeof(what), "pages of %zu", size);
	damage_report(damage, what);
}

/* Cut to each length, at the end of memory; and longer than it says. */
static void
lengths(struct damage *damage)
{
	unsigned char *bytes;
	void *room;
	size_t len;

	for (len = 0; len < damage->len + 300; len++) {
		if (len == damage->len)
			continue;
		begin(damage, "another length", len, 0);
		if (posix_memalign(&room, 64, len) != 0)
			abort();
		bytes = room;
		memset(bytes, 0, len);
		memcpy(bytes, damage->bytes, len < damage->len ? len :
		    damage->len);
		if (damage_attach(damage, bytes, len)) {
			(void)printf("FAIL: %zu bytes of %zu taken for an "
			    "index\n", len, damage->len);
			exit(EXIT_FAILURE);
		}
		free(room);
	}
	damage_report(damage, "each length");
}

/* The same rules under another seed; and other answers for the same names. */
static void
freeze_others(struct help *same, struct help *other)
{
	char text[sizeof(TEXT)], *cp;

	memcpy(text, TEXT, sizeof(TEXT));
	for (cp = text; (cp = strstr(cp, "match=")) != NULL; cp += 6)
		cp[6] ^= 1;	/* another digit */
	help_init(same, 307, 1);
	help_init(other, 307, 1);
	if (help_keys(same, TEXT, strlen(TEXT)) != TLSP_OK ||
	    help_freeze(same, ~HELP_SEED) != TLSP_OK ||
	    help_keys(other, text, strlen(text)) != TLSP_OK ||
	    help_freeze(other, HELP_SEED * 3) != TLSP_OK)
		abort();
}

void
damage_small(int is_quick)
{
	const size_t n_blocks = sizeof(BLOCKS) / sizeof(BLOCKS[0]);
	struct damage damage;
	struct help same, other;
	size_t n;

	damage_init(&damage, TEXT, strlen(TEXT));
	add_questions(&damage);
	freeze_others(&same, &other);
	(void)printf("damage: a table of %zu rules, %zu bytes, %zu keys asked "
	    "each time\n", damage.help.keys.rules.n_rules, damage.len,
	    damage.n_questions);
	each_bit(&damage);
	each_byte(&damage);
	for (n = is_quick ? 2 : 0; n < n_blocks; n++) {
		blocks_inside(&damage, BLOCKS[n]);
		blocks_of(&damage, &same.image, BLOCKS[n],
		    "another generation", 1);
		blocks_of(&damage, &other.image, BLOCKS[n],
		    "another table", !is_quick);
	}
	torn(&damage, &same.image, 1);
	torn(&damage, &other.image, 0);
	for (n = 0; n < sizeof(PAGES) / sizeof(PAGES[0]); n++)
		pages(&damage, PAGES[n], &same.image);
	lengths(&damage);
	damage_clear(&damage);
	help_clear(&same);
	help_clear(&other);
}
