/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_pin.c - the room pin: what is written is read, and nothing else is.
 */
#include "check_tlsp.h"

#include <stdio.h>

#include "../dict_tlspolicy/pin.h"
#include "helper_pins.h"

#define KEY	"example.com"
#define HEAD	"1700000000 0123456789ABCDEF sha256"
#define FP(b)	b ":" b ":" b ":" b ":" b ":" b ":" b ":" b ":" b ":" b ":" \
		b ":" b ":" b ":" b ":" b ":" b ":" b ":" b ":" b ":" b ":" b \
		":" b ":" b ":" b ":" b ":" b ":" b ":" b ":" b ":" b ":" b \
		":" b
#define PIN(b)	" pin=" FP(b) "," FP("0B") ",1700000000,1690000000," \
		"1800000000,P," FP("0C") ",-"
#define MX	" mx=mx1.example.com:25"

/* The sums are those of a program that was written from the manual alone. */
static const char KNOWN[] = "1 9C924CB4DFEC5765 " HEAD MX PIN("0A")
    " gone=mx2.example.com:25 pin=" FP("1A") "," FP("1B") ",1690000001,"
    "1690000001,1790000000,M,-,postmaster";
static const char SMALLEST[] = "1 F63DB25423B045C2 0 0000000000000000 sha256";

static enum tlsp_code
read_content(const char *content, struct tlsp_pin_set *set,
    struct tlsp_err *err)
{
	static char buf[TLSP_PIN_RECORD_MAX + 64];

	return tlsp_pin_read(KEY, strlen(KEY), buf, help_pins_seal(KEY,
	    content, strlen(content), buf), set, err);
}

START_TEST(pin_read_reads_what_the_manual_shows)
{
	static struct tlsp_pin_set set;
	struct tlsp_err err;

	EXPECT_CODE("known", TLSP_OK, tlsp_pin_read(KEY, strlen(KEY), KNOWN,
	    strlen(KNOWN), &set, &err));
	ck_assert(set.scanned == 1700000000 && set.n_hosts == 2 &&
	    set.n_pins == 2 && set.constraint == 0x0123456789abcdef);
	ck_assert(set.digest.len == 6 && set.hosts[0].port == 25 &&
	    !set.hosts[0].is_gone && set.hosts[1].is_gone);
	ck_assert(set.hosts[1].first_pin == 1 && set.hosts[1].n_pins == 1);
	ck_assert(set.hosts[0].name.len == strlen("mx1.example.com"));
	ck_assert(set.pins[0].first == 1690000000 &&
	    set.pins[0].verified == 1700000000 &&
	    set.pins[0].not_after == 1800000000);
	ck_assert(set.pins[0].origin == TLSP_PIN_PKIX &&
	    set.pins[0].anchor.len == 95 && set.pins[0].who.len == 0);
	ck_assert(set.pins[1].origin == TLSP_PIN_PERSON &&
	    set.pins[1].anchor.len == 0 && set.pins[1].who.len == 10);
	EXPECT_CODE("smallest", TLSP_OK, tlsp_pin_read("x", 1, SMALLEST,
	    strlen(SMALLEST), &set, &err));
	ck_assert(set.scanned == 0 && set.n_hosts == 0 && set.n_pins == 0);
}
END_TEST

/* What is wrong, in a record whose check is right. */
static const char *const BAD[] = {
	"", " ", "17", "17 ", "1700000000 0123456789ABCDEF",
	"1700000000 0123456789ABCDEF ",
	"1700000000 0123456789abcdef sha256",
	"1700000000 0123456789ABCDE sha256",
	"1700000000 0123456789ABCDEF0 sha256",
	"1700000000 0123456789ABCDEF sha1", "1700000000 0123456789ABCDEF md5",
	"1700000000 0123456789ABCDEF SHA256",
	"1700000000 0123456789ABCDEF sha2561",
	"1700000000  0123456789ABCDEF sha256",
	" 1700000000 0123456789ABCDEF sha256",
	"01700000000 0123456789ABCDEF sha256",
	"-1700000000 0123456789ABCDEF sha256",
	"1000000000000 0123456789ABCDEF sha256",
	"x 0123456789ABCDEF sha256",
	HEAD " ", HEAD "  ", HEAD "\t", HEAD "\n", HEAD " x", HEAD " mx",
	HEAD " mx=", HEAD " mx=:25", HEAD " mx=a", HEAD " mx=a:",
	HEAD " mx=a:0", HEAD " mx=a:025", HEAD " mx=a:65536",
	HEAD " mx=a:+25", HEAD " mx=a:100000", HEAD " mx=A:25",
	HEAD " mx=a\x7f:25", HEAD " mx=\xc3\xbc:25", HEAD " mx=a\tb:25",
	HEAD " MX=a:25", HEAD " mx=a:25 ", HEAD " mx=a:25  mx=b:25",
	HEAD " mx=a:25 x", HEAD " mx=a:25 mx=a:25", HEAD " mx=b:25 mx=a:25",
	HEAD " mx=a:25 gone=a:25", HEAD " mx=a:26 mx=a:25",
	HEAD PIN("0A"),				/* nobody's */
	HEAD MX PIN("0A") PIN("0A"),		/* twice */
	HEAD MX PIN("0B") PIN("0A"),		/* out of order */
	HEAD MX PIN("0a"), HEAD MX PIN("0G"), HEAD MX PIN("0A") " ",
	HEAD MX PIN("0A") ",", HEAD MX PIN("0A") "-", HEAD MX PIN("0A") "x",
	HEAD MX " pin=", HEAD MX " pin=" FP("0A"), HEAD MX " pin=" FP("0A")
	    "," FP("0B"),
	HEAD MX " pin=" FP("0A") ":0A," FP("0B") ",1,1,1,P,-,-",
	HEAD MX " pin=0A," FP("0B") ",1,1,1,P,-,-",
	HEAD MX " pin=" FP("0A") ",," FP("0B") ",1,1,1,P,-,-",
	HEAD MX " pin=" FP("0A") ",-,1,1,1,P,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",,1,1,P,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,,1,P,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,,P,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,-1,P,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1x,P,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,9999999999999,P,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,T,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,p,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,PD,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,P,,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,P,0A,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,P,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,P,-,",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,P,-,-,",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,P,-,me",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,D,-,me",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,M,-,-",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,M,-,a,b",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,M,-,\x01",
	HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,M,-,\xc3\xa4",
};

START_TEST(pin_read_takes_nothing_else)
{
	static struct tlsp_pin_set set;
	struct tlsp_err err;

	EXPECT_CODE(BAD[_i], TLSP_E_DAMAGED, read_content(BAD[_i], &set,
	    &err));
	ck_assert_ptr_nonnull(strstr(err.text, "\"" KEY "\""));
}
END_TEST

/* So that the table above is refused for what it says. */
START_TEST(pin_read_takes_what_they_were_made_from)
{
	static const char *const good[] = {
		HEAD, HEAD MX, HEAD MX PIN("0A") PIN("0B"),
		HEAD " gone=a:25 mx=b:25" PIN("0A") " mx=b:26" PIN("0A"),
		HEAD " mx=[2001:db8::1]:25",
		HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,1,P,-,-",
		HEAD MX " pin=" FP("0A") "," FP("0B") ",1,1,999999999999,D,-,"
		    "-",
		HEAD MX " pin=" FP("0A") "," FP("0B") ",0,0,0,M,-,me@x",
	};
	static struct tlsp_pin_set set;
	struct tlsp_err err;

	EXPECT_CODE(good[_i], TLSP_OK, read_content(good[_i], &set, &err));
}
END_TEST

START_TEST(pin_prove_sees_every_bit)
{
	char value[sizeof(KNOWN)], key[] = KEY;
	struct tlsp_err err;
	size_t n;

	memcpy(value, KNOWN, sizeof(value));
	EXPECT_CODE("known", TLSP_OK, tlsp_pin_prove(key, strlen(key), value,
	    strlen(value), &err));
	for (n = 0; n < strlen(KNOWN) * 8; n++) {
		value[n / 8] = (char)(value[n / 8] ^ (1 << n % 8));
		EXPECT_CODE("value", TLSP_E_DAMAGED, tlsp_pin_prove(key,
		    strlen(key), value, strlen(KNOWN), &err));
		value[n / 8] = (char)(value[n / 8] ^ (1 << n % 8));
	}
	for (n = 0; n < strlen(KEY) * 8; n++) {
		key[n / 8] = (char)(key[n / 8] ^ (1 << n % 8));
		EXPECT_CODE("key", TLSP_E_DAMAGED, tlsp_pin_prove(key,
		    strlen(KEY), value, strlen(KNOWN), &err));
		key[n / 8] = (char)(key[n / 8] ^ (1 << n % 8));
	}
}
END_TEST

START_TEST(pin_prove_sees_a_cut_and_a_tail)
{
	char value[sizeof(KNOWN) + 1];
	struct tlsp_err err;
	size_t n;

	memcpy(value, KNOWN, sizeof(KNOWN));
	for (n = 0; n < strlen(KNOWN); n++)
		EXPECT_CODE("cut", TLSP_E_DAMAGED, tlsp_pin_prove(KEY,
		    strlen(KEY), value, n, &err));
	EXPECT_CODE("NUL", TLSP_E_DAMAGED, tlsp_pin_prove(KEY, strlen(KEY),
	    value, strlen(KNOWN) + 1, &err));
	EXPECT_CODE("key", TLSP_E_DAMAGED, tlsp_pin_prove(KEY, strlen(KEY) -
	    1, value, strlen(KNOWN), &err));
	EXPECT_CODE("key", TLSP_E_DAMAGED, tlsp_pin_prove(KEY, strlen(KEY) +
	    1, value, strlen(KNOWN), &err));
}
END_TEST

START_TEST(pin_prove_takes_no_record_that_is_too_long)
{
	static char content[TLSP_PIN_RECORD_MAX + 1];
	static char buf[TLSP_PIN_RECORD_MAX + 64];
	struct tlsp_err err;
	size_t len;

	memset(content, 'x', sizeof(content));
	len = help_pins_seal(KEY, content, TLSP_PIN_RECORD_MAX - 20, buf);
	EXPECT_CODE("fits", TLSP_OK, tlsp_pin_prove(KEY, strlen(KEY), buf,
	    len, &err));
	len = help_pins_seal(KEY, content, TLSP_PIN_RECORD_MAX - 19, buf);
	EXPECT_CODE("too long", TLSP_E_DAMAGED, tlsp_pin_prove(KEY,
	    strlen(KEY), buf, len, &err));
}
END_TEST

static void
expect_same(struct help_pins *pins, const char *key)
{
	static struct tlsp_pin_set set;
	struct tlsp_err err;

	help_pins_write(pins, key);
	ck_assert_uint_eq(strlen(pins->record), pins->len);
	EXPECT_CODE(pins->record, TLSP_OK, tlsp_pin_read(key, strlen(key),
	    pins->record, pins->len, &set, &err));
	ck_assert_msg(help_pins_equal(&pins->set, &set), "%s", pins->record);
}

static void
random_set(struct help_pins *pins, uint64_t *state)
{
	static const char *const digests[] = { "sha256", "sha384", "sha512" };
	static char names[TLSP_PIN_HOSTS_MAX][40];
	size_t n_hosts = (*state = help_random(*state)) % 5, n_pins, n, p;
	struct tlsp_pin *pin;

	help_pins_init(pins, (int64_t)(*state % 3000000000), *state,
	    digests[*state / 8 % 3]);
	for (n = 0; n < n_hosts; n++) {
		*state = help_random(*state);
		(void)snprintf(names[n], sizeof(names[n]), "mx%zu.x%u.test",
		    n, (unsigned)(*state % 1000));
		help_pins_host(pins, names[n], (int)(*state >> 20 & 1))->port =
		    (unsigned)(*state % 65535 + 1);
		n_pins = *state >> 32 & 7;
		for (p = 0; p < n_pins; p++) {
			*state = help_random(*state);
			pin = help_pins_pin(pins, (unsigned char)(p * 30 +
			    *state % 30), (int64_t)(*state % 4000000000),
			    (int64_t)(*state % 1000000000000));
			if ((*state >> 40 & 3) == 0) {
				pin->origin = TLSP_PIN_PERSON;
				pin->who.text = "jo";
				pin->who.len = 2;
			}
			if ((*state >> 42 & 1) == 0)
				pin->anchor.len = 0;
		}
	}
}

START_TEST(pin_write_is_read_back_the_same)
{
	static struct help_pins pins;
	uint64_t state = 4;
	int n;

	for (n = 0; n < 5000; n++) {
		random_set(&pins, &state);
		expect_same(&pins, n % 2 == 0 ? KEY : "[mx.test]:587");
	}
}
END_TEST

START_TEST(pin_write_writes_what_the_manual_shows)
{
	static struct tlsp_pin_set set;
	static char buf[TLSP_PIN_RECORD_MAX];
	struct tlsp_err err;
	size_t len;

	EXPECT_CODE("known", TLSP_OK, tlsp_pin_read(KEY, strlen(KEY), KNOWN,
	    strlen(KNOWN), &set, &err));
	EXPECT_CODE("known", TLSP_OK, tlsp_pin_write(KEY, strlen(KEY), &set,
	    buf, &len, &err));
	EXPECT_STR("known", KNOWN, buf);
}
END_TEST

START_TEST(pin_write_holds_as_many_as_it_says)
{
	static struct help_pins pins;
	static char names[TLSP_PIN_HOSTS_MAX + 1][8];
	struct tlsp_err err;
	size_t n;

	help_pins_init(&pins, 0, 0, "sha512");
	help_pins_host(&pins, "mx.test", 0);
	for (n = 0; n < TLSP_PINS_MAX; n++)
		help_pins_pin(&pins, (unsigned char)n, 1, 2);
	expect_same(&pins, KEY);
	help_pins_init(&pins, 0, 0, "sha256");
	for (n = 0; n < TLSP_PIN_HOSTS_MAX; n++) {
		(void)snprintf(names[n], sizeof(names[n]), "h%02zu", n);
		help_pins_host(&pins, names[n], 0);
	}
	expect_same(&pins, KEY);
	pins.set.n_hosts++;
	EXPECT_CODE("hosts", TLSP_E_VALUE, tlsp_pin_write(KEY, strlen(KEY),
	    &pins.set, pins.record, &pins.len, &err));
}
END_TEST

/* One thing wrong with a set of two hosts and three pins. */
static void
spoil(struct tlsp_pin_set *set, int how)
{
	static const struct tlsp_pin_text upper = { "MX2.test", 8 };
	static const struct tlsp_pin_text blank = { "mx 2", 4 };
	static const struct tlsp_pin_text comma = { "a,b", 3 };
	static char longer[TLSP_HOSTNAME_MAX + 1];
	struct tlsp_pin *pin = &set->pins[1];

	memset(longer, 'x', sizeof(longer));
	switch (how) {
	case 0: set->digest.len = 0; break;
	case 1: set->digest.text = "md5"; set->digest.len = 3; break;
	case 2: set->scanned = -1; break;
	case 3: set->scanned = TLSP_PIN_TIME_MAX + 1; break;
	case 4: set->hosts[1].name = set->hosts[0].name; break;
	case 5: set->hosts[1].name = upper; break;
	case 6: set->hosts[1].name = blank; break;
	case 7: set->hosts[1].name.len = 0; break;
	case 8: set->hosts[1].port = 0; break;
	case 9: set->hosts[1].port = 65536; break;
	case 10: set->hosts[1].first_pin = 0; break;
	case 11: set->hosts[1].n_pins = 3; break;
	case 12: set->hosts[1].n_pins = 1; break;
	case 13: set->n_pins = TLSP_PINS_MAX + 1; break;
	case 14: set->pins[2].key = pin->key; break;
	case 15: pin->key.len--; break;
	case 16: pin->cert.len = 0; break;
	case 17: pin->anchor.len = 3; break;
	case 18: pin->verified = -1; break;
	case 19: pin->first = TLSP_PIN_TIME_MAX + 1; break;
	case 20: pin->not_after = -1; break;
	case 21: pin->origin = (enum tlsp_pin_origin)'T'; break;
	case 22: pin->who = upper; break;
	case 23: pin->origin = TLSP_PIN_PERSON; break;
	case 24: pin->origin = TLSP_PIN_PERSON; pin->who = blank; break;
	case 25: pin->origin = TLSP_PIN_PERSON; pin->who = comma; break;
	case 26: set->hosts[1].name.text = longer;
		set->hosts[1].name.len = sizeof(longer); break;
	case 27: pin->origin = TLSP_PIN_PERSON; pin->who.text = longer;
		pin->who.len = TLSP_PIN_WHO_MAX + 1; break;
	case 28: pin->origin = TLSP_PIN_PERSON; pin->who.text = "-";
		pin->who.len = 1; break;
	default: break;
	}
}
#define N_SPOILS	29

START_TEST(pin_write_refuses_what_could_not_be_read)
{
	static struct help_pins pins;
	struct tlsp_err err;
	enum tlsp_code code;

	help_pins_init(&pins, 1, 2, "sha256");
	help_pins_host(&pins, "mx1.test", 0);
	help_pins_pin(&pins, 9, 1, 2);
	help_pins_host(&pins, "mx2.test", 0);
	help_pins_pin(&pins, 1, 1, 2);
	help_pins_pin(&pins, 2, 1, 2);
	spoil(&pins.set, _i);
	code = tlsp_pin_write(KEY, strlen(KEY), &pins.set, pins.record,
	    &pins.len, &err);
	ck_assert_msg(code == (_i < N_SPOILS ? TLSP_E_VALUE : TLSP_OK),
	    "%d: code %d", _i, code);
}
END_TEST

START_TEST(pin_write_refuses_a_record_that_is_too_long)
{
	static struct help_pins pins;
	static char names[TLSP_PIN_HOSTS_MAX][TLSP_HOSTNAME_MAX + 1];
	struct tlsp_err err;
	size_t n;

	help_pins_init(&pins, 1, 2, "sha512");
	for (n = 0; n < TLSP_PIN_HOSTS_MAX; n++) {
		memset(names[n], 'x', TLSP_HOSTNAME_MAX);
		names[n][0] = (char)('0' + n / 10);
		names[n][1] = (char)('0' + n % 10);
		help_pins_host(&pins, names[n], 0);
		help_pins_pin(&pins, 1, 1, 2);
	}
	EXPECT_CODE("long", TLSP_E_VALUE, tlsp_pin_write(KEY, strlen(KEY),
	    &pins.set, pins.record, &pins.len, &err));
}
END_TEST

START_TEST(pin_host_order_is_that_of_names_and_then_ports)
{
	static const struct { const char *a, *b; unsigned ap, bp; int want; }
	rows[] = {
		{ "a", "b", 2, 1, -1 }, { "b", "a", 1, 2, 1 },
		{ "a", "a", 1, 1, 0 }, { "a", "a", 1, 2, -1 },
		{ "a", "aa", 2, 1, -1 }, { "aa", "a", 1, 2, 1 },
	};
	struct tlsp_pin_host a = { .port = rows[_i].ap };
	struct tlsp_pin_host b = { .port = rows[_i].bp };
	int order;

	a.name.text = rows[_i].a;
	a.name.len = strlen(rows[_i].a);
	b.name.text = rows[_i].b;
	b.name.len = strlen(rows[_i].b);
	order = tlsp_pin_host_order(&a, &b);
	ck_assert_int_eq((order > 0) - (order < 0), rows[_i].want);
}
END_TEST

Suite *
check_pin_suite(void)
{
	Suite *suite = suite_create("pin");
	TCase *tcase;

	ADD_CASE(suite, tcase, "tlsp_pin_read");
	tcase_add_test(tcase, pin_read_reads_what_the_manual_shows);
	tcase_add_loop_test(tcase, pin_read_takes_nothing_else, 0,
	    N_ITEMS(BAD));
	tcase_add_loop_test(tcase, pin_read_takes_what_they_were_made_from, 0,
	    8);
	ADD_CASE(suite, tcase, "tlsp_pin_prove");
	tcase_add_test(tcase, pin_prove_sees_every_bit);
	tcase_add_test(tcase, pin_prove_sees_a_cut_and_a_tail);
	tcase_add_test(tcase, pin_prove_takes_no_record_that_is_too_long);
	ADD_CASE(suite, tcase, "tlsp_pin_write");
	tcase_add_test(tcase, pin_write_is_read_back_the_same);
	tcase_add_test(tcase, pin_write_writes_what_the_manual_shows);
	tcase_add_test(tcase, pin_write_holds_as_many_as_it_says);
	tcase_add_loop_test(tcase, pin_write_refuses_what_could_not_be_read,
	    0, N_SPOILS + 1);
	tcase_add_test(tcase, pin_write_refuses_a_record_that_is_too_long);
	ADD_CASE(suite, tcase, "tlsp_pin_host_order");
	tcase_add_loop_test(tcase,
	    pin_host_order_is_that_of_names_and_then_ports, 0, 6);
	return suite;
}
