/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * cmd.h - the verbs of tlspolicy(1), and what all of them share.
 * Knows:    options, errors for people, exit codes. Not: what a verb does.
 * Feeds:    main and every verb.
 */
#ifndef TLSP_CMD_H
#define TLSP_CMD_H

#include <stdarg.h>
#include <sysexits.h>

#include "../dict_tlspolicy/err.h"
#include "tables.h"

/*
 * What every verb takes.
 * config_dir: -c: folder of main.cf; NULL: Postfix's own.
 * table:    -t: rules file; NULL: those that smtp_tls_policy_maps names.
 * is_json:  --json.
 */
struct cmd_options {
	const char *config_dir;
	const char *table;
	int is_json;
};

/*
 * An option of one verb: --name, or -letter if letter is a printable
 * character (then it need have no name). Ends with one whose letter is 0.
 * letter:   what cmd_take_fn is told; above 255 where there is only a name.
 */
struct cmd_option {
	const char *name;
	int letter;
	int has_arg;
};

/* Take an option. returns 0, or an exit code: wrong, and it was said. */
typedef int (*cmd_take_fn)(void *ctx, int letter, const char *arg);

/*
 * A verb.
 * help:     the text that --help prints: a screen, with an example.
 * own:      options beside those of every verb; NULL: none.
 */
struct cmd_verb {
	const char *name;
	const char *help;
	const struct cmd_option *own;
	cmd_take_fn take;
};

/* cmd_options_read(): there is work to do. */
#define CMD_GO_ON	(-1)

/*
 * Read the options of a verb. Operands may stand among them; "--" ends them.
 * argv:     argv[0] is the verb. Operands are moved to the end.
 * ret_first: the first operand's place in argv.
 * returns   CMD_GO_ON, or the exit code: help was printed, or usage is wrong.
 */
int cmd_options_read(const struct cmd_verb *, int argc, char **argv,
    void *ctx, struct cmd_options *ret_options, int *ret_first);

/*
 * What every verb works on: main.cf, and the tables it names. Errors and
 * what makes a table unusable are said.
 */
struct cmd_world {
	struct conf *conf;
	struct tables tables;
};

/* returns 0, or an exit code. */
int cmd_world_open(const struct cmd_options *, struct cmd_world *ret_world);
void cmd_world_close(struct cmd_world *);

/*
 * A verb of its own file: cmd_NAME in NAME.c.
 * argv:     argv[0] is the verb.
 * Returns:  the exit code: 0, 1: asked, and the answer is no; or sysexits(3).
 */
int cmd_audit(int argc, char **argv);
int cmd_ca(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_compile(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_edit(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_learn(int argc, char **argv);
int cmd_pins(int argc, char **argv);
int cmd_probe(int argc, char **argv);
int cmd_refresh(int argc, char **argv);

/*
 * A probe that gives up its rights.
 * drop:     called when all is open and nobody was heard yet; 0, or an exit
 *           code that ends it. NULL: it keeps them.
 * is_for_cert: as of struct targets.
 */
int cmd_probe_as(int argc, char **argv, int (*drop)(void), int is_for_cert);

/* EX_CONFIG, EX_TEMPFAIL, EX_SOFTWARE, 1 or 0. */
int cmd_exit_code(enum tlsp_code);

/*
 * Say an error on standard error: "file:line:col: error: text" and that line
 * of the file, with a caret; without a place: "tlspolicy: error: text".
 * returns   its cmd_exit_code().
 */
int cmd_error(const struct tlsp_err *);

/* The same where there is no memory, and nobody has said so. */
int cmd_no_memory(void);

/* The same as a warning; it has no exit code. */
void cmd_warning(const struct tlsp_err *);

/* Wrong usage, in words: EX_USAGE. */
int cmd_usage(const struct cmd_verb *, const char *fmt, ...)
    TLSP_PRINTF(2, 3);
int cmd_usage_list(const struct cmd_verb *, const char *fmt, va_list)
    TLSP_PRINTF(2, 0);

/*
 * Ask on the terminal: standard input may be what is worked on.
 * returns   1: the answer is "yes"; 0: it is another; -1: no terminal.
 */
int cmd_ask(const char *question);

/* Was all of standard output written? 0, or EX_IOERR and it is said. */
int cmd_flush(void);

#endif
