/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * make_records.c - make_records N CONSTRAINT CA [shared]: probe records of N
 *	partners with two mail servers each, every one with a key and
 *	certificate of its own under CA.pem and CA.key; or all with one.
 * Feeds:    tests/host/t-learn.sh.
 */
#include "pki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/pem.h>

#include "../cmd/out_json.h"
#include "../cmd/x509.h"

static struct pki_cert ca;
static uint64_t constraint;
static EVP_PKEY *shared;

static void
must(enum tlsp_code code, const struct tlsp_err *err)
{
	if (code == TLSP_OK)
		return;
	(void)fprintf(stderr, "make_records: %s\n", err->text);
	exit(1);
}

static void
begin(struct record *rec, enum record_type type, int n)
{
	struct tlsp_err err;
	char text[80];

	record_init(rec, type);
	rec->time = (int64_t)time(NULL);
	rec->constraint = constraint;
	rec->fate = RECORD_DELIVERED;
	(void)snprintf(text, sizeof(text), "p%d.bulk.example", n);
	must(record_set(&rec->nexthop, text, &err), &err);
	must(record_set(&rec->key, text, &err), &err);
	must(record_set(&rec->rule, "encrypt", &err), &err);
}

static void
end(struct record *rec)
{
	struct tlsp_err err;

	must(record_check(rec, &err), &err);
	must(out_json_record(rec, stdout, &err), &err);
	record_clear(rec);
}

static void
server(int n, int host)
{
	struct x509_digests digests;
	struct pki_spec spec = { .cn = "partner", .issuer = &ca,
	    .from_s = -60, .to_s = 86400 * 30L, .eku = "serverAuth" };
	static struct pki_cert cert;
	struct x509_cert read;
	struct record rec;
	struct tlsp_err err;
	char text[80];

	begin(&rec, RECORD_SERVER, n);
	spec.names = shared != NULL ? "*.bulk.example" : rec.nexthop;
	if (cert.x509 == NULL)
		pki_make(&spec, &cert);
	must(record_add_der(&rec, cert.der, cert.len, &err), &err);
	must(record_add_der(&rec, ca.der, ca.len, &err), &err);
	must(x509_digest(cert.der, cert.len, "sha256", &digests, &err), &err);
	must(x509_read(cert.der, cert.len, &read, &err), &err);
	rec.not_after = read.not_after;
	x509_clear(&read);
	(void)snprintf(text, sizeof(text), "mx%d.p%d.bulk.example", host, n);
	must(record_set(&rec.mx, text, &err), &err);
	must(record_set(&rec.address, "127.0.0.1", &err), &err);
	must(record_set(&rec.protocol, "TLSv1.3", &err), &err);
	must(record_set(&rec.cipher, "TLS_AES_256_GCM_SHA384", &err), &err);
	must(record_set(&rec.digest, "sha256", &err), &err);
	must(record_set(&rec.key_digest, digests.key, &err), &err);
	must(record_set(&rec.cert_digest, digests.cert, &err), &err);
	rec.port = 25;
	rec.preference = host;
	rec.stage = RECORD_DONE;
	rec.verdict = RECORD_PKIX;
	rec.word = RECORD_TRUSTED;
	if (shared == NULL)
		pki_clear(&cert);
	end(&rec);
}

static void *
read_pem(const char *name, const char *suffix, int is_key)
{
	char path[4096];
	void *object;
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s.%s", name, suffix);
	file = fopen(path, "r");
	if (file == NULL)
		exit(1);
	object = is_key ? (void *)PEM_read_PrivateKey(file, NULL, NULL, NULL) :
	    (void *)PEM_read_X509(file, NULL, NULL, NULL);
	(void)fclose(file);
	return object;
}

int
main(int argc, char **argv)
{
	struct tlsp_err err;
	struct record rec;
	char text[80];
	int n, host;

	if (argc < 4)
		return 64;
	constraint = strtoull(argv[2], NULL, 16);
	ca.x509 = read_pem(argv[3], "pem", 0);
	ca.key = read_pem(argv[3], "key", 1);
	if (ca.x509 == NULL || ca.key == NULL)
		return 1;
	shared = argc > 4 ? ca.key : NULL;
	ca.len = (size_t)i2d_X509(ca.x509, &ca.der);
	for (n = 0; n < atoi(argv[1]); n++) {
		for (host = 1; host <= 2; host++)
			server(n, host);
		begin(&rec, RECORD_DESTINATION, n);
		for (host = 1; host <= 2; host++) {
			(void)snprintf(text, sizeof(text),
			    "mx%d.p%d.bulk.example", host, n);
			must(record_add_mx(&rec, text, 25, host, &err), &err);
		}
		rec.complete = 1;
		end(&rec);
	}
	pki_clear(&ca);
	return 0;
}
