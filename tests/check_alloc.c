/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * check_alloc.c - memory that runs out when a test says so. The core that
 * the suites are linked with calls these (unit.mk), nobody else does.
 * Feeds:    check_*.c.
 */
#include "check_tlsp.h"

#include <errno.h>
#include <stdlib.h>

static long calls;
static long fail_at = -1;

void *check_malloc(size_t);
void *check_calloc(size_t, size_t);
void *check_realloc(void *, size_t);
char *check_strdup(const char *);
int check_posix_memalign(void **, size_t, size_t);

void
check_alloc_fail_at(long n)
{
	fail_at = n;
	calls = 0;
}

long
check_alloc_calls(void)
{
	return calls;
}

static int
fails(void)
{
	if (calls++ < fail_at || fail_at < 0)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
check_malloc(size_t len)
{
	return fails() ? NULL : malloc(len);
}

void *
check_calloc(size_t n, size_t len)
{
	return fails() ? NULL : calloc(n, len);
}

void *
check_realloc(void *old, size_t len)
{
	return fails() ? NULL : realloc(old, len);
}

char *
check_strdup(const char *text)
{
	return fails() ? NULL : strdup(text);
}

int
check_posix_memalign(void **ret_bytes, size_t align, size_t len)
{
	return fails() ? ENOMEM : posix_memalign(ret_bytes, align, len);
}
