/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * fuzz_index.c - any bytes as changes to an index, whose checks are then made
 * good again: a file of someone who means harm.
 * Holds:    nothing is read outside of it (with a sanitizer), each lookup
 *           ends, an answer is a string inside of it; what is told of the
 *           file before it is mapped is the same.
 */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../dict_tlspolicy/words.h"
#include "helper.h"

#define MOST_CHANGES	6

static const char *const TEXTS[] = {
	"a.example may\n.a.example encrypt\n.b.example secure pin=require\n"
	"c.example oops\n[d.example]:25 may\n.d.e.f.g.h.i.j.k.test may\n"
	"a.name.of.more.than.22.bytes.example may\n"
	".a.name.of.more.than.22.bytes.example may\n",
	"a.example may\n.de may\n.co.de encrypt final=yes\nx.co.de none\n"
	"/a/path/that/is/longer/than/twenty-two/bytes may\n",
	"# nothing\n",
};
#define N_TEXTS		(sizeof(TEXTS) / sizeof(TEXTS[0]))

static const char *const KEYS[] = {
	"", ".", "..", "a", "a.example", ".a.example", "w.a.example",
	"v.w.a.example", "w.b.example", "c.example", "[d.example]:25",
	"x.d.e.f.g.h.i.j.k.test", "d.e.f.g.h.i.j.k.test", "x.g.h.i.j.k.test",
	"a.name.of.more.than.22.bytes.example",
	"w.a.name.of.more.than.22.bytes.example",
	"b.name.of.more.than.22.bytes.example", "x.de", "de", "x.co.de",
	"y.co.de", "/a/path/that/is/longer/than/twenty-two/bytes",
	"nowhere.test", "x.nowhere.test", "a.b.c.d.e.f.g.h.i.j.k.l.m.test",
};
#define N_KEYS		(sizeof(KEYS) / sizeof(KEYS[0]))

static struct help whole[N_TEXTS];

/* What is being changed: len bytes, exactly so many of memory. */
struct hostile {
	unsigned char *bytes;
	size_t len;
	uint64_t state;
	int is_broken;		/* the checks are left as they are */
};

static uint64_t
draw(struct hostile *hostile, uint64_t n)
{
	hostile->state = help_random(hostile->state);
	return hostile->state % n;
}

/* Numbers that are asking for trouble. */
static uint64_t
bad_number(struct hostile *hostile)
{
	static const uint64_t numbers[] = {
		0, 1, 2, 3, 16, 22, 23, 63, 64, 65, 255, 256, 0x7fff, 0xffff,
		0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 1 << 20,
		UINT64_MAX >> 1, UINT64_MAX, UINT64_MAX - 15, UINT64_MAX - 63,
		UINT64_C(1) << 58, UINT64_C(1) << 60, UINT64_C(1) << 63,
	};
	const uint64_t n = draw(hostile, 4);

	if (n == 0)
		return hostile->len / 16 - draw(hostile, 3);
	if (n == 1)
		return draw(hostile, 300);
	return numbers[draw(hostile, sizeof(numbers) / sizeof(numbers[0]))];
}

static void
put(struct hostile *hostile, uint64_t at, uint64_t number, size_t size)
{
	if (at <= hostile->len && size <= hostile->len - at)
		memcpy(hostile->bytes + at, &number, size);
}

static void
resize(struct hostile *hostile)
{
	const size_t old = hostile->len, len = (size_t)draw(hostile, 4) == 0 ?
	    (size_t)draw(hostile, old + 1) : old + (size_t)draw(hostile, 99);
	void *bytes;

	if (posix_memalign(&bytes, 64, len) != 0)
		abort();
	memset(bytes, 0, len);
	memcpy(bytes, hostile->bytes, len < old ? len : old);
	free(hostile->bytes);
	hostile->bytes = bytes;
	hostile->len = len;
	put(hostile, offsetof(struct tlsp_frozen, size), len, 8);
}

static void
change_node(struct hostile *hostile, const struct tlsp_frozen *head)
{
	const uint64_t at = head->lines_at + draw(hostile, head->n_lines *
	    TLSP_LINE_NODES) * sizeof(struct tlsp_node);

	switch (draw(hostile, 4)) {
	case 0:
		put(hostile, at + offsetof(struct tlsp_node, flags),
		    draw(hostile, 256), 1);
		break;
	case 1:
		put(hostile, at + offsetof(struct tlsp_node, len),
		    bad_number(hostile), 1);
		break;
	case 2:
		put(hostile, at + offsetof(struct tlsp_node, record),
		    bad_number(hostile), 4);
		break;
	default:
		put(hostile, at + draw(hostile, TLSP_NODE_KEY),
		    bad_number(hostile), 8);
		break;
	}
}

/* Any place may be the head of a record; mostly take one that was. */
static void
change_record(struct hostile *hostile, const struct tlsp_frozen *head)
{
	const uint64_t n_units = (head->size - head->records_at) /
	    TLSP_RECORD_UNIT + 1;
	const uint64_t at = head->records_at + draw(hostile, n_units) *
	    TLSP_RECORD_UNIT;

	switch (draw(hostile, 3)) {
	case 0:
		put(hostile, at + offsetof(struct tlsp_record, flags),
		    draw(hostile, 256), 1);
		break;
	case 1:
		put(hostile, at + offsetof(struct tlsp_record, len),
		    bad_number(hostile), 4);
		break;
	default:
		put(hostile, at + draw(hostile, 64), bad_number(hostile),
		    1U << draw(hostile, 4));
		break;
	}
}

/* With its head changed, little of an index is found: so not each time. */
static void
change(struct hostile *hostile, const struct tlsp_frozen *head, int is_head)
{
	switch (is_head ? draw(hostile, 8) : 2 + draw(hostile, 5)) {
	case 0:
		put(hostile, draw(hostile, offsetof(struct tlsp_frozen,
		    check) / 8) * 8, bad_number(hostile), 8);
		break;
	case 1:
		resize(hostile);
		break;
	case 2:
	case 3:
	case 4:
		change_node(hostile, head);
		break;
	case 5:
	case 6:
		change_record(hostile, head);
		break;
	default:
		put(hostile, draw(hostile, hostile->len + 1),
		    draw(hostile, UINT64_MAX), 1);
		hostile->is_broken = draw(hostile, 8) == 0;
		break;
	}
}

/* Returns where the next record begins; 0: there is none. */
static uint64_t
mend_record(struct hostile *hostile, uint64_t number, uint64_t seed)
{
	const uint64_t at = number * TLSP_RECORD_UNIT;
	struct tlsp_record *record;
	uint64_t body;

	if (number == 0 || number > hostile->len / TLSP_RECORD_UNIT ||
	    at + sizeof(*record) > hostile->len)
		return 0;
	record = (void *)(hostile->bytes + at);
	body = tlsp_record_body(record);
	if (body > hostile->len - at - sizeof(*record))
		return 0;
	record->check = tlsp_record_check(record, body, number, seed);
	return number + (sizeof(*record) + body) / TLSP_RECORD_UNIT;
}

/* Each check that can be found, made anew; last that of the head. */
static void
mend(struct hostile *hostile)
{
	struct tlsp_frozen *head = (void *)hostile->bytes;
	struct tlsp_filter *filter;
	struct tlsp_node *node;
	uint64_t n, at;

	if (hostile->len < sizeof(*head))
		return;
	for (n = head->records_at / TLSP_RECORD_UNIT; n != 0;)
		n = mend_record(hostile, n, head->seed);
	for (n = 0, at = head->filters_at; n < head->n_filters && at % 16 ==
	    0 && at < hostile->len && hostile->len - at >= sizeof(*filter);
	    n++, at += sizeof(*filter)) {
		filter = (void *)(hostile->bytes + at);
		filter->check = tlsp_filter_check(filter, n, head->seed);
	}
	for (n = 0, at = head->lines_at; n / TLSP_LINE_NODES < head->n_lines &&
	    at % 16 == 0 && at < hostile->len && hostile->len - at >=
	    sizeof(*node); n++, at += sizeof(*node)) {
		node = (void *)(hostile->bytes + at);
		(void)mend_record(hostile, node->record, head->seed);
		node->check = tlsp_node_check(node, tlsp_words_of_node(node,
		    head->seed), n);
	}
	head->check = tlsp_frozen_check(head);
}

static void
ask(struct hostile *hostile, struct tlsp_resolver *resolver, const char *key,
    unsigned how)
{
	const char *from = (const char *)hostile->bytes, *answer = NULL;
	const char *untraced = NULL;
	const char *end = from + hostile->len;
	struct tlsp_trace trace;
	struct tlsp_err err = { .code = TLSP_OK };
	const enum tlsp_code code = tlsp_resolve(resolver, key, how, &answer,
	    &err, &trace);

	if (code == TLSP_OK)
		FUZZ_REQUIRE(answer >= from && answer < end &&
		    memchr(answer, '\0', (size_t)(end - answer)) != NULL);
	else
		FUZZ_REQUIRE(answer == NULL);
	FUZZ_REQUIRE(code >= 0 || err.code == code);
	FUZZ_REQUIRE(code == TLSP_OK || code == TLSP_NONE || code < 0);
	if (trace.found.record != NULL)
		FUZZ_REQUIRE(trace.found.name <= strlen(key));
	FUZZ_REQUIRE(tlsp_resolve(resolver, key, how, &untraced, &err, NULL)
	    == code && untraced == answer);
}

/* What peek tells of the file is what the search finds in memory. */
static void
ask_peek(struct tlsp_resolver *resolver, const char *key)
{
	const unsigned how = TLSP_QUERY_ONLY | TLSP_QUERY_FOLD;
	struct tlsp_peek *peek = resolver->peek;
	const char *from = (const char *)peek->record, *told = NULL;
	const char *answer = NULL;
	enum tlsp_code code;
	struct tlsp_err err;

	if (!tlsp_resolve_peek(resolver, key, how, &code, &told, &err))
		return;
	FUZZ_REQUIRE(tlsp_resolve(resolver, key, how, &answer, &err, NULL) ==
	    code);
	FUZZ_REQUIRE((told == NULL) == (answer == NULL));
	FUZZ_REQUIRE(told == NULL || (told >= from && told < from +
	    sizeof(peek->record) && strcmp(told, answer) == 0));
}

static void
ask_all(struct hostile *hostile, const struct help *help)
{
	static struct tlsp_peek peek;
	struct tlsp_resolver resolver = { .host = &help->host,
	    .file = HELP_FILE, .peek = &peek };
	struct tlsp_err err;
	char key[600];
	size_t n;

	if (tlsp_index_attach(HELP_FILE, (const void *)hostile->bytes,
	    hostile->bytes, hostile->len, &resolver.index, &err) != TLSP_OK)
		return;
	if (peek.head == NULL)
		FUZZ_REQUIRE((peek.fd = memfd_create("index",
		    MFD_CLOEXEC)) >= 0);
	FUZZ_REQUIRE(ftruncate(peek.fd, 0) == 0 && pwrite(peek.fd,
	    hostile->bytes, hostile->len, 0) == (ssize_t)hostile->len);
	peek.head = (const void *)hostile->bytes;
	for (n = 0; n < N_KEYS; n++) {
		ask_peek(&resolver, KEYS[n]);
		ask(hostile, &resolver, KEYS[n], (unsigned)(n % 8));
		ask(hostile, &resolver, KEYS[n], TLSP_QUERY_ONLY);
	}
	for (n = 0; n < 3; n++) {
		memset(key, 'k', sizeof(key));
		key[draw(hostile, 100)] = '.';
		key[draw(hostile, sizeof(key))] = '\0';
		key[sizeof(key) - 1] = '\0';
		key[0] = n == 0 ? '/' : n == 1 ? '.' : 'k';
		ask(hostile, &resolver, key, TLSP_QUERY_ONLY);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct hostile hostile = { NULL, 0, tlsp_hash_text((const char *)data,
	    len), 0 };
	struct help *help = &whole[draw(&hostile, N_TEXTS)];
	const struct tlsp_frozen *head;
	void *bytes;
	int n, is_head;

	if (help->image.bytes == NULL) {
		const char *text = TEXTS[help - whole];

		help_init(help, 307, 1);
		FUZZ_REQUIRE(help_compile(help, text, strlen(text)) ==
		    TLSP_OK);
	}
	head = (const void *)help->image.bytes;
	hostile.len = help->image.len;
	FUZZ_REQUIRE(posix_memalign(&bytes, 64, hostile.len) == 0);
	hostile.bytes = bytes;
	memcpy(bytes, help->image.bytes, hostile.len);
	is_head = draw(&hostile, 4) == 0;
	for (n = 1 + (int)draw(&hostile, MOST_CHANGES); n > 0; n--)
		change(&hostile, head, is_head);
	if (!hostile.is_broken)
		mend(&hostile);
	ask_all(&hostile, help);
	free(hostile.bytes);
	return 0;
}
