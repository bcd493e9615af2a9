/* SPDX-License-Identifier: GPL-3.0-or-later
 * TLSA records beside certificates. The certificates are the least that the DER walk asks for. */
#include "doctor/tlsa.h"

#include <string.h>

/* tbsCertificate of @version or none, serial, four empty sequences, and a key with @byte in it. */
static GBytes *
certificate (gboolean has_version, guint8 byte)
{
  const guint8 version[] = { 0xa0, 3, 2, 1, 2 };
  const guint8 rest[] = { 2, 1, 5, 0x30, 0, 0x30, 0, 0x30, 0, 0x30, 0, 0x30, 3, 4, 1, byte };
  guint8 length = (guint8)(sizeof rest + (has_version ? sizeof version : 0));
  const guint8 head[] = { 0x30, 0x81, (guint8)(length + 2), 0x30, length };
  GByteArray *bytes = g_byte_array_new ();

  g_byte_array_append (bytes, head, sizeof head);
  if (has_version)
    g_byte_array_append (bytes, version, sizeof version);
  g_byte_array_append (bytes, rest, sizeof rest);
  return g_byte_array_free_to_bytes (bytes);
}

static TlsrptRecord
tlsa (guint usage, guint selector, guint matching_type, GBytes *data)
{
  return (TlsrptRecord){
    .usage = usage, .selector = selector, .matching_type = matching_type, .data = data
  };
}

static GBytes *
digest (GChecksumType type, GBytes *bytes)
{
  guint8 value[64];
  gsize length = sizeof value;
  g_autoptr (GChecksum) checksum = g_checksum_new (type);

  g_checksum_update (checksum, g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes));
  g_checksum_get_digest (checksum, value, &length);
  return g_bytes_new (value, length);
}

static void
test_public_key (void)
{
  for (int has_version = FALSE; has_version <= TRUE; has_version++) {
    g_autoptr (GBytes) whole = certificate (has_version, 7);
    g_autoptr (GBytes) key = tlsrpt_tlsa_public_key (whole);
    gsize length = g_bytes_get_size (whole);

    g_assert_cmpmem (g_bytes_get_data (key, NULL), g_bytes_get_size (key), "\060\003\004\001\007",
                     5);
    for (gsize cut = 0; cut < length; cut++) {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (whole, NULL), cut);
      g_autoptr (GBytes) half = g_bytes_new (copy, cut);

      g_assert_null (tlsrpt_tlsa_public_key (half));
    }
  }
}

/* Lengths that lie, or that DER does not have. */
static void
test_damaged (void)
{
  static const char *const texts[] = { "\060\200\060\000", "\060\205\001\001\001\001\001",
                                       "\060\204\377\377\377\377", "\061\002\060\000",
                                       "\060\002\061\000" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new (texts[i], strlen (texts[i]));

    g_assert_null (tlsrpt_tlsa_public_key (bytes));
  }
}

static void
test_usable (void)
{
  static const struct {
    guint usage, selector, matching_type;
    gsize length;
    gboolean is_usable;
  } cases[] = {
    { 3, 1, 1, 32, TRUE },  { 3, 0, 1, 32, TRUE },  { 2, 0, 2, 64, TRUE },  { 3, 1, 0, 1, TRUE },
    { 1, 1, 1, 32, FALSE }, { 0, 0, 1, 32, FALSE }, { 4, 1, 1, 32, FALSE }, { 3, 2, 1, 32, FALSE },
    { 3, 1, 3, 32, FALSE }, { 3, 1, 1, 31, FALSE }, { 3, 1, 1, 33, FALSE }, { 3, 1, 2, 32, FALSE },
    { 3, 1, 2, 63, FALSE },
  };
  guint8 zeros[64] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) data = g_bytes_new (zeros, cases[i].length);
    TlsrptRecord record = tlsa (cases[i].usage, cases[i].selector, cases[i].matching_type, data);

    g_assert_cmpint (tlsrpt_tlsa_is_usable (&record), ==, cases[i].is_usable);
  }
}

static void
test_fits (void)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  const GChecksumType types[] = { 0, G_CHECKSUM_SHA256, G_CHECKSUM_SHA512 };

  g_ptr_array_add (chain, certificate (TRUE, 1));
  g_ptr_array_add (chain, certificate (TRUE, 2));
  for (guint depth = 0; depth < 2; depth++)
    for (guint selector = 0; selector < 2; selector++)
      for (guint matching_type = 0; matching_type < 3; matching_type++) {
        g_autoptr (GBytes) selected = selector == 0 ? g_bytes_ref (chain->pdata[depth])
                                                    : tlsrpt_tlsa_public_key (chain->pdata[depth]);
        g_autoptr (GBytes) data =
            matching_type == 0 ? g_bytes_ref (selected) : digest (types[matching_type], selected);
        TlsrptRecord server = tlsa (3, selector, matching_type, data);
        TlsrptRecord authority = tlsa (2, selector, matching_type, data);

        g_assert_cmpint (tlsrpt_tlsa_fits (&server, chain), ==, depth == 0 ? 0 : -1);
        g_assert_cmpint (tlsrpt_tlsa_fits (&authority, chain), ==, depth == 1 ? 1 : -1);
        g_assert_cmpint (tlsrpt_tlsa_fits (&server, nothing), ==, -1);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/tlsa/public-key", test_public_key);
  g_test_add_func ("/doctor/tlsa/public-key/damaged", test_damaged);
  g_test_add_func ("/doctor/tlsa/usable", test_usable);
  g_test_add_func ("/doctor/tlsa/fits", test_fits);
  return g_test_run ();
}
