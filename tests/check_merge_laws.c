/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_merge_laws.c - the room merge: what holds for any rule, any pins, any
 * clock and any bytes where a record should be.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>

#include "../dict_tlspolicy/merge.h"
#include "helper_pins.h"

#define ROUNDS	(40000 / help_stride(10))
#define NOW	INT64_C(1700000000)
#define HOUR	INT64_C(3600)
#define KEY	"x.test"
#define PREFIX	"fingerprint match="

/* What a rule is put together from. A word of the first two stays. */
static const char *const KEPT[] = {
	"ciphers=high", "protocols=>=TLSv1.2", "exclude=aNULL:DES",
	"servername=nexthop", "connection_reuse=yes", "enable_rpk=yes",
	"{ ciphers = medium }",
};
static const char *const DROPPED[] = {
	"match=nexthop:.x.test", "match=a.test", "tafile=/etc/ca.pem",
	"policy_type=sts policy_domain=x.test", "{ match = b.test }",
};
static const char *const LEVELS[] = { "encrypt", "verify", "secure" };

/* One round: a rule as it is kept, and what was learned. */
struct round {
	uint64_t state;
	struct help help;
	char rhs[400];
	struct { struct tlsp_record head; struct tlsp_frozen_place place;
	    char text[400]; } bytes;
	struct tlsp_trust trust;
	int64_t ttl_s;
	struct help_pins pins;
	struct tlsp_pin_set set;	/* as it was read */
	struct tlsp_verdict verdict;
	char buf[20000];
	const char *answer;
	struct tlsp_err err;
	enum tlsp_code code;
};

static size_t
below(struct round *round, size_t limit)
{
	round->state = help_random(round->state);
	return (size_t)(round->state >> 16) % limit;
}

static void
add(char *text, const char *word)
{
	if (strstr(text, word) == NULL)
		strcat(strcat(text, " "), word);
}

/* A good rule: words in any order, each attribute at most once. */
static void
make_rule(struct round *round)
{
	static const char *const pins[] = { "", " pin=prefer",
	    " pin=require" };
	size_t n;
	enum tlsp_code code;

	do {
		tlsp_arena_clear(&round->help.arena);
		strcpy(round->rhs, LEVELS[below(round, 3)]);
		for (n = below(round, 5); n > 0; n--)
			add(round->rhs, below(round, 2) == 0 ?
			    KEPT[below(round, N_ITEMS(KEPT))] :
			    DROPPED[below(round, N_ITEMS(DROPPED))]);
		strcat(round->rhs, pins[below(round, 3)]);
		code = help_policy(&round->help, round->rhs);
	} while (code != TLSP_OK);
	memset(&round->bytes, 0, sizeof(round->bytes));
	strcpy(round->bytes.text, round->help.policy.text);
	round->bytes.head.len = (uint32_t)strlen(round->bytes.text);
	round->bytes.head.level = (uint8_t)round->help.policy.level;
	round->bytes.head.pin = (uint8_t)round->help.policy.pin;
	round->bytes.head.flags = TLSP_RECORD_PLACE;
	round->bytes.place.line = 3;
	round->bytes.place.col = 1;
	round->ttl_s = (int64_t)(1 + below(round, 720)) * HOUR;
	round->trust.sum = below(round, 2);
	strcpy(round->trust.digest, below(round, 9) == 0 ? "" :
	    below(round, 9) == 0 ? "sha512" : "sha256");
}

/* A time round now: mostly not long ago. */
static int64_t
make_time(struct round *round)
{
	return NOW + 2 * HOUR - (int64_t)below(round, below(round, 4) == 0 ?
	    900 : 30) * HOUR;
}

static void
make_pins(struct round *round)
{
	static const char *const names[] = { "a.test", "b.test", "c.test" };
	static const struct tlsp_trust other = { .sum = 7 };
	uint64_t sum = tlsp_policy_constraint(round->bytes.text, 1,
	    below(round, 6) == 0 ? &other : &round->trust);
	size_t n_hosts = below(round, 4), n, p;

	help_pins_init(&round->pins, below(round, 9) == 0 ? 0 : NOW, sum,
	    below(round, 9) == 0 ? "sha512" : "sha256");
	for (n = 0; n < n_hosts; n++) {
		help_pins_host(&round->pins, names[n], below(round, 4) == 0);
		for (p = below(round, 4); p > 0; p--)
			help_pins_pin(&round->pins, (unsigned char)(10 *
			    (4 - p) + below(round, 3)), make_time(round),
			    below(round, 6) == 0 ? make_time(round) :
			    NOW + 1000 * HOUR);
	}
	help_pins_write(&round->pins, KEY);
}

/* Read it, judge it, merge it, as a lookup does. */
static void
answer(struct round *round)
{
	const struct tlsp_record *record = &round->bytes.head;
	struct tlsp_err why = { .text = "" };
	const struct tlsp_merge in = { HELP_FILE, record, KEY, strlen(KEY),
	    &round->set, &round->verdict, &why, 1, round->buf,
	    tlsp_merge_size(record->len) };

	if (tlsp_pin_read(KEY, strlen(KEY), round->pins.record,
	    round->pins.len, &round->set, &why) != TLSP_OK)
		round->verdict.state = TLSP_PINS_UNREADABLE;
	else
		tlsp_merge_judge(&round->set, tlsp_policy_constraint(
		    round->bytes.text, 1, &round->trust), round->ttl_s,
		    &round->trust, NOW, &round->verdict);
	round->answer = NULL;
	round->code = tlsp_merge(&in, &round->answer, &round->err);
}

/* The conditions once more, as the manual lists them. */
static int
is_usable(const struct round *round, const struct tlsp_pin_set *set, size_t n,
    int is_gone)
{
	const struct tlsp_pin *pin = &set->pins[n];

	return strcmp(round->trust.digest, "") != 0 &&
	    strncmp(round->trust.digest, set->digest.text, 6) == 0 &&
	    set->constraint == tlsp_policy_constraint(round->bytes.text, 1,
	    &round->trust) && pin->verified <= NOW + 300 &&
	    pin->verified > NOW - round->ttl_s && pin->not_after >= NOW &&
	    (!is_gone || pin->verified > NOW - 24 * HOUR);
}

static int
is_set_usable(const struct round *round)
{
	const struct tlsp_pin_set *set = &round->pins.set;
	size_t n, p, n_mx = 0, n_good;

	for (n = 0; n < set->n_hosts; n++) {
		if (set->hosts[n].is_gone)
			continue;
		n_mx++;
		n_good = 0;
		for (p = 0; p < set->hosts[n].n_pins; p++)
			n_good += (size_t)is_usable(round, set,
			    set->hosts[n].first_pin + p, 0);
		if (n_good == 0)
			return 0;
	}
	return n_mx > 0 && set->scanned > 0;
}

/* The answer holds exactly the usable keys, each once, in order. */
static void
expect_keys(const struct round *round)
{
	const struct tlsp_pin_set *set = &round->pins.set;
	const char *match = round->answer + strlen(PREFIX), *at, *found;
	const size_t len = strcspn(match, " ");
	const size_t wide = tlsp_pin_digest_len(round->trust.digest, 6);
	size_t n, p;
	int good;

	for (at = match; at + wide < match + len; at += wide + 1) {
		EXPECT_TRUE(at[wide] == '|', "%s", round->answer);
		EXPECT_TRUE(memcmp(at, at + wide + 1, wide) < 0, "%s",
		    round->answer);
	}
	EXPECT_TRUE(len % (wide + 1) == wide, "%s", round->answer);
	for (at = match; at < match + len; at += wide + 1) {
		good = 0;
		for (n = 0; n < set->n_hosts; n++)
			for (p = set->hosts[n].first_pin; p <
			    set->hosts[n].first_pin + set->hosts[n].n_pins;
			    p++)
				good |= memcmp(set->pins[p].key.text, at,
				    wide) == 0 && is_usable(round, set, p,
				    set->hosts[n].is_gone);
		EXPECT_TRUE(good, "%s: %s is not usable", round->rhs, at);
	}
	for (n = 0; n < set->n_hosts; n++)
		for (p = 0; p < set->hosts[n].n_pins; p++) {
			if (!is_usable(round, set, set->hosts[n].first_pin +
			    p, set->hosts[n].is_gone))
				continue;
			found = strstr(match, set->pins[
			    set->hosts[n].first_pin + p].key.text);
			EXPECT_TRUE(found != NULL && found < match + len,
			    "%s: a usable key is missing", round->rhs);
		}
}

/* What Postfix will read: the level, all that stays and no other word. */
static void
expect_policy(struct round *round)
{
	const char *rest = strchr(round->answer + strlen(PREFIX), ' ');
	size_t n, len = 0;

	EXPECT_TRUE(help_policy(&round->help, round->answer) == TLSP_OK &&
	    round->help.policy.level == TLSP_LEVEL_FINGERPRINT &&
	    round->help.policy.pin == TLSP_PIN_OFF &&
	    strcmp(round->help.policy.text, round->answer) == 0, "%s: %s",
	    round->answer, round->help.err.text);
	for (n = 0; n < N_ITEMS(KEPT); n++) {
		EXPECT_TRUE((strstr(round->bytes.text, KEPT[n]) == NULL) ==
		    (rest == NULL || strstr(rest, KEPT[n]) == NULL), "%s: %s",
		    round->rhs, round->answer);
		if (strstr(round->bytes.text, KEPT[n]) != NULL)
			len += 1 + strlen(KEPT[n]);
	}
	EXPECT_TRUE((rest == NULL ? 0 : strlen(rest)) == len, "%s: %s",
	    round->rhs, round->answer);
}

static struct round *
begin(uint64_t seed)
{
	struct round *round = calloc(1, sizeof(*round));

	ck_assert_ptr_nonnull(round);
	round->state = seed;
	help_init(&round->help, 312, 1);
	return round;
}

static void
end(struct round *round)
{
	help_clear(&round->help);
	free(round);
}

START_TEST(merge_never_weakens_what_is_written)
{
	struct round *round = begin(1);
	size_t n, n_pinned = 0, n_written = 0, n_waits = 0;
	int mode;

	for (n = 0; n < ROUNDS; n++) {
		make_rule(round);
		make_pins(round);
		answer(round);
		mode = round->bytes.head.pin;
		if (mode != TLSP_PIN_OFF && is_set_usable(round)) {
			EXPECT_TRUE(round->code == TLSP_OK &&
			    strncmp(round->answer, PREFIX, strlen(PREFIX)) ==
			    0, "%s: not pinned", round->rhs);
			expect_keys(round);
			expect_policy(round);
			n_pinned++;
		} else if (mode == TLSP_PIN_REQUIRE) {
			EXPECT_TRUE(round->code == TLSP_E_PENDING &&
			    round->answer == NULL && round->err.at.line == 3 &&
			    strstr(round->err.text, "pin=require") != NULL,
			    "%s: does not wait", round->rhs);
			n_waits++;
		} else {
			EXPECT_TRUE(round->code == TLSP_OK &&
			    round->answer == round->bytes.text,
			    "%s: not as written", round->rhs);
			n_written++;
		}
	}
	/* All of it happened, and not just once. */
	ck_assert(n_pinned > ROUNDS / 50 && n_waits > ROUNDS / 20 &&
	    n_written > ROUNDS / 20);
	end(round);
}
END_TEST

/* Any change of a record, anywhere, is as good as none at all. */
START_TEST(merge_takes_nothing_from_a_record_that_was_changed)
{
	struct round *round = begin(2);
	size_t n, at;
	char was;

	for (n = 0; n < ROUNDS; n++) {
		make_rule(round);
		make_pins(round);
		at = below(round, round->pins.len);
		was = round->pins.record[at];
		if (below(round, 4) == 0)
			round->pins.len = at;
		else
			round->pins.record[at] = (char)(was ^ (1 + (int)
			    below(round, 255)));
		answer(round);
		EXPECT_TRUE(round->verdict.state == TLSP_PINS_UNREADABLE,
		    "%s: believed", round->rhs);
		EXPECT_TRUE(round->bytes.head.pin == TLSP_PIN_REQUIRE ?
		    round->code == TLSP_E_PENDING : round->code == TLSP_OK &&
		    round->answer == round->bytes.text, "%s: not as written",
		    round->rhs);
	}
	end(round);
}
END_TEST

/* The same keys, however the hosts share them: Postfix sees one string. */
START_TEST(merge_gives_the_same_string_for_the_same_set)
{
	struct round *round = begin(3);
	char *first = malloc(sizeof(round->buf));
	size_t n, n_keys, split, n_seen = 0;

	ck_assert_ptr_nonnull(first);
	for (n = 0; n < ROUNDS / 4; n++) {
		make_rule(round);
		if (round->bytes.head.pin == TLSP_PIN_OFF)
			continue;
		strcpy(round->trust.digest, "sha256");
		n_keys = 2 + below(round, 6);
		for (split = 1; split < n_keys; split++) {
			size_t k;

			help_pins_init(&round->pins, NOW,
			    tlsp_policy_constraint(round->bytes.text, 1,
			    &round->trust), "sha256");
			help_pins_host(&round->pins, "a.test", 0);
			for (k = split; k < n_keys; k++)
				help_pins_pin(&round->pins,
				    (unsigned char)k, NOW, NOW);
			help_pins_host(&round->pins, "b.test", 0);
			for (k = 0; k <= split; k++)
				help_pins_pin(&round->pins,
				    (unsigned char)k, NOW - (int64_t)k, NOW);
			help_pins_write(&round->pins, KEY);
			answer(round);
			EXPECT_TRUE(round->code == TLSP_OK, "%s: waits",
			    round->rhs);
			if (split == 1)
				strcpy(first, round->answer);
			EXPECT_TRUE(strcmp(first, round->answer) == 0,
			    "%s: %s, %s", round->rhs, first, round->answer);
			n_seen++;
		}
	}
	ck_assert(n_seen > ROUNDS / 4);
	free(first);
	end(round);
}
END_TEST

void
check_merge_add_laws(Suite *suite)
{
	TCase *tcase;

	ADD_CASE(suite, tcase, "laws");
	tcase_add_test(tcase, merge_never_weakens_what_is_written);
	tcase_add_test(tcase,
	    merge_takes_nothing_from_a_record_that_was_changed);
	tcase_add_test(tcase, merge_gives_the_same_string_for_the_same_set);
}
