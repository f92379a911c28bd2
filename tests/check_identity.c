/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_identity.c - the room cmd/identity: files of certificates, keys and
 * CAs, good ones and bad ones.
 */
#include "check_tlsp.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <openssl/pem.h>

#include "../cmd/identity.h"
#include "pki.h"

/* By letter: r a root, i what it issued, l and m what that issued. */
struct pki {
	char *dir;
	struct pki_cert r, i, l, m, s;
};

static void
make(const char *cn, const struct pki_cert *issuer, int is_ca,
    const char *eku, struct pki_cert *cert)
{
	const struct pki_spec spec = { .cn = cn, .names = "", .issuer = issuer,
	    .from_s = -100, .to_s = 1000, .is_ca = is_ca, .eku = eku };

	pki_make(&spec, cert);
}

static void
build(struct pki *pki)
{
	pki->dir = help_dir();
	make("Root", NULL, 1, "", &pki->r);
	make("Issuing", &pki->r, 1, "", &pki->i);
	make("leaf.example", &pki->i, 0, "serverAuth", &pki->l);
	make("other.example", &pki->i, 0, "", &pki->m);
	make("self.example", NULL, 0, "clientAuth", &pki->s);
}

static void
raze(struct pki *pki)
{
	pki_clear(&pki->r);
	pki_clear(&pki->i);
	pki_clear(&pki->l);
	pki_clear(&pki->m);
	pki_clear(&pki->s);
	help_dir_remove(pki->dir);
}

/*
 * Write a file: a letter is a certificate, in upper case its key; "x" a
 * locked key, "p" EC PARAMETERS, "b" a broken block, "t" text.
 */
static void
put(const struct pki *pki, const char *name, const char *what)
{
	static const char locked[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
	    "AAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
	static const char params[] = "-----BEGIN EC PARAMETERS-----\n"
	    "BggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
	static const char broken[] = "-----BEGIN CERTIFICATE-----\n!\n";
	FILE *file = fopen(help_path(pki->dir, name), "w");
	const struct pki_cert *cert;

	ck_assert(file != NULL);
	for (; *what != '\0'; what++) {
		if (strchr("xpbt", *what) != NULL) {
			(void)fputs(*what == 'x' ? locked : *what == 'p' ?
			    params : *what == 'b' ? broken : "text\n", file);
			continue;
		}
		cert = strchr("rR", *what) ? &pki->r : strchr("iI", *what) ?
		    &pki->i : strchr("lL", *what) ? &pki->l :
		    strchr("mM", *what) ? &pki->m : &pki->s;
		if (*what >= 'a')
			ck_assert(PEM_write_X509(file, cert->x509) == 1);
		else
			ck_assert(PEM_write_PKCS8PrivateKey(file, cert->key,
			    NULL, NULL, 0, NULL, NULL) == 1);
	}
	ck_assert(fclose(file) == 0);
}

/* key: NULL: chain files. Each identity: key state, vouched links, end. */
static const struct {
	const char *cert, *key, *ca;
	const char *want;	/* or what the error says, behind "!" */
} FILES[] = {
	{ "li", "L", "r", "F10K" },
	{ "lir", "L", "r", "F110R" },
	{ "li", "L", "", "F10U" },
	{ "l", "L", "", "F0U" },
	{ "l", "L", "ri", "F0K" },
	{ "l", "L", "i", "F0U" },
	{ "s", "S", "", "F0R" },
	{ "lr", "L", "r", "F00R" },
	{ "l", "M", "i", "O0U" },
	{ "l", "t", "i", "N0U" },
	{ "l", "x", "i", "L0U" },
	{ "Lli", "Lli", "r", "F10K" },
	{ "tlLi", "tlLi", "r", "F10K" },
	{ "t", "L", "", "!no certificate in it" },
	{ "", "L", "", "!no certificate in it" },
	{ "lb", "L", "", "!a PEM block that is broken" },
	{ "Lli", NULL, "r", "F10K" },
	{ "LliMmi", NULL, "r", "!a second certificate for the same kind" },
	{ "Lli", "LlMm", "r", "F10K" },
	{ "Mli", NULL, "r", "O10K" },
	{ "xl", NULL, "", "L0U" },
	{ "lL", NULL, "", "!before its private key" },
	{ "LMm", NULL, "", "!no certificate follows" },
	{ "L", NULL, "", "!no certificate follows" },
	{ "pLl", NULL, "", "F0U" },
	{ "xLl", NULL, "", "F0U" },
	{ "x", NULL, "", "!no certificate in it" },
	{ "t", NULL, "", "!no certificate in it" },
	{ "Liiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii", NULL, "", "!more than 32" },
};

static void
describe(const struct identities *list, char *text)
{
	const struct identity *identity;
	size_t n, link;

	for (n = 0; n < list->n; n++) {
		identity = list->items[n];
		if (n > 0)
			*text++ = ' ';
		*text++ = "FNOL"[identity->key];
		for (link = 0; link < identity->n; link++)
			*text++ = (char)('0' +
			    identity->links[link].is_vouched);
		*text++ = "RKU"[identity->end];
	}
	*text = '\0';
}

START_TEST(identities_read_as_postfix_loads_them)
{
	char cert[300], key[300], ca[300], text[200], *file = cert;
	struct identity_source source = { &file, 1, NULL, "", "" };
	struct identities list = { NULL, 0 };
	struct tlsp_err err;
	enum tlsp_code code;
	struct pki pki;

	build(&pki);
	put(&pki, "cert", FILES[_i].cert);
	put(&pki, "key", FILES[_i].key != NULL ? FILES[_i].key : "");
	put(&pki, "ca", FILES[_i].ca);
	strcpy(cert, help_path(pki.dir, "cert"));
	strcpy(key, help_path(pki.dir, "key"));
	strcpy(ca, help_path(pki.dir, "ca"));
	source.key_file = FILES[_i].key != NULL ? key : NULL;
	source.ca_file = ca;
	code = identities_read(&source, &list, &err);
	if (FILES[_i].want[0] == '!') {
		EXPECT_CODE(FILES[_i].cert, TLSP_E_VALUE, code);
		ck_assert_msg(strstr(err.text, FILES[_i].want + 1) != NULL,
		    "%s: %s", FILES[_i].cert, err.text);
		EXPECT_STR("file", cert, err.at.file);
	} else {
		EXPECT_CODE(FILES[_i].cert, TLSP_OK, code);
		describe(&list, text);
		EXPECT_STR(FILES[_i].cert, FILES[_i].want, text);
	}
	identities_clear(&list);
	raze(&pki);
}
END_TEST

static const struct {
	const char *file;
	int may_serve, may_ask;
	const char *subject;
} USES[] = {
	{ "Ll", 1, 0, "CN=leaf.example" },
	{ "Mm", 1, 1, "CN=other.example" },
	{ "Ss", 0, 1, "CN=self.example" },
};

START_TEST(identities_read_tells_what_it_is_for)
{
	char cert[300], *file = cert;
	struct identity_source source = { &file, 1, NULL, "", "" };
	const struct identity_link *leaf;
	struct identities list;
	struct tlsp_err err;
	struct pki pki;

	build(&pki);
	put(&pki, "cert", USES[_i].file);
	strcpy(cert, help_path(pki.dir, "cert"));
	ck_assert(identities_read(&source, &list, &err) == TLSP_OK);
	ck_assert_uint_eq(list.n, 1);
	leaf = &list.items[0]->links[0];
	ck_assert_int_eq(leaf->may_serve, USES[_i].may_serve);
	ck_assert_int_eq(leaf->may_ask, USES[_i].may_ask);
	EXPECT_STR("subject", USES[_i].subject, leaf->cert.subject);
	EXPECT_STR("key file", cert, list.items[0]->key_file);
	identities_clear(&list);
	raze(&pki);
}
END_TEST

START_TEST(identities_read_says_which_file_it_is)
{
	char good[300], bad[300], *files[] = { good, bad };
	struct identity_source source = { files, 2, NULL, "", "" };
	struct identities list = { NULL, 0 };
	struct tlsp_err err;
	struct pki pki;

	build(&pki);
	put(&pki, "good", "Ll");
	strcpy(good, help_path(pki.dir, "good"));
	strcpy(bad, help_path(pki.dir, "gone"));
	EXPECT_CODE("gone", TLSP_E_IO, identities_read(&source, &list, &err));
	EXPECT_STR("gone", bad, err.at.file);
	put(&pki, "gone", "b");
	EXPECT_CODE("broken", TLSP_E_VALUE, identities_read(&source, &list,
	    &err));
	EXPECT_STR("broken", bad, err.at.file);
	raze(&pki);
}
END_TEST

/* Whatever the bytes are, they are read to their end, or refused. */
START_TEST(identities_read_survives_noise)
{
	char cert[300], *file = cert, *bytes;
	struct identity_source source = { &file, 1, cert, "", "" };
	struct identities list = { NULL, 0 };
	struct tlsp_err err;
	struct pki pki;
	size_t len, n;

	build(&pki);
	put(&pki, "cert", "Lli");
	strcpy(cert, help_path(pki.dir, "cert"));
	bytes = help_read(cert, &len);
	for (n = 0; n < len; n += 11 * help_stride(13)) {
		bytes[n] ^= 1 << n % 7;
		ck_assert(help_write_bytes(cert, bytes, len, 60) == 0);
		if (identities_read(&source, &list, &err) == TLSP_OK)
			identities_clear(&list);
		bytes[n] ^= 1 << n % 7;
	}
	ck_assert(help_write_bytes(cert, bytes, len, 60) == 0);
	ck_assert(identities_read(&source, &list, &err) == TLSP_OK);
	identities_clear(&list);
	free(bytes);
	raze(&pki);
}
END_TEST

START_TEST(identity_bundle_read_counts_what_expired)
{
	struct identity_bundle bundle;
	struct tlsp_err err;
	struct pki pki;

	build(&pki);
	put(&pki, "ca", "trti");
	ck_assert(identity_bundle_read(help_path(pki.dir, "ca"),
	    (int64_t)time(NULL), &bundle, &err) == TLSP_OK);
	ck_assert_uint_eq(bundle.n, 2);
	ck_assert(bundle.n_expired == 0 && bundle.subject == NULL);
	ck_assert(identity_bundle_read(help_path(pki.dir, "ca"),
	    (int64_t)time(NULL) + 2000, &bundle, &err) == TLSP_OK);
	ck_assert_uint_eq(bundle.n_expired, 2);
	ck_assert(strstr("CN=Root CN=Issuing", bundle.subject) != NULL);
	identity_bundle_clear(&bundle);
	put(&pki, "ca", "t");
	EXPECT_CODE("text", TLSP_E_VALUE, identity_bundle_read(
	    help_path(pki.dir, "ca"), 0, &bundle, &err));
	put(&pki, "ca", "rb");
	EXPECT_CODE("broken", TLSP_E_VALUE, identity_bundle_read(
	    help_path(pki.dir, "ca"), 0, &bundle, &err));
	raze(&pki);
}
END_TEST

Suite *
check_identity_suite(void)
{
	Suite *suite = suite_create("identity");
	TCase *tcase;

	ADD_CASE(suite, tcase, "identities_read");
	tcase_add_loop_test(tcase, identities_read_as_postfix_loads_them, 0,
	    N_ITEMS(FILES));
	tcase_add_loop_test(tcase, identities_read_tells_what_it_is_for, 0,
	    N_ITEMS(USES));
	tcase_add_test(tcase, identities_read_says_which_file_it_is);
	tcase_add_test(tcase, identities_read_survives_noise);
	ADD_CASE(suite, tcase, "identity_bundle_read");
	tcase_add_test(tcase, identity_bundle_read_counts_what_expired);
	return suite;
}
