/* SPDX-License-Identifier: GPL-3.0-or-later
 * Reads messages and documents from paths. The bytes of a file say what it is; its name matters
 * only if they do not. A file that cannot be read is reported, and reading continues with the
 * next. */
#include "core/archive/source.h"

#include "core/archive/archive.h"
#include "core/archive/input.h"
#include "core/archive/walk.h"
#include "core/content.h"
#include "core/errors.h"

#include <string.h>
#include <sys/stat.h>

#define SNIFF_BYTES TLSRPT_CONTENT_LOOK_BYTES
/* A bound above any setting, so that sizes and sums stay far from overflow. */
#define MESSAGE_MAX_BYTES ((guint64)G_MAXINT32)

struct _TlsrptSource {
  char **paths;
  guint next;
  guint64 message_bytes;
  TlsrptResume resume;
  TlsrptWalk *walk;
  TlsrptArchive *mbox;
  guint64 mbox_size;
  /* Bytes of files that are finished, of files named as PATH, and of files that finished walks
   * listed. */
  guint64 done;
  guint64 files;
  guint64 walked;
  gboolean measured;
  gboolean endless; /* one PATH is a pipe */
  TlsrptSourceTally tally;
};

typedef enum {
  FORM_MBOX,
  FORM_MESSAGE,
  FORM_DOCUMENT,
  FORM_OTHER,
} Form;

TlsrptSource *
tlsrpt_source_new (const char *const *paths, const TlsrptLimits *limits)
{
  TlsrptSource *source = g_new0 (TlsrptSource, 1);

  source->paths = g_strdupv ((char **)paths);
  source->message_bytes = MIN (limits->message_bytes, MESSAGE_MAX_BYTES);
  return source;
}

static void
close_mbox (TlsrptSource *source)
{
  source->done += source->mbox_size;
  source->mbox_size = 0;
  if (source->mbox != NULL)
    source->tally.doubts += tlsrpt_archive_doubts (source->mbox);
  g_clear_pointer (&source->mbox, tlsrpt_archive_free);
}

void
tlsrpt_source_free (TlsrptSource *source)
{
  close_mbox (source);
  g_clear_pointer (&source->walk, tlsrpt_walk_free);
  g_clear_pointer (&source->resume.positions, g_hash_table_unref);
  g_queue_clear_full (&source->resume.notes, (GDestroyNotify)tlsrpt_resume_note_free);
  g_strfreev (source->paths);
  g_free (source);
}

void
tlsrpt_source_set_stored (TlsrptSource *source, TlsrptPositions *stored)
{
  source->resume.positions = g_hash_table_ref (stored);
}

TlsrptResumeNote *
tlsrpt_source_take_note (TlsrptSource *source)
{
  return g_queue_pop_head (&source->resume.notes);
}

static TlsrptResume *
resume_of (TlsrptSource *source)
{
  return source->resume.positions != NULL ? &source->resume : NULL;
}

static gboolean
is_stdin (const char *path)
{
  return strcmp (path, "-") == 0;
}

static gboolean
ask (const char *path, struct stat *status)
{
  return (is_stdin (path) ? fstat (0, status) : stat (path, status)) == 0;
}

static void
measure_paths (TlsrptSource *source)
{
  struct stat status;

  source->measured = TRUE;
  for (guint i = 0; source->paths[i] != NULL; i++) {
    if (!ask (source->paths[i], &status) || S_ISDIR (status.st_mode))
      continue;
    if (S_ISREG (status.st_mode))
      source->files += (guint64)status.st_size;
    else
      source->endless = TRUE;
  }
}

void
tlsrpt_source_progress (TlsrptSource *source, guint64 *done, guint64 *total)
{
  *done = source->done + (source->walk != NULL ? tlsrpt_walk_passed (source->walk) : 0) +
          (source->mbox != NULL ? tlsrpt_archive_consumed (source->mbox) : 0);
  *total = source->files + source->walked +
           (source->walk != NULL ? tlsrpt_walk_listed (source->walk) : 0);
  if (source->endless || *total < *done)
    *total = 0;
}

/* What a file is by its bytes, or by its name if its bytes do not say. */
static Form
form_of (TlsrptForm form, const char *path, gboolean is_mail)
{
  if (form == TLSRPT_FORM_DOCUMENT)
    return FORM_DOCUMENT;
  if (is_mail || tlsrpt_content_has_suffix (path, ".eml"))
    return FORM_MESSAGE;
  if (form == TLSRPT_FORM_DMARC || form == TLSRPT_FORM_ZIP ||
      tlsrpt_content_has_suffix (path, ".json"))
    return FORM_DOCUMENT;
  if (form == TLSRPT_FORM_MBOX)
    return FORM_MBOX;
  return form == TLSRPT_FORM_MESSAGE ? FORM_MESSAGE : FORM_OTHER;
}

TlsrptItemKind
tlsrpt_source_kind_of (GBytes *bytes)
{
  TlsrptContent content = tlsrpt_content_judge (bytes, NULL);

  /* Packed bytes that cannot be read are taken for a damaged document. */
  return content.is_blind || form_of (content.form, "", FALSE) == FORM_DOCUMENT
             ? TLSRPT_ITEM_DOCUMENT
             : TLSRPT_ITEM_MESSAGE;
}

/* Finds out what @input holds and how it is packed; only the window is looked at. */
static Form
tell_form (const TlsrptInput *input, const char *path, gboolean is_mail, TlsrptPacking *packing)
{
  gsize size;
  const guint8 *data = tlsrpt_input_window (input, &size);
  g_autoptr (GBytes) start = g_bytes_new_static (data, size);
  g_autofree char *name = g_path_get_basename (path);
  TlsrptContent content = tlsrpt_content_judge (start, name);

  *packing = content.packing;
  return form_of (content.form, path, is_mail);
}

/* All of @input, cut at the cap, as one item. */
static TlsrptItem *
take_whole (TlsrptInput *input, TlsrptItemKind kind, const char *path, guint64 message_bytes,
            GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  TlsrptItem *item;
  gsize size;

  if (!tlsrpt_input_fill (input, message_bytes + 1, error))
    return NULL;
  tlsrpt_input_window (input, &size);
  bytes = tlsrpt_input_take (input, MIN (size, message_bytes));
  if (size > message_bytes && !tlsrpt_input_drain (input, error))
    return NULL;
  item = tlsrpt_item_new (kind, bytes, path);
  item->end = tlsrpt_input_offset (input);
  item->is_cut = size > message_bytes;
  return item;
}

/* Fills the window to look at it; an error behind the first bytes is ignored for now. */
static gboolean
sniff (TlsrptInput *input, gsize *size, GError **error)
{
  g_autoptr (GError) fill_error = NULL;

  if (!tlsrpt_input_fill (input, SNIFF_BYTES, &fill_error)) {
    tlsrpt_input_window (input, size);
    if (*size == 0) {
      g_propagate_error (error, g_steal_pointer (&fill_error));
      return FALSE;
    }
  }
  tlsrpt_input_window (input, size);
  return TRUE;
}

/* Returns the one item of the file; or %NULL if the file is empty, or is an mbox, which is then
 * open, or is no mail among the files of a folder. */
static TlsrptItem *
open_file (TlsrptSource *source, const char *path, guint64 file_size, gboolean is_mail,
           GError **error)
{
  gboolean can_resume = !is_stdin (path) && g_file_test (path, G_FILE_TEST_IS_REGULAR);
  g_autoptr (TlsrptInput) input = tlsrpt_input_open (path, error);
  TlsrptPacking packing;
  gsize size;
  Form form;

  if (input == NULL || !sniff (input, &size, error) || size == 0)
    return NULL;
  form = tell_form (input, path, is_mail, &packing);
  if (packing != TLSRPT_PACKING_PLAIN && form != FORM_DOCUMENT) {
    tlsrpt_input_inflate (input, packing);
    if (!sniff (input, &size, error) || size == 0)
      return NULL;
    /* Once more, because the first of several gzip members may hold next to nothing. */
    form = tell_form (input, path, is_mail, &packing);
  }
  if (form == FORM_OTHER && source->walk != NULL) {
    source->tally.others++;
    return NULL;
  }
  if (form == FORM_MBOX) {
    source->mbox = tlsrpt_archive_new (g_steal_pointer (&input), path, source->message_bytes,
                                       can_resume ? resume_of (source) : NULL);
    source->mbox_size = file_size;
    return NULL;
  }
  return take_whole (input, form == FORM_DOCUMENT ? TLSRPT_ITEM_DOCUMENT : TLSRPT_ITEM_MESSAGE,
                     path, source->message_bytes, error);
}

static TlsrptItem *
next_of_mbox (TlsrptSource *source, GError **error)
{
  g_autoptr (GError) failure = NULL;
  TlsrptItem *item = tlsrpt_archive_next (source->mbox, &failure);

  if (item == NULL)
    close_mbox (source);
  if (failure != NULL) {
    if (source->walk != NULL)
      tlsrpt_walk_mark_failed (source->walk);
    g_propagate_error (error, g_steal_pointer (&failure));
  }
  return item;
}

static void
close_walk (TlsrptSource *source)
{
  source->walked += tlsrpt_walk_listed (source->walk);
  source->done += tlsrpt_walk_passed (source->walk);
  g_clear_pointer (&source->walk, tlsrpt_walk_free);
}

static TlsrptItem *
next_of_walk (TlsrptSource *source, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (TlsrptWalkFile) file = tlsrpt_walk_next (source->walk, &failure);
  TlsrptItem *item = NULL;

  if (file != NULL) {
    item = open_file (source, file->path, file->size, file->is_mail, &failure);
    if (source->mbox == NULL)
      source->done += file->size;
    if (failure != NULL)
      tlsrpt_walk_mark_failed (source->walk);
    if (item != NULL && file->has_position) {
      item->place = TLSRPT_PLACE_FOLDER;
      item->position = file->position;
    }
  } else if (failure == NULL) {
    close_walk (source);
  }
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return item;
}

static TlsrptItem *
next_of_paths (TlsrptSource *source, GError **error)
{
  const char *path = source->paths[source->next++];
  struct stat status;
  guint64 size = 0;
  TlsrptItem *item;

  if (ask (path, &status)) {
    if (S_ISDIR (status.st_mode) && !is_stdin (path)) {
      source->walk = tlsrpt_walk_new (path, TLSRPT_WALK_CHUNK_NAMES, resume_of (source));
      return NULL;
    }
    if (S_ISREG (status.st_mode))
      size = (guint64)status.st_size;
  }
  item = open_file (source, path, size, FALSE, error);
  if (source->mbox == NULL)
    source->done += size;
  return item;
}

TlsrptItem *
tlsrpt_source_next (TlsrptSource *source, GError **error)
{
  g_autoptr (GError) next_error = NULL;
  TlsrptItem *item = NULL;

  if (!source->measured)
    measure_paths (source);
  while (item == NULL && next_error == NULL) {
    if (source->mbox != NULL)
      item = next_of_mbox (source, &next_error);
    else if (source->walk != NULL)
      item = next_of_walk (source, &next_error);
    else if (source->paths[source->next] != NULL)
      item = next_of_paths (source, &next_error);
    else
      return NULL;
  }
  if (next_error != NULL)
    g_propagate_error (error, g_steal_pointer (&next_error));
  return item;
}

TlsrptSourceTally
tlsrpt_source_tally (const TlsrptSource *source)
{
  TlsrptSourceTally tally = source->tally;

  if (source->mbox != NULL)
    tally.doubts += tlsrpt_archive_doubts (source->mbox);
  return tally;
}

GBytes *
tlsrpt_source_read_stdin (const TlsrptLimits *limits, gboolean *is_cut, GError **error)
{
  g_autoptr (GError) read_error = NULL;
  g_autoptr (TlsrptInput) input = tlsrpt_input_open ("-", NULL);
  guint64 message_bytes = MIN (limits->message_bytes, MESSAGE_MAX_BYTES);
  g_autoptr (GBytes) bytes = NULL;
  gsize size;

  if (!tlsrpt_input_fill (input, message_bytes + 1, &read_error)) {
    g_set_error (error, TLSRPT_ERROR, TLSRPT_ERROR_TEMPORARY, "%s", read_error->message);
    return NULL;
  }
  tlsrpt_input_window (input, &size);
  bytes = tlsrpt_input_take (input, MIN (size, message_bytes));
  *is_cut = size > message_bytes;
  if (*is_cut) /* an error behind the cap changes nothing */
    tlsrpt_input_drain (input, NULL);
  return g_steal_pointer (&bytes);
}
