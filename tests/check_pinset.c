/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_pinset.c - the rooms cmd/pinset and cmd/print: whatever is added and
 * removed in whatever order, a record can be made of it.
 */
#include "check_tlsp.h"

#include <stdio.h>

#include "../cmd/pinset.h"
#include "../cmd/print.h"

#define N_KEYS	8

static char keys[N_KEYS][PRINT_SIZE];
static const char *const HOSTS[] = { "a.example", "b.example", "c.example" };

static void
make_keys(void)
{
	char text[65];
	struct tlsp_err err;
	int n;

	for (n = 0; n < N_KEYS; n++) {
		(void)snprintf(text, sizeof(text), "%064x", n * 0x1234567);
		ck_assert(print_read(text, 95, keys[n], &err) == TLSP_OK);
	}
}

static struct tlsp_pin_text
text_of(const char *text)
{
	return (struct tlsp_pin_text){ text, strlen(text) };
}

static int
is_key(const void *ctx, const struct tlsp_pin *pin)
{
	return pin->key.text == ctx;
}

/* Is key n of host h in the set? */
static int
has(struct tlsp_pin_set *set, size_t h, int n)
{
	const struct tlsp_pin_text key = text_of(keys[n]);
	const struct tlsp_pin_host *host = pinset_find(set, HOSTS[h],
	    strlen(HOSTS[h]), 25);

	return host != NULL && pinset_find_pin(set, host, &key) != NULL;
}

START_TEST(pinset_stays_in_order_whatever_happens)
{
	static struct tlsp_pin_set set, again;
	static char buf[TLSP_PIN_RECORD_MAX];
	int model[3][N_KEYS] = { { 0 } }, n, k;
	struct tlsp_pin pin = { .origin = TLSP_PIN_PKIX };
	struct tlsp_pin_host *host;
	uint64_t random = 5;
	struct tlsp_err err;
	size_t h, len, want, gone;

	make_keys();
	memset(&set, 0, sizeof(set));
	set.digest = text_of("sha256");
	for (n = 0; n < 4000; n++) {
		random = help_random(random);
		h = random % 3;
		k = (int)(random >> 8) % N_KEYS;
		if ((random >> 40) % 3 != 0) {
			pin.key = pin.cert = text_of(keys[k < 0 ? -k : k]);
			k = k < 0 ? -k : k;
			ck_assert(pinset_add_host(&set, HOSTS[h],
			    strlen(HOSTS[h]), 25, &host, &err) == TLSP_OK);
			ck_assert(pinset_add(&set, host, &pin, &err) ==
			    TLSP_OK);
			model[h][k] = 1;
		} else {
			k = k < 0 ? -k : k;
			want = (size_t)(model[0][k] + model[1][k] +
			    model[2][k]);
			gone = pinset_drop(&set, is_key, keys[k]);
			ck_assert_msg(gone == want, "%zu of %zu", gone, want);
			model[0][k] = model[1][k] = model[2][k] = 0;
		}
		ck_assert_msg(tlsp_pin_write("k", 1, &set, buf, &len, &err) ==
		    TLSP_OK, "%s", err.text);
		ck_assert(tlsp_pin_read("k", 1, buf, len, &again, &err) ==
		    TLSP_OK && again.n_pins == set.n_pins);
		for (h = 0; h < 3; h++)
			for (k = 0; k < N_KEYS; k++)
				EXPECT_TRUE(has(&again, h, k) == model[h][k],
				    "step %d: host %zu key %d", n, h, k);
	}
}
END_TEST

START_TEST(pinset_is_full_some_time)
{
	static struct tlsp_pin_set set;
	static char names[TLSP_PIN_HOSTS_MAX + 1][16];
	static char prints[TLSP_PINS_MAX + 1][PRINT_SIZE];
	struct tlsp_pin pin = { .origin = TLSP_PIN_PKIX };
	struct tlsp_pin_host *host;
	struct tlsp_err err;
	char text[65];
	int n;

	memset(&set, 0, sizeof(set));
	for (n = 0; n <= TLSP_PIN_HOSTS_MAX; n++) {
		(void)snprintf(names[n], sizeof(names[n]), "h%d", n);
		EXPECT_CODE("host", n < TLSP_PIN_HOSTS_MAX ? TLSP_OK :
		    TLSP_E_VALUE, pinset_add_host(&set, names[n],
		    strlen(names[n]), 25, &host, &err));
	}
	host = &set.hosts[0];
	for (n = 0; n <= TLSP_PINS_MAX; n++) {
		(void)snprintf(text, sizeof(text), "%064x", n);
		ck_assert(print_read(text, 95, prints[n], &err) == TLSP_OK);
		pin.key = text_of(prints[n]);
		EXPECT_CODE("pin", n < TLSP_PINS_MAX ? TLSP_OK : TLSP_E_VALUE,
		    pinset_add(&set, host, &pin, &err));
	}
	/* One that is there already needs no room. */
	ck_assert(pinset_add(&set, host, &set.pins[0], &err) == TLSP_OK);
	ck_assert(pinset_add_host(&set, "H0", 2, 25, &host, &err) == TLSP_OK);
}
END_TEST

#define HEX64	"00112233445566778899aabbccddeeff" \
		"00112233445566778899AABBCCDDEEFF"
#define COLONS	"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:" \
		"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"

static const struct { const char *text; size_t want; int is_good; }
PRINTS[] = {
	{ HEX64, 95, 1 }, { COLONS, 95, 1 }, { HEX64, 0, 1 },
	{ "00:11:2233445566778899aabbccddeeff" HEX64, 0, 1 },
	{ HEX64 "00", 95, 0 }, { HEX64, 143, 0 }, { "", 0, 0 },
	{ "0" HEX64, 95, 0 }, { ":" COLONS, 95, 0 }, { COLONS ":", 95, 0 },
	{ "00::11", 0, 0 }, { "0:0", 0, 0 }, { "xyz", 0, 0 },
	{ HEX64 HEX64 HEX64 HEX64, 0, 0 }, { HEX64 " ", 95, 0 },
	{ "sha256:" HEX64, 95, 0 },
};

START_TEST(print_read_takes_hexadecimal_of_the_right_length)
{
	char text[PRINT_SIZE];
	struct tlsp_err err;

	EXPECT_CODE(PRINTS[_i].text, PRINTS[_i].is_good ? TLSP_OK :
	    TLSP_E_VALUE, print_read(PRINTS[_i].text, PRINTS[_i].want, text,
	    &err));
	if (PRINTS[_i].is_good && PRINTS[_i].want == 95)
		EXPECT_STR("text", COLONS, text);
}
END_TEST

static const struct { const char *text; size_t len; unsigned port; }
MX[] = {
	{ "mx.example.com:25", 14, 25 }, { "mx.example.com", 14, 25 },
	{ "mx:65535", 2, 65535 }, { ":25", 0, 0 }, { "mx:", 0, 0 },
	{ "mx:0", 0, 0 }, { "mx:65536", 0, 0 }, { "mx:2x", 0, 0 },
	{ "mx:+2", 0, 0 }, { "", 0, 0 },
};

START_TEST(print_read_host_reads_host_and_port)
{
	struct tlsp_err err;
	unsigned port = 0;
	size_t len = 0;

	EXPECT_CODE(MX[_i].text, MX[_i].port != 0 ? TLSP_OK : TLSP_E_VALUE,
	    print_read_host(MX[_i].text, &len, &port, &err));
	if (MX[_i].port != 0)
		ck_assert(len == MX[_i].len && port == MX[_i].port);
}
END_TEST

Suite *
check_pinset_suite(void)
{
	Suite *suite = suite_create("pinset");
	TCase *tcase;

	ADD_CASE(suite, tcase, "pinset_add");
	tcase_add_test(tcase, pinset_stays_in_order_whatever_happens);
	tcase_add_test(tcase, pinset_is_full_some_time);
	ADD_CASE(suite, tcase, "print_read");
	tcase_add_loop_test(tcase,
	    print_read_takes_hexadecimal_of_the_right_length, 0,
	    N_ITEMS(PRINTS));
	tcase_add_loop_test(tcase, print_read_host_reads_host_and_port, 0,
	    N_ITEMS(MX));
	return suite;
}
