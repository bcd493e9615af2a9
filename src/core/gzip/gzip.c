/* SPDX-License-Identifier: GPL-3.0-or-later
 * Packs bytes by GIO's compressor over a stream in memory, which cannot fail. */
#include "core/gzip/gzip.h"

#include <gio/gio.h>

#define LEVEL_FASTEST 1

GBytes *
tlsrpt_gzip (GBytes *plain)
{
  g_autoptr (GZlibCompressor) compressor =
      g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, LEVEL_FASTEST);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) packing =
      g_converter_output_stream_new (memory, G_CONVERTER (compressor));
  gsize size;
  gconstpointer data = g_bytes_get_data (plain, &size);

  if (!g_output_stream_write_all (packing, size > 0 ? data : "", size, NULL, NULL, NULL) ||
      !g_output_stream_close (packing, NULL, NULL))
    return g_bytes_ref (plain);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}
