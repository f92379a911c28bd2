#!/bin/bash
# SPDX-License-Identifier: EPL-2.0 OR IPL-1.0
#
# t-3.7: what the patches to Postfix 3.7 cure and add.

# shellcheck source=tests/patches/claims.sh
. "$(dirname "$0")/claims.sh" 3.7
