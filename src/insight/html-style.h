/* SPDX-License-Identifier: GPL-3.0-or-later
 * The style of an HTML digest. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** tlsrpt_html_style: the style sheet of a digest */
extern const char tlsrpt_html_style[];

G_END_DECLS
