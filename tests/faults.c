/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * faults.c - calls of the C library that go wrong when a test says so.
 * Usage:    LD_PRELOAD=faults.so FAULT=CALL:N:HOW PROGRAM
 *           CALL: a name of the table below. N: which one, from 1.
 *           HOW: an error (EIO, ENOSPC, ...), short (half of the bytes),
 *           slow (a fifth of a second), kill (before it) or killed (behind).
 *           FAULT_COUNTS=FILE: how many there were, at the end.
 *           FAULT_PROGRAM=NAME: only in programs of that name.
 *           FAULT_OF=NAME...: a call counts where an object (a program, a
 *           library) whose name begins like that makes it.
 * Knows:    nothing of ours. What the C library does by itself, and what ld.so
 *           does, goes by it. Nobody sleeps.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum call {
	OPEN, READ, WRITE, STAT, MMAP, MEMORY, FSYNC, RENAME, UNLINK, CHMOD,
	TRUNCATE, LOCK, CLOSE, FORK, RANDOM, CLOCK, N_CALLS
};

static const char *const names[N_CALLS] = {
	"open", "read", "write", "stat", "mmap", "memory", "fsync", "rename",
	"unlink", "chmod", "truncate", "lock", "close", "fork", "random",
	"clock"
};

static const struct {
	const char *name;
	int number;
} errors[] = {
	{ "EIO", EIO }, { "ENOSPC", ENOSPC }, { "EINTR", EINTR },
	{ "ENOMEM", ENOMEM }, { "EMFILE", EMFILE }, { "EACCES", EACCES },
	{ "EAGAIN", EAGAIN }, { "EPERM", EPERM }, { "ENOLCK", ENOLCK },
	{ "ENOENT", ENOENT }, { "EROFS", EROFS }, { "ENOSYS", ENOSYS }
};

#define N_ERRORS	(sizeof(errors) / sizeof(errors[0]))
#define PAUSE		{ 0, 200000000 }

/* What is to be done with a call. */
enum how { AS_EVER, FAIL, SHORT, KILLED };

static long counts[N_CALLS];
static enum call which = N_CALLS;
static long number;
static const char *how;
static const char *makers;
static int is_on;

extern char *program_invocation_short_name;

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

static __attribute__((constructor)) void
begin(void)
{
	const char *program = getenv("FAULT_PROGRAM"), *text = getenv("FAULT");
	size_t len;
	int n;

	if (program != NULL &&
	    strcmp(program, program_invocation_short_name) != 0)
		return;
	makers = getenv("FAULT_OF");
	for (n = 0; text != NULL && n < N_CALLS; n++) {
		len = strlen(names[n]);
		if (strncmp(text, names[n], len) == 0 && text[len] == ':') {
			which = (enum call)n;
			number = strtol(text + len + 1, NULL, 10);
			how = strrchr(text, ':') + 1;
		}
	}
	is_on = 1;
}

static __attribute__((destructor)) void
end(void)
{
	const char *file = getenv("FAULT_COUNTS");
	FILE *out;
	int n;

	if (!is_on || file == NULL)
		return;
	is_on = 0;
	if ((out = fopen(file, "w")) == NULL)
		return;
	for (n = 0; n < N_CALLS; n++)
		fprintf(out, "%s %ld\n", names[n], counts[n]);
	fclose(out);
}

/* Is it one of those whose calls count? */
static int
counts_for(const void *caller)
{
	static __thread int is_looking;
	const char *at = makers, *base, *stop;
	int is_it = 0;
	Dl_info info;

	if (!is_on || makers == NULL || is_looking)
		return 0;
	is_looking = 1;
	if (dladdr(caller, &info) != 0 && info.dli_fname != NULL) {
		base = strrchr(info.dli_fname, '/');
		base = base == NULL ? info.dli_fname : base + 1;
		for (; *at != '\0' && !is_it; at = stop + (*stop == ' ')) {
			stop = at + strcspn(at, " ");
			is_it = strncmp(base, at, (size_t)(stop - at)) == 0;
		}
	}
	is_looking = 0;
	return is_it;
}

static enum how
look(enum call call, const void *caller)
{
	static const struct timespec pause = PAUSE;
	size_t n;

	if (!counts_for(caller))
		return AS_EVER;
	if (__atomic_add_fetch(&counts[call], 1, __ATOMIC_SEQ_CST) != number ||
	    call != which)
		return AS_EVER;
	if (strcmp(how, "kill") == 0)
		raise(SIGKILL);
	if (strcmp(how, "killed") == 0)
		return KILLED;
	if (strcmp(how, "short") == 0)
		return SHORT;
	if (strcmp(how, "slow") == 0)
		nanosleep(&pause, NULL);
	for (n = 0; n < N_ERRORS; n++)
		if (strcmp(how, errors[n].name) == 0) {
			errno = errors[n].number;
			return FAIL;
		}
	return AS_EVER;
}

static void
after(enum how what)
{
	if (what == KILLED)
		raise(SIGKILL);
}

#define CALLER	__builtin_return_address(0)

static int
no_memory(const void *caller)
{
	return look(MEMORY, caller) == FAIL;
}

void *
malloc(size_t size)
{
	return no_memory(CALLER) ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return no_memory(CALLER) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	return no_memory(CALLER) ? NULL : __libc_realloc(old, size);
}

char *
strdup(const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = no_memory(CALLER) ? NULL : __libc_malloc(size);

	return copy == NULL ? NULL : memcpy(copy, text, size);
}

char *
strndup(const char *text, size_t most)
{
	const size_t size = strnlen(text, most);
	char *copy = no_memory(CALLER) ? NULL : __libc_malloc(size + 1);

	if (copy == NULL)
		return NULL;
	copy[size] = '\0';
	return memcpy(copy, text, size);
}

void *
reallocarray(void *old, size_t n, size_t size)
{
	size_t bytes;

	if (no_memory(CALLER) || __builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return __libc_realloc(old, bytes);
}

int
posix_memalign(void **ret, size_t alignment, size_t size)
{
	void *memory = no_memory(CALLER) ? NULL :
	    aligned_alloc(alignment, (size + alignment - 1) / alignment *
	    alignment);

	if (memory == NULL)
		return ENOMEM;
	*ret = memory;
	return 0;
}

/* The function that ours stands before, or what is left of it. */
static void *
find_real(const char *name)
{
	void *real = dlsym(RTLD_NEXT, name);

	return real != NULL ? real : dlvsym(RTLD_NEXT, name, "GLIBC_2.2.5");
}

#define REAL(type, name, args) \
	static type (*real) args; \
	if (real == NULL) \
		real = (type (*) args)find_real(name)

/* A call that returns -1 if it fails. */
#define PLAIN(type, name, call, params, ...) \
type name params; \
type name params \
{ \
	enum how what; \
	type result; \
	REAL(type, #name, params); \
	if ((what = look(call, CALLER)) == FAIL) \
		return -1; \
	result = real(__VA_ARGS__); \
	after(what); \
	return result; \
}

/* open(2) in its spellings: a mode only where a file may be made. */
#define OPENS(name, params, last, ...) \
int name params; \
int name params \
{ \
	mode_t mode = 0; \
	enum how what; \
	va_list ap; \
	int fd; \
	REAL(int, #name, params); \
	if (flags & (O_CREAT | O_TMPFILE)) { \
		va_start(ap, last); \
		mode = va_arg(ap, mode_t); \
		va_end(ap); \
	} \
	if ((what = look(OPEN, CALLER)) == FAIL) \
		return -1; \
	fd = real(__VA_ARGS__, mode); \
	after(what); \
	return fd; \
}

#define TRANSFER(name, call, params, ...) \
ssize_t name params; \
ssize_t name params \
{ \
	enum how what; \
	ssize_t result; \
	REAL(ssize_t, #name, params); \
	if ((what = look(call, CALLER)) == FAIL) \
		return -1; \
	if (what == SHORT && size > 1) \
		size /= 2; \
	result = real(__VA_ARGS__); \
	after(what); \
	return result; \
}

OPENS(open, (const char *path, int flags, ...), flags, path, flags)
OPENS(open64, (const char *path, int flags, ...), flags, path, flags)
OPENS(openat, (int dir, const char *path, int flags, ...), flags, dir, path,
    flags)
OPENS(openat64, (int dir, const char *path, int flags, ...), flags, dir, path,
    flags)
TRANSFER(read, READ, (int fd, void *to, size_t size), fd, to, size)
TRANSFER(pread, READ, (int fd, void *to, size_t size, off_t at), fd, to, size,
    at)
TRANSFER(pread64, READ, (int fd, void *to, size_t size, off_t at), fd, to,
    size, at)
TRANSFER(__read_chk, READ, (int fd, void *to, size_t size, size_t room), fd,
    to, size, room)
TRANSFER(__pread_chk, READ, (int fd, void *to, size_t size, off_t at,
    size_t room), fd, to, size, at, room)
TRANSFER(write, WRITE, (int fd, const void *from, size_t size), fd, from, size)
TRANSFER(pwrite, WRITE, (int fd, const void *from, size_t size, off_t at), fd,
    from, size, at)
TRANSFER(pwrite64, WRITE, (int fd, const void *from, size_t size, off_t at),
    fd, from, size, at)
PLAIN(int, stat, STAT, (const char *path, struct stat *st), path, st)
PLAIN(int, fstat, STAT, (int fd, struct stat *st), fd, st)
PLAIN(int, lstat, STAT, (const char *path, struct stat *st), path, st)
/* As programs call them that were built before glibc 2.33. */
PLAIN(int, __xstat, STAT, (int version, const char *path, struct stat *st),
    version, path, st)
PLAIN(int, __fxstat, STAT, (int version, int fd, struct stat *st), version, fd,
    st)
PLAIN(int, __lxstat, STAT, (int version, const char *path, struct stat *st),
    version, path, st)
PLAIN(int, fstatat, STAT, (int dir, const char *path, struct stat *st,
    int flags), dir, path, st, flags)
PLAIN(ssize_t, readlink, STAT, (const char *path, char *to, size_t size), path,
    to, size)
PLAIN(int, fsync, FSYNC, (int fd), fd)
PLAIN(int, fdatasync, FSYNC, (int fd), fd)
PLAIN(int, rename, RENAME, (const char *from, const char *to), from, to)
PLAIN(int, renameat, RENAME, (int dir, const char *from, int dir2,
    const char *to), dir, from, dir2, to)
PLAIN(int, renameat2, RENAME, (int dir, const char *from, int dir2,
    const char *to, unsigned flags), dir, from, dir2, to, flags)
PLAIN(int, link, RENAME, (const char *from, const char *to), from, to)
PLAIN(int, linkat, RENAME, (int dir, const char *from, int dir2,
    const char *to, int flags), dir, from, dir2, to, flags)
PLAIN(int, unlink, UNLINK, (const char *path), path)
PLAIN(int, unlinkat, UNLINK, (int dir, const char *path, int flags), dir, path,
    flags)
PLAIN(int, fchmod, CHMOD, (int fd, mode_t mode), fd, mode)
PLAIN(int, fchown, CHMOD, (int fd, uid_t uid, gid_t gid), fd, uid, gid)
PLAIN(int, ftruncate, TRUNCATE, (int fd, off_t size), fd, size)
PLAIN(int, flock, LOCK, (int fd, int operation), fd, operation)
PLAIN(pid_t, fork, FORK, (void))
PLAIN(ssize_t, getrandom, RANDOM, (void *to, size_t size, unsigned flags), to,
    size, flags)
PLAIN(int, clock_gettime, CLOCK, (clockid_t id, struct timespec *ts), id, ts)
PLAIN(time_t, time, CLOCK, (time_t *ret), ret)

/* A stream's own reading and writing is out of reach: it begins and ends. */
FILE *
fopen(const char *path, const char *mode)
{
	REAL(FILE *, "fopen", (const char *, const char *));

	return look(OPEN, CALLER) == FAIL ? NULL : real(path, mode);
}

DIR *
opendir(const char *path)
{
	REAL(DIR *, "opendir", (const char *));

	return look(OPEN, CALLER) == FAIL ? NULL : real(path);
}

static int
fails_in_stream(enum call call, FILE *stream, const void *caller)
{
	if (look(call, caller) != FAIL)
		return 0;
	stream->_flags |= 0x20;		/* as the library has it: ferror() */
	return 1;
}

size_t
fread(void *to, size_t size, size_t n, FILE *stream)
{
	REAL(size_t, "fread", (void *, size_t, size_t, FILE *));

	return fails_in_stream(READ, stream, CALLER) ? 0 : real(to, size, n, stream);
}

size_t
fwrite(const void *from, size_t size, size_t n, FILE *stream)
{
	REAL(size_t, "fwrite", (const void *, size_t, size_t, FILE *));

	return fails_in_stream(WRITE, stream, CALLER) ? 0 : real(from, size, n, stream);
}

int
fflush(FILE *stream)
{
	REAL(int, "fflush", (FILE *));

	return stream != NULL && fails_in_stream(WRITE, stream, CALLER) ? EOF :
	    real(stream);
}

/* What was still to be written is lost. */
int
fclose(FILE *stream)
{
	const int is_lost = look(CLOSE, CALLER) == FAIL, error = errno;
	REAL(int, "fclose", (FILE *));

	if (real(stream) == 0 && !is_lost)
		return 0;
	if (is_lost)
		errno = error;
	return EOF;
}

int
posix_spawn(pid_t *pid, const char *path,
    const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr,
    char *const argv[], char *const envp[])
{
	REAL(int, "posix_spawn", (pid_t *, const char *,
	    const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
	    char *const[], char *const[]));

	return look(FORK, CALLER) == FAIL ? errno : real(pid, path, actions, attr,
	    argv, envp);
}

/* It is closed, whatever it says. */
int
close(int fd)
{
	const enum how what = look(CLOSE, CALLER);
	const int error = errno;
	int result;
	REAL(int, "close", (int));

	result = real(fd);
	after(what);
	if (what != FAIL)
		return result;
	errno = error;
	return -1;
}

int
fcntl(int fd, int operation, ...)
{
	enum how what = AS_EVER;
	void *argument;
	va_list ap;
	int result;
	REAL(int, "fcntl", (int, int, ...));

	va_start(ap, operation);
	argument = va_arg(ap, void *);
	va_end(ap);
	if (operation == F_SETLK || operation == F_SETLKW ||
	    operation == F_OFD_SETLK || operation == F_OFD_SETLKW)
		what = look(LOCK, CALLER);
	if (what == FAIL)
		return -1;
	result = real(fd, operation, argument);
	after(what);
	return result;
}

void *
mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
	REAL(void *, "mmap", (void *, size_t, int, int, int, off_t));

	if (look(MMAP, CALLER) == FAIL)
		return MAP_FAILED;
	return real(at, size, protection, flags, fd, offset);
}

unsigned
sleep(unsigned seconds)
{
	(void)seconds;
	return 0;
}
