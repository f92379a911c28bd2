/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * out_metrics.c - numbers for monitoring, in a file that is replaced whole.
 * Knows:    how Prometheus's node exporter reads a text file. Not: what is
 *           counted.
 * Feeds:    metrics.
 * Source:   Prometheus, text exposition format 0.0.4.
 */
#include "out_metrics.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../dict_tlspolicy/file.h"

void
out_metrics_begin(const char *name, const char *help, FILE *out)
{
	(void)fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help,
	    name);
}

static void
put_label(const struct out_metrics_label *label, FILE *out)
{
	const char *ch;

	(void)fprintf(out, "%s=\"", label->name);
	for (ch = label->value; *ch != '\0'; ch++) {
		if (*ch == '"' || *ch == '\\')
			(void)fputc('\\', out);
		(void)fputc(*ch, out);
	}
	(void)fputc('"', out);
}

void
out_metrics_value(const char *name, const struct out_metrics_label *labels,
    int64_t value, FILE *out)
{
	const struct out_metrics_label *label;

	(void)fputs(name, out);
	for (label = labels; label != NULL && label->name != NULL; label++) {
		(void)fputc(label == labels ? '{' : ',', out);
		put_label(label, out);
	}
	(void)fprintf(out, "%s %lld\n", label == labels ? "" : "}",
	    (long long)value);
}

static enum tlsp_code
fail(const char *path, const char *what, struct tlsp_err *err)
{
	const struct tlsp_pos at = { path, 0, 0 };

	return tlsp_err_set(err, TLSP_E_IO, &at, "%s: %s", what,
	    strerror(errno));
}

enum tlsp_code
out_metrics_publish(const char *path, const char *text, size_t len,
    struct tlsp_err *err)
{
	const char *slash = strrchr(path, '/');
	const int n = slash == NULL ? 0 : (int)(slash + 1 - path);
	enum tlsp_code code = TLSP_OK;
	char *temp;
	int fd;

	/* The exporter reads names that end in ".prom". */
	if (asprintf(&temp, "%.*s.%s.XXXXXX", n, path, path + n) < 0)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	if ((fd = mkstemp(temp)) < 0) {
		code = fail(path, "cannot create a file beside it", err);
		free(temp);
		return code;
	}
	if (tlsp_file_write_all(fd, text, len) < 0 || fchmod(fd, 0644) < 0)
		code = fail(path, "cannot write a file beside it", err);
	if (close(fd) < 0 && code == TLSP_OK)
		code = fail(path, "cannot write a file beside it", err);
	if (code == TLSP_OK && rename(temp, path) < 0)
		code = fail(path, "cannot replace it", err);
	if (code != TLSP_OK)
		(void)unlink(temp);
	free(temp);
	return code;
}
