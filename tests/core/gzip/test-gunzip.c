/* SPDX-License-Identifier: GPL-3.0-or-later
 * gzip as it arrives: members, padding, raw zlib, damage, and every cap at it and one past it. */
#include "core/gzip/gunzip.h"
#include "core/gzip/inflate.h"

#include "core/deviation.h"
#include "core/errors.h"
#include "support/document.h"

#include <string.h>
#include <zlib.h>

#define GZIP 31
#define ZLIB 15
#define BIT(name) (G_GUINT64_CONSTANT (1) << TLSRPT_DEVIATION_##name)

static const char document[] = "{\"organization-name\":\"Example Inc.\",\"report-id\":\"1\"}";

static void
append_packed (GByteArray *to, const void *plain, gsize size, int window_bits)
{
  z_stream z = { 0 };
  g_autofree guint8 *room = NULL;
  gsize bound;

  g_assert_cmpint (deflateInit2 (&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  bound = deflateBound (&z, size);
  room = g_malloc (bound);
  z.next_in = (Bytef *)plain;
  z.avail_in = (uInt)size;
  z.next_out = room;
  z.avail_out = (uInt)bound;
  g_assert_cmpint (deflate (&z, Z_FINISH), ==, Z_STREAM_END);
  g_byte_array_append (to, room, (guint)z.total_out);
  deflateEnd (&z);
}

static void
build_one (GByteArray *bytes)
{
  append_packed (bytes, document, strlen (document), GZIP);
}

static void
build_two_members (GByteArray *bytes)
{
  append_packed (bytes, document, 10, GZIP);
  append_packed (bytes, document + 10, strlen (document) - 10, GZIP);
}

static void
build_empty_member_behind (GByteArray *bytes)
{
  build_one (bytes);
  append_packed (bytes, "", 0, GZIP);
}

static void
build_zero_padding (GByteArray *bytes)
{
  static const guint8 zeros[512];

  build_one (bytes);
  g_byte_array_append (bytes, zeros, sizeof zeros);
}

static void
build_newline_behind (GByteArray *bytes)
{
  build_one (bytes);
  g_byte_array_append (bytes, (const guint8 *)"\r\n", 2);
}

static void
build_zlib (GByteArray *bytes)
{
  append_packed (bytes, document, strlen (document), ZLIB);
}

static void
build_zlib_padding (GByteArray *bytes)
{
  build_zlib (bytes);
  g_byte_array_append (bytes, (const guint8 *)"\0\0", 2);
}

static void
build_nothing (GByteArray *bytes)
{
  g_byte_array_set_size (bytes, 0);
}

static void
build_plain (GByteArray *bytes)
{
  g_byte_array_append (bytes, (const guint8 *)document, sizeof document - 1);
}

static void
build_magic_alone (GByteArray *bytes)
{
  g_byte_array_append (bytes, (const guint8 *)"\x1f\x8b\x08", 3);
}

static void
build_cut_data (GByteArray *bytes)
{
  build_one (bytes);
  g_byte_array_set_size (bytes, 30);
}

static void
build_cut_trailer (GByteArray *bytes)
{
  build_one (bytes);
  g_byte_array_set_size (bytes, bytes->len - 1);
}

static void
build_cut_second_member (GByteArray *bytes)
{
  build_two_members (bytes);
  g_byte_array_set_size (bytes, bytes->len - 9);
}

static void
build_cut_second_magic (GByteArray *bytes)
{
  build_one (bytes);
  g_byte_array_append (bytes, (const guint8 *)"\x1f\x8b", 2);
}

static void
build_wrong_crc (GByteArray *bytes)
{
  build_one (bytes);
  bytes->data[bytes->len - 8] ^= 1;
}

static void
build_wrong_length (GByteArray *bytes)
{
  build_one (bytes);
  bytes->data[bytes->len - 4] ^= 1;
}

static void
build_wrong_adler (GByteArray *bytes)
{
  build_zlib (bytes);
  bytes->data[bytes->len - 1] ^= 1;
}

static void
build_reserved_flags (GByteArray *bytes)
{
  build_one (bytes);
  bytes->data[3] |= 0xe0;
}

typedef struct {
  const char *name;
  void (*build) (GByteArray *bytes);
  guint64 deviations;  /* of a document that inflates */
  const char *refusal; /* pattern; NULL if it inflates to the document */
} GunzipCase;

/* clang-format off */
static const GunzipCase cases[] = {
  { "inflates-one-member",               build_one,                 0, NULL },
  { "inflates-two-members",              build_two_members,         BIT (GZIP_MEMBERS), NULL },
  { "inflates-an-empty-member-behind",   build_empty_member_behind, BIT (GZIP_MEMBERS), NULL },
  { "passes-over-zero-padding",          build_zero_padding,        BIT (GZIP_PADDING), NULL },
  { "passes-over-a-line-end-behind",     build_newline_behind,      BIT (GZIP_PADDING), NULL },
  { "inflates-raw-zlib",                 build_zlib,                BIT (RAW_ZLIB), NULL },
  { "passes-over-padding-behind-zlib",   build_zlib_padding,        BIT (RAW_ZLIB) | BIT (GZIP_PADDING), NULL },
  { "refuses-nothing",                   build_nothing,             0, "gunzip: empty" },
  { "refuses-plain-json",                build_plain,               0, "gunzip: neither gzip nor zlib" },
  { "refuses-the-magic-alone",           build_magic_alone,         0, "gunzip: truncated in member 1 after 3 of 3 bytes, 0 bytes inflated" },
  { "refuses-cut-data-with-how-far",     build_cut_data,            0, "gunzip: truncated in member 1 after 30 of 30 bytes, * bytes inflated" },
  { "refuses-a-cut-trailer",             build_cut_trailer,         0, "gunzip: truncated in member 1 * 52 bytes inflated" },
  { "refuses-a-cut-second-member",       build_cut_second_member,   0, "gunzip: truncated in member 2 *" },
  { "refuses-a-cut-second-magic",        build_cut_second_magic,    0, "gunzip: truncated in member 2 *" },
  { "refuses-a-wrong-crc",               build_wrong_crc,           0, "gunzip: incorrect data check in member 1 * 52 bytes inflated" },
  { "refuses-a-wrong-length",            build_wrong_length,        0, "gunzip: incorrect length check in member 1 *" },
  { "refuses-a-wrong-zlib-checksum",     build_wrong_adler,         0, "gunzip: incorrect data check in member 1 *" },
  { "refuses-reserved-flags",            build_reserved_flags,      0, "gunzip: unknown header flags set in member 1 *" },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  const GunzipCase *row = data;
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) packed = NULL;
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GError) error = NULL;
  guint64 deviations = 0;

  row->build (array);
  packed = g_bytes_new (array->data, array->len);
  plain = document_inflated (packed, &limits, &deviations, &error);
  g_assert_cmpuint (deviations, ==, row->deviations);
  if (row->refusal != NULL) {
    g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED);
    if (!g_pattern_match_simple (row->refusal, error->message))
      g_error ("%s does not match %s", error->message, row->refusal);
    g_assert_null (plain);
  } else {
    g_assert_no_error (error);
    g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), document,
                     strlen (document));
  }
}

/* Every byte of a good file inverted in turn: refused or the same document, never something else
 * (name, time and system in the gzip header are not covered by the checksum). */
static void
test_damage (void)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GByteArray) array = g_byte_array_new ();

  build_one (array);
  for (guint i = 0; i < array->len; i++) {
    g_autoptr (GBytes) packed = NULL;
    g_autoptr (GBytes) plain = NULL;
    g_autoptr (GError) error = NULL;
    guint64 deviations = 0;

    array->data[i] ^= 0xff;
    packed = g_bytes_new (array->data, array->len);
    array->data[i] ^= 0xff;
    plain = document_inflated (packed, &limits, &deviations, &error);
    if (plain == NULL)
      g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_MALFORMED);
    else
      g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), document,
                       strlen (document));
  }
}

/* @size bytes of "{" packed under @limits: inflated, or refused with TLSRPT_ERROR_LIMIT. */
static void
assert_capped (GByteArray *array, const TlsrptLimits *limits, const char *refusal)
{
  g_autoptr (GBytes) packed = g_bytes_new (array->data, array->len);
  g_autoptr (GError) error = NULL;
  guint64 deviations = 0;
  g_autoptr (GBytes) plain = document_inflated (packed, limits, &deviations, &error);

  if (refusal == NULL) {
    g_assert_no_error (error);
    g_assert_nonnull (plain);
  } else {
    g_assert_error (error, TLSRPT_ERROR, TLSRPT_ERROR_LIMIT);
    g_assert_cmpstr (error->message, ==, refusal);
    g_assert_null (plain);
  }
}

static void
test_inflated_bytes (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GByteArray) array = g_byte_array_new ();

  build_one (array);
  limits.inflated_bytes = strlen (document);
  assert_capped (array, &limits, NULL);
  limits.inflated_bytes--;
  assert_capped (array, &limits, "gunzip: inflates to more than 51 bytes (setting inflated-bytes)");
}

/* Stored, not deflated, so that the packed size is what the test says. */
static void
test_ratio (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  gsize size = 1 << 20;
  g_autofree char *plain = g_strnfill (size + 1, '{');
  g_autoptr (GByteArray) free_of_it = g_byte_array_new ();
  g_autoptr (GByteArray) judged = g_byte_array_new ();
  g_autofree char *refusal = NULL;
  guint64 ratio;

  limits.inflated_ratio = 1;
  append_packed (free_of_it, plain, size, GZIP);
  assert_capped (free_of_it, &limits, NULL);
  append_packed (judged, plain, size + 1, GZIP);
  ratio = (size + 1) / judged->len;
  limits.inflated_ratio = ratio + 1;
  assert_capped (judged, &limits, NULL);
  limits.inflated_ratio = ratio;
  refusal = g_strdup_printf ("gunzip: %u bytes inflate to more than %" G_GUINT64_FORMAT
                             " times as many (setting inflated-ratio)",
                             judged->len, ratio);
  assert_capped (judged, &limits, refusal);
}

static void
test_members (void)
{
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  g_autoptr (GByteArray) array = g_byte_array_new ();

  for (guint64 i = 0; i < limits.gzip_members; i++)
    append_packed (array, "", 0, GZIP);
  assert_capped (array, &limits, NULL);
  append_packed (array, "", 0, GZIP);
  assert_capped (array, &limits, "gunzip: more than 64 members (setting gzip-members)");
}

static void
test_bomb (void)
{
  static const TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  gsize size = 100 << 20;
  g_autofree char *plain = g_malloc0 (size);
  g_autoptr (GByteArray) bomb = g_byte_array_new ();
  g_autoptr (GByteArray) bomb_in_bomb = g_byte_array_new ();
  g_autofree char *refusal = NULL;

  append_packed (bomb, plain, size, GZIP);
  append_packed (bomb_in_bomb, bomb->data, bomb->len, GZIP);
  refusal = g_strdup_printf (
      "gunzip: %u bytes inflate to more than 200 times as many (setting inflated-ratio)",
      bomb->len);
  assert_capped (bomb, &limits, refusal);
  /* The outer layer is small and honest; what is inside is for the next stage to refuse. */
  assert_capped (bomb_in_bomb, &limits, NULL);
}

/* The first bytes of what is cut are seen; and a look costs the rest nothing. */
static void
test_look (void)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) plain = g_bytes_new_static (document, strlen (document));
  g_autoptr (GBytes) finished = NULL;
  g_autoptr (TlsrptGunzip) of_cut = NULL;
  g_autoptr (TlsrptGunzip) of_whole = NULL;
  g_autoptr (TlsrptGunzip) of_plain = NULL;
  g_autoptr (GError) error = NULL;
  TlsrptLimits limits = TLSRPT_LIMITS_DEFAULT;
  guint64 deviations = 0;
  const guint8 *seen;
  gsize size;

  build_one (array);
  whole = g_bytes_new (array->data, array->len);
  cut = g_bytes_new (array->data, array->len - 8);
  of_cut = tlsrpt_gunzip_new (cut);
  seen = tlsrpt_gunzip_look (of_cut, &size);
  g_assert_cmpmem (seen, size, document, MIN (strlen (document), 1024));
  of_whole = tlsrpt_gunzip_new (whole);
  tlsrpt_gunzip_look (of_whole, &size);
  finished = tlsrpt_gunzip_finish (of_whole, &limits, &deviations, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (finished, plain));
  of_plain = tlsrpt_gunzip_new (plain);
  tlsrpt_gunzip_look (of_plain, &size);
  g_assert_cmpuint (size, ==, 0);
}

/* What zlib may write in front: levels, windows; and bytes that are neither. */
static void
test_packing (void)
{
  static const struct {
    const char *bytes;
    gsize size;
    TlsrptPacking packing;
  } rows[] = {
    { "\x1f\x8b\x08", 3, TLSRPT_PACKING_GZIP },  { "\x1f\x8b", 2, TLSRPT_PACKING_PLAIN },
    { "\x1f\x8b\x07", 3, TLSRPT_PACKING_PLAIN }, { "\x78\x01", 2, TLSRPT_PACKING_ZLIB },
    { "\x78\x5e", 2, TLSRPT_PACKING_ZLIB },      { "\x78\x9c", 2, TLSRPT_PACKING_ZLIB },
    { "\x78\xda", 2, TLSRPT_PACKING_ZLIB },      { "\x78\x9d", 2, TLSRPT_PACKING_PLAIN },
    { "\x08\x1d", 2, TLSRPT_PACKING_ZLIB },      { "\x88\x1c", 2, TLSRPT_PACKING_PLAIN },
    { "\x78", 1, TLSRPT_PACKING_PLAIN },         { "", 0, TLSRPT_PACKING_PLAIN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (tlsrpt_inflate_packing ((const guint8 *)rows[i].bytes, rows[i].size), ==,
                     rows[i].packing);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/gunzip/", cases[i].name, NULL);
    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/gunzip/refuses-or-survives-any-one-wrong-byte", test_damage);
  g_test_add_func ("/gunzip/limit/inflated-bytes-at-the-cap-and-past-it", test_inflated_bytes);
  g_test_add_func ("/gunzip/limit/ratio-past-one-mebibyte-only", test_ratio);
  g_test_add_func ("/gunzip/limit/members-at-the-cap-and-past-it", test_members);
  g_test_add_func ("/gunzip/limit/refuses-a-bomb", test_bomb);
  g_test_add_func ("/gunzip/look/sees-the-head-of-a-cut-file-and-goes-on", test_look);
  g_test_add_func ("/inflate/tells-gzip-and-zlib-by-their-first-bytes", test_packing);
  return g_test_run ();
}
