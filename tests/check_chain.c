/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_chain.c - the way from a certificate to one that is trusted, and
 * where it breaks off.
 */
#include "check_tlsp.h"

#include <stdlib.h>
#include <time.h>

#include "../cmd/chain.h"
#include "pki.h"

enum { ROOT, MIDDLE, LEAF, OLD, SELF, TWIN, N_CERTS };

static struct pki_cert certs[N_CERTS];

static void
make(int which, const char *cn, int issuer, int is_ca, long to_s)
{
	const struct pki_spec spec = { .cn = cn, .names = is_ca ? "" : cn,
	    .issuer = issuer < 0 ? NULL : &certs[issuer], .from_s = -1000,
	    .to_s = to_s, .is_ca = is_ca, .eku = is_ca ? "" : "serverAuth" };

	pki_make(&spec, &certs[which]);
}

static void
set_up(void)
{
	make(ROOT, "Root", -1, 1, 10000);
	make(MIDDLE, "Middle", ROOT, 1, 10000);
	make(LEAF, "mx.example", MIDDLE, 0, 10000);
	make(OLD, "old.example", MIDDLE, 0, -10);
	make(SELF, "self.example", -1, 0, 10000);
	make(TWIN, "Root", -1, 1, 10000);
}

static void
tear_down(void)
{
	int n;

	for (n = 0; n < N_CERTS; n++)
		pki_clear(&certs[n]);
}

/* shown, trusted: letters of "rmlost", as above. */
static const struct {
	int is_any_end;
	const char *shown, *trusted;
	enum chain_state state;
	int depth;
	const char *links;
} CASES[] = {
	{ 0, "lm", "r", CHAIN_GOOD, -1, "lmr" },
	{ 0, "lmr", "r", CHAIN_GOOD, -1, "lmr" },
	{ 0, "lrm", "r", CHAIN_GOOD, -1, "lmr" },
	{ 0, "l", "rm", CHAIN_GOOD, -1, "lmr" },
	{ 0, "l", "r", CHAIN_NO_ISSUER, 0, "l" },
	{ 0, "lm", "", CHAIN_NO_ISSUER, 1, "lm" },
	/* One that is not self-signed is no end of a chain. */
	{ 0, "l", "m", CHAIN_NO_ISSUER, 1, "lm" },
	{ 0, "lm", "t", CHAIN_NO_ISSUER, 1, "lm" },
	{ 0, "lm", "rt", CHAIN_GOOD, -1, "lmr" },
	{ 1, "l", "m", CHAIN_GOOD, -1, "lm" },
	{ 1, "lm", "l", CHAIN_GOOD, -1, "lm" },
	{ 1, "l", "r", CHAIN_NO_ISSUER, 0, "l" },
	{ 0, "lmr", "", CHAIN_NO_ROOT, 2, "lmr" },
	{ 0, "s", "r", CHAIN_SELF, 0, "s" },
	{ 0, "s", "s", CHAIN_GOOD, -1, "s" },
	{ 0, "om", "r", CHAIN_BAD, 0, "omr" },
};

static struct tls_der
der_of(char letter)
{
	const char *letters = "rmlost";
	const struct pki_cert *cert = &certs[strchr(letters, letter) -
	    letters];

	return (struct tls_der){ cert->der, cert->len };
}

START_TEST(chain_verify_says_where_it_breaks_off)
{
	struct chain_trust *trust;
	struct chain chain;
	struct tls_der shown[4], one;
	struct tlsp_err err;
	const char *letter;
	size_t n = 0;

	ck_assert_int_eq(chain_trust_new(9, CASES[_i].is_any_end, &trust,
	    &err), TLSP_OK);
	for (letter = CASES[_i].trusted; *letter != '\0'; letter++) {
		one = der_of(*letter);
		ck_assert_int_eq(chain_trust_add(trust, one.bytes, one.len,
		    &err), TLSP_OK);
	}
	for (letter = CASES[_i].shown; *letter != '\0'; letter++)
		shown[n++] = der_of(*letter);
	ck_assert_int_eq(chain_verify(trust, shown, n, (int64_t)time(NULL),
	    &chain, &err), TLSP_OK);
	ck_assert_msg(chain.state == CASES[_i].state && chain.depth ==
	    CASES[_i].depth, "%s by %s: state %d at %d: %s", CASES[_i].shown,
	    CASES[_i].trusted, (int)chain.state, chain.depth, chain.why);
	ck_assert((chain.why[0] == '\0') == (chain.state == CHAIN_GOOD));
	ck_assert_uint_eq(chain.n, strlen(CASES[_i].links));
	for (n = 0; n < chain.n; n++) {
		one = der_of(CASES[_i].links[n]);
		ck_assert(one.len == chain.links[n].len && memcmp(one.bytes,
		    chain.links[n].bytes, one.len) == 0);
	}
	chain_clear(&chain);
	chain_trust_free(trust);
}
END_TEST

START_TEST(chain_verify_asks_for_the_time)
{
	const struct tls_der leaf = der_of('l'), root = der_of('r'),
	    shown[] = { leaf, der_of('m') };
	struct chain_trust *trust;
	struct chain chain;
	struct tlsp_err err;

	ck_assert_int_eq(chain_trust_new(9, 0, &trust, &err), TLSP_OK);
	ck_assert_int_eq(chain_trust_add(trust, root.bytes, root.len, &err),
	    TLSP_OK);
	ck_assert_int_eq(chain_verify(trust, shown, 2,
	    (int64_t)time(NULL) + 20000, &chain, &err), TLSP_OK);
	ck_assert_int_eq(chain.state, CHAIN_BAD);
	ck_assert(strstr(chain.why, "expired") != NULL);
	chain_clear(&chain);
	EXPECT_CODE("noise", TLSP_E_VALUE, chain_trust_add(trust,
	    (const uint8_t *)"noise", 5, &err));
	chain_trust_free(trust);
}
END_TEST

Suite *
check_chain_suite(void)
{
	Suite *suite = suite_create("chain");
	TCase *tcase;

	ADD_CASE(suite, tcase, "chain_verify");
	tcase_add_unchecked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, chain_verify_says_where_it_breaks_off, 0,
	    N_ITEMS(CASES));
	tcase_add_test(tcase, chain_verify_asks_for_the_time);
	return suite;
}
