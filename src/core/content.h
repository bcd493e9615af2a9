/* SPDX-License-Identifier: GPL-3.0-or-later
 * The first bytes of something, and its labels, to what it is and how it is packed: the one judgement
 * for files, standard input, parts of a mail and entries of quarantine. Believes bytes over labels. */
#pragma once

#include "core/gzip/gunzip.h"
#include "core/gzip/inflate.h"

#include <glib.h>

G_BEGIN_DECLS

/* As many bytes decide, packed or plain: a gzip header with a long name in it, or a mail's header. */
#define TLSRPT_CONTENT_LOOK_BYTES 4096

/**
 * TlsrptForm:
 * @TLSRPT_FORM_OTHER: none of these
 * @TLSRPT_FORM_DOCUMENT: JSON: an object, or an array of something or nothing
 * @TLSRPT_FORM_MESSAGE: a mail: header fields, one of which only mails have
 * @TLSRPT_FORM_MBOX: begins with a `From ` line
 * @TLSRPT_FORM_DMARC: a DMARC aggregate report: XML, or a zip archive of it
 * @TLSRPT_FORM_ZIP: another zip archive
 */
typedef enum {
  TLSRPT_FORM_OTHER,
  TLSRPT_FORM_DOCUMENT,
  TLSRPT_FORM_MESSAGE,
  TLSRPT_FORM_MBOX,
  TLSRPT_FORM_DMARC,
  TLSRPT_FORM_ZIP,
} TlsrptForm;

/**
 * TlsrptContent:
 * @form: what it is, without its packing
 * @packing: how it is packed; %TLSRPT_PACKING_ZLIB only where what is packed has a form, as some text
 *   begins like zlib's streams
 * @is_blind: %TRUE if it is packed and nothing could be inflated
 */
typedef struct {
  TlsrptForm form;
  TlsrptPacking packing;
  gboolean is_blind;
} TlsrptContent;

/**
 * tlsrpt_content_form:
 * @plain: first bytes, not packed
 * @size: how many
 * @file_name: (nullable): UTF-8
 *
 * Returns: what begins so
 */
TlsrptForm tlsrpt_content_form (const guint8 *plain, gsize size, const char *file_name);

/**
 * tlsrpt_content_judge:
 * @bytes: first bytes, or all
 * @file_name: (nullable): UTF-8
 *
 * Returns: what they are
 */
TlsrptContent tlsrpt_content_judge (GBytes *bytes, const char *file_name);

/**
 * tlsrpt_content_judge_packed:
 * @bytes: all bytes
 * @file_name: (nullable): UTF-8
 * @gunzip: (out) (nullable) (transfer full): @bytes with their first bytes inflated, if they are packed
 *
 * As tlsrpt_content_judge(), for a caller that inflates them next.
 *
 * Returns: what they are
 */
TlsrptContent tlsrpt_content_judge_packed (GBytes *bytes, const char *file_name,
                                           TlsrptGunzip **gunzip);

/**
 * tlsrpt_content_may_be_report:
 * @bytes: a part of a mail
 *
 * Returns: %TRUE if @bytes begin as JSON, gzip, or zlib of JSON does, whatever labels say
 */
gboolean tlsrpt_content_may_be_report (GBytes *bytes);

/**
 * tlsrpt_content_has_suffix:
 * @name: (nullable): a name
 * @suffix: its end, with the dot, in any case
 *
 * Returns: %TRUE if @name ends so, or so and in `.gz`
 */
gboolean tlsrpt_content_has_suffix (const char *name, const char *suffix);

G_END_DECLS
