# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# make                 build/postfix-tlspolicy.so and build/tlspolicy
# make install         put it into the installed Postfix (DESTDIR= to stage)
# make uninstall       take it out again
# sudo make check      build and pass every test; without root: what is possible
# sudo make demo       real Postfix instances deliver through the table
# make bench           speed and memory beside Postfix's own tables
# make bench-instructions   the part of it that repeats
# make lint            the walls of the house
# sudo make check-patches   build Postfix with postfix-patches/, and try it
# sudo make matrix    the tests in each Postfix that Debian has; V=3.11: in one
#
# POSTFIX_SRC=DIR      build against real Postfix headers: a source tree, or
#                      a folder of installed headers. Default: compat/.
# V=1                  show commands.  WERROR= : warnings are no errors.

CC		?= gcc
CFLAGS		?= -O2 -g
WERROR		?= $(if $(wildcard .git),-Werror)
POSTFIX_SRC	?=
DESTDIR		?=
BUILD		?= build
V		?= 0

STD		= -std=gnu11 -D_GNU_SOURCE
WARN		= -Wall -Wextra -Wshadow -Wstrict-prototypes \
		  -Wmissing-prototypes -Wconversion -Wformat=2 -Wvla \
		  -Wwrite-strings -Wcast-qual -Wundef $(WERROR)
HARDEN		= -fstack-protector-strong -fstack-clash-protection \
		  $(if $(findstring -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE \
		  -D_FORTIFY_SOURCE=2)
ALL_CFLAGS	= $(STD) $(WARN) $(HARDEN) -fPIC -fvisibility=hidden \
		  -MMD -MP $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS	= -Wl,-z,relro,-z,now $(LDFLAGS)

# The adapter alone meets Postfix and is written in its manner.
ifneq ($(POSTFIX_SRC),)
ifneq ($(wildcard $(POSTFIX_SRC)/src/util/dict.h),)
POSTFIX_INC	= -isystem $(POSTFIX_SRC)/src/util \
		  -isystem $(POSTFIX_SRC)/src/global
else
POSTFIX_INC	= -isystem $(POSTFIX_SRC)
endif
# 3.4 defines variables in a header: -fcommon.
POSTFIX_CPP	= -DTLSP_POSTFIX_HEADERS -DLINUX4 -DHAS_CLOSEFROM -fcommon $(POSTFIX_INC)
endif
ADAPTER_CFLAGS	= -Wno-unused-parameter -Wno-comment $(POSTFIX_CPP)

Q		= $(if $(filter 1,$(V)),,@)
SAY		= $(if $(filter 1,$(V)),@:,@printf '  %-7s %s\n')

ROOMS		= err maps version mem words proof line lex name scan attr \
		  pin trust policy rule rules keys records freeze file disk \
		  changes page btree btree_put sealed store store_edit \
		  merge index search peek resolve pinned table
ADAPTER		= dict_tlspolicy mkmap_tlspolicy tlspolicy_host \
		  tlspolicy_watch
ADAPTER_OBJ	= $(ADAPTER:%=$(BUILD)/%.o)
CORE_OBJ	= $(ROOMS:%=$(BUILD)/%.o)
SO		= $(BUILD)/postfix-tlspolicy.so
COMMAND		= $(BUILD)/tlspolicy
MAP		= dict_tlspolicy/dict_tlspolicy.map

# Without zlib (or with ZLIB=), tlspolicy audit reads no .gz.
ZLIB		:= $(shell pkg-config --exists zlib && echo zlib)
ifeq ($(ZLIB),)
$(warning zlib is missing: "tlspolicy audit" will not read .gz files)
endif

# What the core needs beside libc, and what only the command needs.
TLSP_LIBS	= -ldb
CMD_PKGS	= openssl jansson icu-uc smartcols $(ZLIB)
CMD_CFLAGS	= $(shell pkg-config --cflags $(CMD_PKGS)) \
		  $(if $(ZLIB),-DTLSP_ZLIB)
CMD_LIBS	= $(shell pkg-config --libs $(CMD_PKGS)) -lunbound
# The public suffix list, where libpsl is installed. WITH_PSL= leaves it out.
WITH_PSL	?= $(shell pkg-config --exists libpsl && echo yes)
ifneq ($(WITH_PSL),)
CMD_CFLAGS	+= -DTLSP_HAVE_PSL $(shell pkg-config --cflags libpsl)
CMD_LIBS	+= $(shell pkg-config --libs libpsl)
else
$(warning Without libpsl: "tlspolicy check" will not notice rules on public suffixes)
endif
CMD_OBJ		= $(patsubst cmd/%.c,$(BUILD)/cmd/%.o,$(wildcard cmd/*.c))

all: $(SO) $(COMMAND)

$(SO): $(ADAPTER_OBJ) $(BUILD)/libtlsp.a $(MAP)
	$(SAY) LD $@
	$(Q)$(CC) -shared -o $@ $(ADAPTER_OBJ) $(BUILD)/libtlsp.a $(ALL_CFLAGS) \
	    $(ALL_LDFLAGS) -Wl,--version-script=$(MAP) -Wl,--exclude-libs,ALL \
	    $(TLSP_LIBS)

$(COMMAND): $(CMD_OBJ) $(BUILD)/libtlsp.a
	$(SAY) LD $@
	$(Q)$(CC) -o $@ $^ $(ALL_CFLAGS) $(ALL_LDFLAGS) $(TLSP_LIBS) \
	    $(CMD_LIBS)

$(BUILD)/cmd/%.o: cmd/%.c | $(BUILD)/cmd
	$(SAY) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) $(CMD_CFLAGS) -c -o $@ $<

$(BUILD)/libtlsp.a: $(CORE_OBJ)
	$(SAY) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $(CORE_OBJ)

$(ADAPTER_OBJ): ADAPT = $(ADAPTER_CFLAGS)
# A lookup is the first two, reading and freezing a text the others: 3 % fewer
# instructions, and a tenth less time.
$(patsubst %,$(BUILD)/%.o,resolve search line lex attr name policy rule rules \
  keys words scan freeze records): \
	ADAPT = $(CFLAGS:-O2=-O3)
$(BUILD)/%.o: dict_tlspolicy/%.c | $(BUILD)
	$(SAY) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) $(ADAPT) -c -o $@ $<

$(BUILD) $(BUILD)/cmd:
	$(Q)mkdir -p $@

include tests/tests.mk

deps:
	$(Q)packaging/deps $(filter check check-patches matrix, \
	    $(MAKECMDGOALS))

install: $(SO) $(COMMAND)
	$(Q)DESTDIR='$(DESTDIR)' packaging/install install $(SO) $(COMMAND)

uninstall:
	$(Q)DESTDIR='$(DESTDIR)' packaging/install uninstall

clean:
	$(Q)rm -rf $(BUILD)

-include $(wildcard $(BUILD)/*.d $(BUILD)/cmd/*.d)

.PHONY: all deps install uninstall clean
.DELETE_ON_ERROR:
