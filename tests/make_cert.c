/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * make_cert.c - make_cert NAME ISSUER CN NAMES FROM_S TO_S KIND EKU DIGEST:
 *	write NAME.pem and NAME.key. ISSUER: another NAME, "-": itself.
 *	KIND: ca, leaf. "-": no names, no EKU.
 * Feeds:    tests/host/t-verdict.sh.
 */
#include "pki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

static FILE *
open_file(const char *name, const char *suffix, const char *mode)
{
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s.%s", name, suffix);
	file = fopen(path, mode);
	if (file == NULL) {
		perror(path);
		exit(1);
	}
	return file;
}

static const char *
unless_dash(const char *text)
{
	return strcmp(text, "-") == 0 ? "" : text;
}

int
main(int argc, char **argv)
{
	struct pki_cert issuer = { NULL, NULL, NULL, 0 }, cert;
	struct pki_spec spec = { .issuer = NULL };
	FILE *file;

	if (argc != 10)
		return 64;
	if (strcmp(argv[2], "-") != 0) {
		file = open_file(argv[2], "pem", "r");
		issuer.x509 = PEM_read_X509(file, NULL, NULL, NULL);
		(void)fclose(file);
		file = open_file(argv[2], "key", "r");
		issuer.key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
		(void)fclose(file);
		if (issuer.x509 == NULL || issuer.key == NULL)
			return 1;
		spec.issuer = &issuer;
	}
	spec.cn = argv[3];
	spec.names = unless_dash(argv[4]);
	spec.from_s = atol(argv[5]);
	spec.to_s = atol(argv[6]);
	spec.is_ca = strcmp(argv[7], "ca") == 0;
	spec.eku = unless_dash(argv[8]);
	spec.digest = argv[9];
	pki_make(&spec, &cert);
	file = open_file(argv[1], "pem", "w");
	if (PEM_write_X509(file, cert.x509) != 1 || fclose(file) != 0)
		return 1;
	file = open_file(argv[1], "key", "w");
	if (PEM_write_PKCS8PrivateKey(file, cert.key, NULL, NULL, 0, NULL,
	    NULL) != 1 || fclose(file) != 0)
		return 1;
	pki_clear(&cert);
	X509_free(issuer.x509);
	EVP_PKEY_free(issuer.key);
	return 0;
}
