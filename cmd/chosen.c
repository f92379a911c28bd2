/* SPDX-License-Identifier: EPL-2.0 OR IPL-1.0 */
/*
 * chosen.c - which rules files a verb works on.
 * Knows:    options and operands. Not: what is done with them.
 * Feeds:    compile, edit, export.
 */
#include "chosen.h"

#include <string.h>

int
chosen_open(const struct cmd_verb *verb, const struct cmd_options *options,
    int n_args, char **args, struct chosen *chosen)
{
	const char *path = n_args > 0 ? args[0] : options->table;
	struct tlsp_err err;

	memset(chosen, 0, sizeof(*chosen));
	if (n_args > 1 || (n_args == 1 && options->table != NULL))
		return cmd_usage(verb, "one table at a time");
	if (conf_load(options->config_dir, &chosen->conf, &err) != TLSP_OK ||
	    tables_name(chosen->conf, path, &chosen->tables, &err) !=
	    TLSP_OK) {
		chosen_close(chosen);
		return cmd_error(&err);
	}
	return 0;
}

void
chosen_close(struct chosen *chosen)
{
	tables_close(&chosen->tables);
	conf_free(chosen->conf);
	memset(chosen, 0, sizeof(*chosen));
}

const char *
chosen_next(const struct chosen *chosen, size_t *cursor)
{
	const struct tables_map *map;
	size_t n;

	while ((map = tables_ours(&chosen->tables, *cursor)) != NULL) {
		for (n = 0; strcmp(tables_ours(&chosen->tables, n)->path,
		    map->path) != 0; n++)
			;
		if (n == (*cursor)++)
			return map->path;
	}
	return NULL;
}

int
chosen_only(const struct cmd_verb *verb, const struct chosen *chosen,
    const char **ret_path)
{
	size_t cursor = 0;
	const char *path = chosen_next(chosen, &cursor);
	const char *other = chosen_next(chosen, &cursor);

	if (other != NULL)
		return cmd_usage(verb, "smtp_tls_policy_maps names several "
		    "tables; say which: %.100s, or %.100s", path, other);
	*ret_path = path;
	return 0;
}
