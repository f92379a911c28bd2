/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * host.c - what Postfix would say of text and names, said by the command.
 * Knows:    ICU, and nobody else does; how Postfix asks it. Not: policies.
 * Feeds:    tables, dns, the verbs.
 * Source:   Postfix util/casefold.c, util/midna_domain.c,
 *           util/valid_utf8_string.c, util/valid_utf8_hostname.c.
 */
#include "host.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucasemap.h>
#include <unicode/uidna.h>
#include <unistd.h>

#include "../dict_tlspolicy/name.h"
#include "../dict_tlspolicy/version.h"

#define NAME_ROOM	1024	/* as in Postfix: a longer name is no name */

/*
 * Postfix folds by the locale "en_US" and converts names by UTS 46. An xn--
 * name may be checked on its way to UTF-8, so that each way has a buffer.
 */
struct icu {
	const struct conf *conf;
	UCaseMap *folder;
	UIDNA *to_ascii;
	UIDNA *to_utf8;
	char *folded;
	size_t cap;
	char ascii[NAME_ROOM];
	char utf8[NAME_ROOM];
};

/* How many bytes follow the first one of a character; -1: it is none. */
static int
n_follow(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first < 0xc2 || first > 0xf4)
		return -1;
	return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

/* What the second byte may be: no overlong form, no surrogate, no end. */
static int
is_second(unsigned char first, unsigned char second)
{
	const unsigned char least = first == 0xe0 ? 0xa0 :
	    first == 0xf0 ? 0x90 : 0x80;
	const unsigned char most = first == 0xed ? 0x9f :
	    first == 0xf4 ? 0x8f : 0xbf;

	return second >= least && second <= most;
}

static int
valid_utf8(void *ctx, const char *text, size_t len)
{
	const unsigned char *cp = (const unsigned char *)text;
	const unsigned char *end = cp + len;
	int n, k;

	(void)ctx;
	for (; cp < end; cp += n + 1) {
		if ((n = n_follow(*cp)) < 0 || end - cp <= n ||
		    (n > 0 && !is_second(cp[0], cp[1])))
			return 0;
		for (k = 2; k <= n; k++)
			if ((cp[k] & 0xc0) != 0x80)
				return 0;
	}
	return 1;
}

/* Room for a folded key of so many bytes. */
static int
make_room(struct icu *icu, size_t len)
{
	char *room;

	if (len <= icu->cap)
		return 1;
	if ((room = realloc(icu->folded, len)) == NULL)
		return 0;
	icu->folded = room;
	icu->cap = len;
	return 1;
}

/* Postfix gives up where there is no memory; a key never found will do. */
static const char *
fold(void *ctx, const char *key)
{
	struct icu *icu = ctx;
	const size_t len = strlen(key);
	UErrorCode error = U_ZERO_ERROR;
	int32_t need;

	if (len > INT32_MAX / 4 || !make_room(icu, len + 64))
		return "";
	need = ucasemap_utf8FoldCase(icu->folder, icu->folded,
	    (int32_t)icu->cap, key, (int32_t)len, &error);
	if (error == U_BUFFER_OVERFLOW_ERROR) {
		if (!make_room(icu, (size_t)need + 1))
			return "";
		error = U_ZERO_ERROR;
		need = ucasemap_utf8FoldCase(icu->folder, icu->folded,
		    (int32_t)icu->cap, key, (int32_t)len, &error);
	}
	if (U_FAILURE(error) || (size_t)need >= icu->cap)
		return "";
	icu->folded[need] = '\0';
	return icu->folded;
}

/* Is it safe to show to ICU? */
static int
is_text(const char *name)
{
	return valid_utf8(NULL, name, strlen(name));
}

/* UTS 46, one way or the other. 0: it is no name, or none that converts. */
static size_t
convert(int32_t (*way)(const UIDNA *, const char *, int32_t, char *, int32_t,
    UIDNAInfo *, UErrorCode *), const UIDNA *idna, const char *name,
    char buf[static NAME_ROOM])
{
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode error = U_ZERO_ERROR;
	int32_t len;

	if (!is_text(name))
		return 0;
	len = way(idna, name, -1, buf, NAME_ROOM - 1, &info, &error);
	if (U_FAILURE(error) || info.errors != 0 || len <= 0)
		return 0;
	buf[len] = '\0';
	return (size_t)len;
}

static const char *
to_ascii(void *ctx, const char *name)
{
	struct icu *icu = ctx;
	const size_t len = convert(uidna_nameToASCII_UTF8, icu->to_ascii,
	    name, icu->ascii);

	return len > 0 && tlsp_name_is_hostname(icu->ascii, len) ?
	    icu->ascii : NULL;
}

static const char *
to_utf8(void *ctx, const char *name)
{
	struct icu *icu = ctx;

	return convert(uidna_nameToUnicodeUTF8, icu->to_utf8, name,
	    icu->utf8) > 0 && to_ascii(ctx, icu->utf8) != NULL ?
	    icu->utf8 : NULL;
}

/* As valid_utf8_hostname(), with UTF-8 as main.cf has it. */
static int
valid_name(void *ctx, const char *name)
{
	const size_t len = strlen(name);

	if (tlsp_name_is_ascii(name, len))
		return tlsp_name_is_hostname(name, len);
	return to_ascii(ctx, name) != NULL;
}

static int
valid_ascii_name(void *ctx, const char *name)
{
	(void)ctx;
	return tlsp_name_is_hostname(name, strlen(name));
}

static const char *
setting(void *ctx, const char *name)
{
	const struct icu *icu = ctx;

	return conf_get(icu->conf, name);
}

static enum tlsp_code
open_icu(struct icu *icu, int is_2003, struct tlsp_err *err)
{
	UErrorCode error = U_ZERO_ERROR;

	icu->folder = ucasemap_open("en_US", U_FOLD_CASE_DEFAULT, &error);
	icu->to_ascii = uidna_openUTS46(is_2003 ? UIDNA_DEFAULT :
	    UIDNA_NONTRANSITIONAL_TO_ASCII, &error);
	icu->to_utf8 = uidna_openUTS46(is_2003 ? UIDNA_DEFAULT :
	    UIDNA_NONTRANSITIONAL_TO_UNICODE, &error);
	if (U_FAILURE(error))
		return tlsp_err_set(err, TLSP_E_IO, NULL, "the ICU library "
		    "does not work: %s", u_errorName(error));
	return TLSP_OK;
}

/*
 * The version that main.cf may say it is, as far as a parameter of that time
 * bears it out.
 */
static int
version_of(const struct conf *conf)
{
	const int has_srv = conf_get(conf, "use_srv_lookup") != NULL;

	return tlsp_version_parse(conf_get(conf, "mail_version"),
	    has_srv ? TLSP_POSTFIX(3, 8) : TLSP_POSTFIX_OLDEST,
	    has_srv ? TLSP_POSTFIX(100, 0) : TLSP_POSTFIX(3, 8));
}

enum tlsp_code
host_open(const struct conf *conf, struct tlsp_host *ret_host,
    struct tlsp_err *err)
{
	struct tlsp_host host = { .postfix = version_of(conf) };
	struct icu *icu;
	enum tlsp_code code;

	if ((icu = host.ctx = calloc(1, sizeof(*icu))) == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	if ((code = open_icu(icu, conf_is_yes(conf,
	    "enable_idna2003_compatibility"), err)) != TLSP_OK) {
		host_close(&host);
		return code;
	}
	host.is_utf8 = conf_is_yes(conf, "smtputf8_enable");
	host.fold = fold;
	host.valid_utf8 = valid_utf8;
	host.valid_name = host.is_utf8 ? valid_name : valid_ascii_name;
	host.to_ascii = to_ascii;
	host.to_utf8 = to_utf8;
	icu->conf = conf;
	host.service = "smtp";
	host.setting = setting;
	*ret_host = host;
	return TLSP_OK;
}

void
host_close(struct tlsp_host *host)
{
	struct icu *icu = host->ctx;

	if (icu != NULL) {
		ucasemap_close(icu->folder);
		uidna_close(icu->to_ascii);
		uidna_close(icu->to_utf8);
		free(icu->folded);
		free(icu);
	}
	memset(host, 0, sizeof(*host));
}

uid_t
host_caller(const struct conf *conf)
{
	const char *owner = conf_get(conf, "mail_owner");
	const struct passwd *user = owner == NULL ? NULL : getpwnam(owner);
	const uid_t caller = geteuid();

	return user != NULL && user->pw_uid == caller ? (uid_t)-1 : caller;
}
