# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# make bench [JSON=FILE] [BENCH_ARGS='--million']	see tests/bench/run

JSON		?=
BENCH_ARGS	?=
BENCH_OBJ	= $(patsubst tests/bench/%.c,$(BUILD)/bench/%.o, \
		  $(wildcard tests/bench/*.c))
BENCH_ASK	= $(shell PATH=$$PATH:/usr/sbin:/usr/local/sbin; \
		  postconf -hx $(1) 2>/dev/null || postconf -dhx $(1))
BENCH_SHLIB	= $(call BENCH_ASK,shlib_directory)

bench: $(SO) $(BUILD)/bench/bench
	$(Q)tests/bench/run --program $(BUILD)/bench/bench --module $(SO) \
	    $(if $(JSON),--json '$(JSON)') $(BENCH_ARGS)

# It stands in smtp(8)'s place: the real libraries, no module linked in.
$(BUILD)/bench/bench: $(BENCH_OBJ)
	$(SAY) LD $@
	$(Q)test -n '$(BENCH_SHLIB)' || { echo 'bench: no Postfix here' >&2; \
	    exit 2; }
	$(Q)$(CC) -o $@ $(BENCH_OBJ) $(ALL_CFLAGS) $(ALL_LDFLAGS) \
	    -L$(BENCH_SHLIB) -lpostfix-global -lpostfix-util \
	    -Wl,-rpath,$(BENCH_SHLIB)

$(BUILD)/bench/%.o: tests/bench/%.c
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

-include $(wildcard $(BUILD)/bench/*.d)

.PHONY: bench
