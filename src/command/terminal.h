/* SPDX-License-Identifier: GPL-3.0-or-later
 * How wide the terminal is, and whether it may be coloured. */
#pragma once

#include "insight/text.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * tlsrpt_terminal_style:
 *
 * Returns: the style for standard output: no limits and no colour if it is no terminal
 */
TlsrptTextStyle tlsrpt_terminal_style (void);

G_END_DECLS
