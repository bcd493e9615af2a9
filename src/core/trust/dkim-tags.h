/* SPDX-License-Identifier: GPL-3.0-or-later
 * The `tag=value` lists of DKIM (RFC 6376 section 3.2), in signature fields and key records. Refuses a
 * list that has a tag twice. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptDkimTag:
 * @name: first byte of the name in the text; names are case-sensitive
 * @name_length: its bytes
 * @value: first byte of the value, without white space around it
 * @value_length: its bytes; 0 for an empty value
 * @raw: first byte behind the equals sign
 * @raw_length: bytes up to the semicolon or the end, white space included
 *
 * One tag, in the text that was read.
 */
typedef struct {
  const char *name;
  gsize name_length;
  const char *value;
  gsize value_length;
  const char *raw;
  gsize raw_length;
} TlsrptDkimTag;

/**
 * tlsrpt_dkim_tags_read:
 * @text: (array length=length): a list; outlives the tags
 * @length: bytes
 *
 * White space around names and values, folding included, is passed over; so are empty elements between
 * two semicolons, which some signers write.
 *
 * Returns: (transfer full) (nullable) (element-type TlsrptDkimTag): the tags, by value, in order; %NULL
 *   where the grammar is broken, there is a tag twice, or there are more than %TLSRPT_DKIM_TAGS_MAX
 */
GArray *tlsrpt_dkim_tags_read (const char *text, gsize length);

/**
 * tlsrpt_dkim_tags_find:
 * @tags: (element-type TlsrptDkimTag): a list
 * @name: name of a tag
 *
 * Returns: (nullable): the tag of that name
 */
const TlsrptDkimTag *tlsrpt_dkim_tags_find (const GArray *tags, const char *name);

/**
 * tlsrpt_dkim_tags_bare:
 * @tags: (element-type TlsrptDkimTag): a list
 * @name: name of a tag
 *
 * Returns: (transfer full) (nullable): the value without any white space; %NULL if there is no such
 *   tag, or its value has a NUL byte
 */
char *tlsrpt_dkim_tags_bare (const GArray *tags, const char *name);

/**
 * tlsrpt_dkim_tags_base64:
 * @tags: (element-type TlsrptDkimTag): a list
 * @name: name of a tag
 *
 * Returns: (transfer full) (nullable): the bytes that the value stands for, one at least; %NULL if
 *   there is no such tag, or its value is not base64
 */
GBytes *tlsrpt_dkim_tags_base64 (const GArray *tags, const char *name);

/**
 * tlsrpt_dkim_tags_lists:
 * @tags: (element-type TlsrptDkimTag): a list
 * @name: name of a tag whose value has words with colons between them
 * @word: a word, in lower case
 *
 * Returns: %TRUE if one of the words is @word, in any case; %FALSE too where there is no such tag
 */
gboolean tlsrpt_dkim_tags_lists (const GArray *tags, const char *name, const char *word);

G_END_DECLS
