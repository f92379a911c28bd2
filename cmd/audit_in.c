/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * audit_in.c - a log, line by line: a file, one that gzip(1) made, or
 *              standard input.
 * Knows:    zlib, and nobody else does. Not: what stands in a line.
 * Feeds:    audit_logs, audit_feed.
 * Source:   RFC 1952.
 */
#include "audit_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef TLSP_ZLIB
#include <zlib.h>
#endif

#define ROOM	(4 * AUDIT_IN_LINE_MAX)
#define RAW	((size_t)1 << 16)

/*
 * text:     lines, from begin to end of what was read and not yet taken.
 * raw:      what is still packed; raw_len bytes from raw_at on.
 * is_cut:   what comes up to the next newline is the rest of a long line.
 */
struct audit_in {
	const char *path;
	int fd;
	int is_packed;
	int is_over;
	int is_cut;
	size_t begin, end;
	size_t scanned;		/* from begin on: no newline among them */
	size_t raw_at, raw_len;
	struct audit_in_state state;
#ifdef TLSP_ZLIB
	z_stream stream;
	int is_inside;		/* of a member that has not ended */
#endif
	char text[ROOM];
	unsigned char raw[RAW];
};

static enum tlsp_code
fail(const struct audit_in *in, struct tlsp_err *err, enum tlsp_code code,
    const char *text)
{
	const struct tlsp_pos at = { in->path, 0, 0 };

	return tlsp_err_set(err, code, &at, "%s", text);
}

/* Bytes of the file; 0: its end. */
static enum tlsp_code
read_raw(struct audit_in *in, void *to, size_t size, size_t *ret_len,
    struct tlsp_err *err)
{
	ssize_t n;

	do
		n = read(in->fd, to, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fail(in, err, TLSP_E_IO, strerror(errno));
	*ret_len = (size_t)n;
	in->state.at += (size_t)n;
	return TLSP_OK;
}

/* What else a log may be, by its first bytes. */
static const char *
foreign(const unsigned char *bytes, size_t len)
{
	static const struct { const char *magic; size_t len; const char *why; }
	kinds[] = {
		{ "\xfd" "7zXZ", 5, "this was packed by xz: xzcat it, and "
		    "audit standard input (-)" },
		{ "\x28\xb5\x2f\xfd", 4, "this was packed by zstd: zstdcat "
		    "it, and audit standard input (-)" },
		{ "BZh", 3, "this was packed by bzip2: bzcat it, and audit "
		    "standard input (-)" },
		{ "LPKSHHRH", 8, "this is a journal: journalctl -o json "
		    "--file it, and audit standard input (-)" },
#ifndef TLSP_ZLIB
		{ "\x1f\x8b", 2, "this was packed by gzip, and tlspolicy was "
		    "built without zlib: zcat it, and audit standard input "
		    "(-)" },
#endif
	};
	size_t n;

	for (n = 0; n < sizeof(kinds) / sizeof(kinds[0]); n++)
		if (len >= kinds[n].len && memcmp(bytes, kinds[n].magic,
		    kinds[n].len) == 0)
			return kinds[n].why;
	return NULL;
}

/* Packed bytes wait in raw; others are text already. */
static enum tlsp_code
look(struct audit_in *in, struct tlsp_err *err)
{
	enum tlsp_code code;
	const char *why;
	size_t len = 1;

	/* A pipe may give its first bytes one by one. */
	while (in->raw_len < 8 && len > 0) {
		if ((code = read_raw(in, in->raw + in->raw_len,
		    RAW - in->raw_len, &len, err)) != TLSP_OK)
			return code;
		in->raw_len += len;
	}
	if ((why = foreign(in->raw, in->raw_len)) != NULL)
		return fail(in, err, TLSP_E_VALUE, why);
	in->is_packed = in->raw_len >= 2 && in->raw[0] == 0x1f &&
	    in->raw[1] == 0x8b;
	if (!in->is_packed) {
		memcpy(in->text, in->raw, in->raw_len);
		in->end = in->raw_len;
	}
	return TLSP_OK;
}

static void
read_state(struct audit_in *in)
{
	struct stat st;

	in->state.written = (int64_t)time(NULL);
	if (fstat(in->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	in->state.size = (uint64_t)st.st_size;
	in->state.written = (int64_t)st.st_mtime;
	in->state.device = (uint64_t)st.st_dev;
	in->state.inode = (uint64_t)st.st_ino;
}

enum tlsp_code
audit_in_open(const char *path, struct audit_in **ret_in, struct tlsp_err *err)
{
	struct audit_in *in = malloc(sizeof(*in));
	enum tlsp_code code = TLSP_OK;

	if (in == NULL)
		return tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
	memset(in, 0, offsetof(struct audit_in, text));
	in->path = strcmp(path, "-") == 0 ? "standard input" : path;
	in->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path,
	    O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (in->fd < 0)
		code = fail(in, err, TLSP_E_IO, strerror(errno));
	else {
		read_state(in);
		code = look(in, err);
	}
#ifdef TLSP_ZLIB
	if (code == TLSP_OK && in->is_packed && inflateInit2(&in->stream,
	    15 + 16) != Z_OK)
		code = tlsp_err_set(err, TLSP_E_NOMEM, NULL,
		    "not enough memory");
#endif
	if (code != TLSP_OK) {
		in->is_packed = 0;
		audit_in_close(in);
		return code;
	}
	*ret_in = in;
	return TLSP_OK;
}

void
audit_in_close(struct audit_in *in)
{
	if (in == NULL)
		return;
#ifdef TLSP_ZLIB
	if (in->is_packed)
		(void)inflateEnd(&in->stream);
#endif
	if (in->fd > STDIN_FILENO)
		(void)close(in->fd);
	free(in);
}

const struct audit_in_state *
audit_in_state(const struct audit_in *in)
{
	return &in->state;
}

#ifdef TLSP_ZLIB
/* Unpack into to; there may be several members, one after another. */
static enum tlsp_code
unpack(struct audit_in *in, char *to, size_t size, size_t *ret_len,
    struct tlsp_err *err)
{
	z_stream *stream = &in->stream;
	enum tlsp_code code;
	int state;

	stream->next_out = (unsigned char *)to;
	stream->avail_out = (unsigned)size;
	while (stream->avail_out == (unsigned)size) {
		if (in->raw_at == in->raw_len) {
			in->raw_at = 0;
			if ((code = read_raw(in, in->raw, RAW, &in->raw_len,
			    err)) != TLSP_OK)
				return code;
			if (in->raw_len == 0 && in->is_inside)
				return fail(in, err, TLSP_E_DAMAGED, "what "
				    "gzip made breaks off here; the lines "
				    "before count");
			if (in->raw_len == 0)
				break;
		}
		stream->next_in = in->raw + in->raw_at;
		stream->avail_in = (unsigned)(in->raw_len - in->raw_at);
		in->is_inside = 1;
		state = inflate(stream, Z_NO_FLUSH);
		in->raw_at = in->raw_len - stream->avail_in;
		if (state == Z_STREAM_END) {
			in->is_inside = 0;
			if (inflateReset(stream) != Z_OK)
				state = Z_DATA_ERROR;
		}
		if (state != Z_OK && state != Z_STREAM_END &&
		    state != Z_BUF_ERROR)
			return fail(in, err, TLSP_E_DAMAGED, "this is not "
			    "what gzip made, or it was altered; the lines "
			    "before count");
	}
	*ret_len = size - stream->avail_out;
	return TLSP_OK;
}
#else
static enum tlsp_code
unpack(struct audit_in *in, char *to, size_t size, size_t *ret_len,
    struct tlsp_err *err)
{
	(void)to;
	(void)size;
	(void)ret_len;
	return fail(in, err, TLSP_E_BUG, "built without zlib");
}
#endif

/* More text behind what is there. is_over: there is no more. */
static enum tlsp_code
fill(struct audit_in *in, struct tlsp_err *err)
{
	enum tlsp_code code;
	size_t len = 0;

	memmove(in->text, in->text + in->begin, in->end - in->begin);
	in->end -= in->begin;
	in->begin = 0;
	code = in->is_packed ? unpack(in, in->text + in->end, ROOM - in->end,
	    &len, err) : read_raw(in, in->text + in->end, ROOM - in->end,
	    &len, err);
	if (code != TLSP_OK)
		return code;
	in->end += len;
	in->is_over = len == 0;
	return TLSP_OK;
}

/* Up to the newline, or to the end of all. 0: it is not there yet. */
static int
take_line(struct audit_in *in, const char **ret_line, size_t *ret_len)
{
	const size_t len = in->end - in->begin;
	const char *line = in->text + in->begin;
	const char *newline = len == in->scanned ? NULL :
	    memchr(line + in->scanned, '\n', len - in->scanned);

	in->scanned = newline == NULL ? len : 0;
	if (newline == NULL && (!in->is_over || len == 0))
		return 0;
	*ret_line = line;
	*ret_len = newline == NULL ? len : (size_t)(newline - line);
	in->begin += newline == NULL ? len : *ret_len + 1;
	in->scanned = 0;
	in->state.n_lines++;
	return 1;
}

/* Make room where a line has no end: what is there of it goes. */
static void
cut(struct audit_in *in)
{
	if (in->end - in->begin <= AUDIT_IN_LINE_MAX)
		return;
	in->begin = in->end;
	in->scanned = 0;
	in->is_cut = 1;
}

enum tlsp_code
audit_in_line(struct audit_in *in, const char **ret_line, size_t *ret_len,
    struct tlsp_err *err)
{
	enum tlsp_code code;

	for (;;) {
		if (!take_line(in, ret_line, ret_len)) {
			if (in->is_over) {
				in->state.n_long += (unsigned)in->is_cut;
				in->state.n_lines += (unsigned)in->is_cut;
				in->is_cut = 0;
				return TLSP_NONE;
			}
			cut(in);
			if ((code = fill(in, err)) != TLSP_OK) {
				in->is_over = 1;
				in->begin = in->end = in->scanned = 0;
				return code;
			}
			continue;
		}
		if (!in->is_cut && *ret_len <= AUDIT_IN_LINE_MAX)
			break;
		in->is_cut = 0;
		in->state.n_long++;
	}
	if (*ret_len > 0 && (*ret_line)[*ret_len - 1] == '\r')
		(*ret_len)--;
	return TLSP_OK;
}
