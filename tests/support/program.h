/* SPDX-License-Identifier: GPL-3.0-or-later
 * The real program run by a test: its exit status is what counts. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Program:
 * @status: exit status; minus the signal's number where one ended it
 * @out: standard output
 * @err: standard error
 */
typedef struct {
  int status;
  char *out;
  char *err;
} Program;

void program_clear (Program *program);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Program, program_clear)

/**
 * program_run:
 * @input: (nullable): standard input
 * @...: words of the command line after the program's name, ended by %NULL
 *
 * Returns: how it ended; zeroed where it could not be run, and the test fails
 */
Program program_run (const char *input, ...) G_GNUC_NULL_TERMINATED;

/** program_runv: program_run() with the words in a NULL-terminated array */
Program program_runv (const char *input, const char *const *words);

/**
 * program_mail:
 * @report_id: report-id of the one report in it
 * @domain: its policy-domain
 * @reason: failure-reason-code of its one failure detail, JSON text without quotation marks
 *
 * Returns: (transfer full): a mail
 */
char *program_mail (const char *report_id, const char *domain, const char *reason);

#define program_assert(program, expected)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if ((program).status != (expected))                                                            \
      g_test_message ("standard error: %s", (program).err);                                        \
    g_assert_cmpint ((program).status, ==, expected);                                              \
  }                                                                                                \
  G_STMT_END

G_END_DECLS
