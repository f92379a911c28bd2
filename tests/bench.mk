# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# make bench                    lookups, open, memory, build and instructions
#				beside Postfix's own tables; see tests/bench/run
#   JSON=FILE SVG=FILE		the figures, the picture of README
#   FULL=1			1,000,000 rules, too
#   BENCH_ARGS='OPTION...'	whatever else tests/bench/run takes
#   BENCH_MODULE=FILE.so	measure this one, build none
# make bench-instructions       the part that repeats, for tlspolicy and cdb

JSON		?=
SVG		?=
FULL		?=
BENCH_ARGS	?=
BENCH_MODULE	?= $(SO)
BENCH_OBJ	= $(patsubst tests/bench/%.c,$(BUILD)/bench/%.o, \
		  $(wildcard tests/bench/*.c))
BENCH_ASK	= $(shell PATH=$$PATH:/usr/sbin:/usr/local/sbin; \
		  postconf -hx $(1) 2>/dev/null || postconf -dhx $(1))
BENCH_SHLIB	= $(call BENCH_ASK,shlib_directory)
BENCH_RUN	= tests/bench/run --program $(BUILD)/bench/bench \
		  --module '$(BENCH_MODULE)' --put-pins $(BUILD)/put_pins \
		  $(if $(JSON),--json '$(JSON)') \
		  $(if $(SVG),--svg '$(SVG)') $(if $(FULL),--million)

bench: $(BENCH_MODULE) $(BUILD)/bench/bench $(BUILD)/put_pins
	$(Q)$(BENCH_RUN) $(BENCH_ARGS)

bench-instructions: $(BENCH_MODULE) $(BUILD)/bench/bench $(BUILD)/put_pins
	$(Q)$(BENCH_RUN) --instructions $(BENCH_ARGS)

# It stands in smtp(8)'s place: the real libraries, no module linked in.
$(BUILD)/bench/bench: $(BENCH_OBJ)
	$(SAY) LD $@
	$(Q)test -n '$(BENCH_SHLIB)' || { echo 'bench: no Postfix here' >&2; \
	    exit 2; }
	$(Q)$(CC) -o $@ $(BENCH_OBJ) $(ALL_CFLAGS) $(ALL_LDFLAGS) -pthread \
	    -L$(BENCH_SHLIB) -lpostfix-global -lpostfix-util -lm \
	    -Wl,-rpath,$(BENCH_SHLIB)

$(BUILD)/bench/%.o: tests/bench/%.c
	$(SAY) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -pthread -c -o $@ $<

-include $(wildcard $(BUILD)/bench/*.d)

.PHONY: bench bench-instructions
