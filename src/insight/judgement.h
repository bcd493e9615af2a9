/* SPDX-License-Identifier: GPL-3.0-or-later
 * An incident as it is judged: one cause at one place, with all that it touches. Plain data, for the
 * engine that makes it, for the tables that keep it, and for all that shows it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TlsrptPlaceKind:
 * @TLSRPT_PLACE_MX: an MX host: certificate, STARTTLS, TLSA or handshake
 * @TLSRPT_PLACE_POLICY_HOST: `mta-sts.` and a policy domain: fetching, web certificate, contents
 * @TLSRPT_PLACE_ZONE: a DNS zone: DNSSEC, or TLSA records that are demanded and missing
 * @TLSRPT_PLACE_POLICY_MX: an MX host that the policy does not name
 * @TLSRPT_PLACE_DOMAIN: a mail domain, where no report names the host and no other incident fits; or
 *   the MX hosts of a policy that several domains share
 * @TLSRPT_PLACE_REPORTER: one reporter: its own trust store, or the network on its way
 * @TLSRPT_PLACE_INTAKE: the reports themselves: none from anyone, or none from one reporter
 * @TLSRPT_N_PLACES: how many there are
 */
typedef enum {
  TLSRPT_PLACE_MX,
  TLSRPT_PLACE_POLICY_HOST,
  TLSRPT_PLACE_ZONE,
  TLSRPT_PLACE_POLICY_MX,
  TLSRPT_PLACE_DOMAIN,
  TLSRPT_PLACE_REPORTER,
  TLSRPT_PLACE_INTAKE,
  TLSRPT_N_PLACES,
} TlsrptPlaceKind;

/**
 * TlsrptMechanism:
 * @TLSRPT_MECHANISM_STS: `sts`
 * @TLSRPT_MECHANISM_TLSA: `tlsa`
 * @TLSRPT_MECHANISM_NONE: no policy was found
 * @TLSRPT_MECHANISM_OTHER: a policy type that RFC 8460 does not know
 * @TLSRPT_N_MECHANISMS: how many there are
 */
typedef enum {
  TLSRPT_MECHANISM_STS,
  TLSRPT_MECHANISM_TLSA,
  TLSRPT_MECHANISM_NONE,
  TLSRPT_MECHANISM_OTHER,
  TLSRPT_N_MECHANISMS,
} TlsrptMechanism;

/**
 * TlsrptPolicyMode:
 * @TLSRPT_MODE_UNKNOWN: the report does not show it
 * @TLSRPT_MODE_ENFORCE: `enforce`
 * @TLSRPT_MODE_TESTING: `testing`
 * @TLSRPT_MODE_NONE: `none`
 * @TLSRPT_N_MODES: how many there are
 *
 * `mode` of an MTA-STS policy (RFC 8461 section 3.2).
 */
typedef enum {
  TLSRPT_MODE_UNKNOWN,
  TLSRPT_MODE_ENFORCE,
  TLSRPT_MODE_TESTING,
  TLSRPT_MODE_NONE,
  TLSRPT_N_MODES,
} TlsrptPolicyMode;

/**
 * TlsrptEffect:
 * @TLSRPT_EFFECT_NOTHING: nothing happened to mail
 * @TLSRPT_EFFECT_UNKNOWN: the reports do not show the policy's mode
 * @TLSRPT_EFFECT_UNPROTECTED: mail was delivered without protection
 * @TLSRPT_EFFECT_REFUSED: mail was refused: MTA-STS in mode enforce, usable TLSA records
 * @TLSRPT_N_EFFECTS: how many there are
 *
 * In the order of their weight.
 */
typedef enum {
  TLSRPT_EFFECT_NOTHING,
  TLSRPT_EFFECT_UNKNOWN,
  TLSRPT_EFFECT_UNPROTECTED,
  TLSRPT_EFFECT_REFUSED,
  TLSRPT_N_EFFECTS,
} TlsrptEffect;

/**
 * TlsrptSeverity:
 * @TLSRPT_SEVERITY_MINOR: kept, but without events
 * @TLSRPT_SEVERITY_WARNING: worth an alert
 * @TLSRPT_SEVERITY_CRITICAL: worth an alert at once
 * @TLSRPT_N_SEVERITIES: how many there are
 *
 * How bad an incident is, in the order of their weight.
 */
typedef enum {
  TLSRPT_SEVERITY_MINOR,
  TLSRPT_SEVERITY_WARNING,
  TLSRPT_SEVERITY_CRITICAL,
  TLSRPT_N_SEVERITIES,
} TlsrptSeverity;

/**
 * TlsrptFault:
 * @TLSRPT_FAULT_UNCLEAR: it cannot be said
 * @TLSRPT_FAULT_OURS: the mail domain's own
 * @TLSRPT_FAULT_THEIRS: the reporter's
 * @TLSRPT_FAULT_BETWEEN: the network's between both
 * @TLSRPT_N_FAULTS: how many there are
 *
 * Who is probably at fault.
 */
typedef enum {
  TLSRPT_FAULT_UNCLEAR,
  TLSRPT_FAULT_OURS,
  TLSRPT_FAULT_THEIRS,
  TLSRPT_FAULT_BETWEEN,
  TLSRPT_N_FAULTS,
} TlsrptFault;

/**
 * TlsrptState:
 * @TLSRPT_STATE_OPEN: failing on the last day that its reporters spoke of
 * @TLSRPT_STATE_FLAPPING: was over and fails again
 * @TLSRPT_STATE_RECOVERING: those who saw it have each reported a clean day
 * @TLSRPT_STATE_CLOSED: two such days
 * @TLSRPT_STATE_UNPROVEN: not seen any more, and nothing shows it repaired
 * @TLSRPT_STATE_EXPIRED: no word of its reporters for two weeks
 * @TLSRPT_STATE_MERGED: found to be part of another incident
 * @TLSRPT_N_STATES: how many there are
 */
typedef enum {
  TLSRPT_STATE_OPEN,
  TLSRPT_STATE_FLAPPING,
  TLSRPT_STATE_RECOVERING,
  TLSRPT_STATE_CLOSED,
  TLSRPT_STATE_UNPROVEN,
  TLSRPT_STATE_EXPIRED,
  TLSRPT_STATE_MERGED,
  TLSRPT_N_STATES,
} TlsrptState;

/* What was concluded beyond the result types of RFC 8460 section 4.3, as values of @cause. */
#define TLSRPT_CAUSE_MX_NOT_IN_POLICY "mx-not-in-policy"
#define TLSRPT_CAUSE_POLICY_WITHOUT_NEW_ID "policy-without-new-id"
#define TLSRPT_CAUSE_FOREIGN_MX "foreign-mx"
#define TLSRPT_CAUSE_NO_REPORTS "no-reports"
#define TLSRPT_CAUSE_REPORTER_SILENT "reporter-silent"
#define TLSRPT_CAUSE_FOUND_WRONG "found-wrong"
#define TLSRPT_CAUSE_ENDS_SOON "ends-soon"
#define TLSRPT_CAUSE_UNSPECIFIED "unspecified"
#define TLSRPT_CAUSE_UNKNOWN "unknown"

/**
 * TlsrptTally:
 * @name: a word
 * @failed_sessions: failed sessions that it stands for
 *
 * One line of a list of domains, hosts, result types or reasons.
 */
typedef struct {
  char *name;
  guint64 failed_sessions;
} TlsrptTally;

/**
 * TlsrptWitness:
 * @domain: the reporter's domain
 * @organization_name: (nullable): the name it writes
 * @contact_info: (nullable): the contact that it gives, as sent
 * @is_verified: whether its reports carry a valid signature
 * @failed_sessions: failed sessions of this incident
 * @sessions: all its comparable sessions on the days of failure
 * @last_day: its own last day of failure, in days since 1970
 *
 * A reporter that saw an incident.
 */
typedef struct {
  char *domain;
  char *organization_name;
  char *contact_info;
  gboolean is_verified;
  guint64 failed_sessions;
  guint64 sessions;
  gint32 last_day;
} TlsrptWitness;

/**
 * TlsrptJudgement:
 * @number: stable number of the incident; 0 before it has one
 * @place_kind: what kind of place it is
 * @place: (nullable): name of the place: host, policy host, zone, domain or reporter; %NULL for all
 *   reporters' silence
 * @cause: the most exact word for it: a result type or a TLSRPT_CAUSE_
 * @mail_domains: (element-type TlsrptTally): domains that it touches, the hardest hit first
 * @policy_domains: (element-type TlsrptTally): policy domains as reported, the hardest hit first
 * @result_types: (element-type TlsrptTally): all result types, the most frequent first; "unspecified"
 *   where a report gave none
 * @reasons: (element-type TlsrptTally): the reporters' own words (`failure-reason-code`)
 * @receiving_mx: (element-type TlsrptTally): MX hosts that were named
 * @receiving_ips: (array zero-terminated=1): addresses that were named, some of them
 * @witnesses: (element-type TlsrptWitness): who saw it, the most failed sessions first
 * @mechanisms: bit set of 1 << #TlsrptMechanism
 * @modes: bit set of 1 << #TlsrptPolicyMode that the reports of the failures show
 * @effect: what happened to mail, the worst
 * @severity: how bad
 * @fault: whose fault
 * @state: how it stands
 * @is_security: whether it may be an interception
 * @first_day: first day of failure, in days since 1970
 * @last_day: last day of failure
 * @over_day: (nullable as 0): day of the evidence that it is over
 * @last_word_day: last day that its reporters spoke of
 * @failed_sessions: failed sessions
 * @refused_sessions: those of them that were refused
 * @sessions: sessions that it is to be compared with, failed ones too
 * @failed_days: days of failure
 * @unplaced_sessions: failed sessions of the same domains and days without an MX that fit here and
 *   elsewhere as well
 */
typedef struct {
  gint64 number;
  TlsrptPlaceKind place_kind;
  char *place;
  char *cause;
  GPtrArray *mail_domains;
  GPtrArray *policy_domains;
  GPtrArray *result_types;
  GPtrArray *reasons;
  GPtrArray *receiving_mx;
  char **receiving_ips;
  GPtrArray *witnesses;
  guint mechanisms;
  guint modes;
  TlsrptEffect effect;
  TlsrptSeverity severity;
  TlsrptFault fault;
  TlsrptState state;
  gboolean is_security;
  gint32 first_day;
  gint32 last_day;
  gint32 over_day;
  gint32 last_word_day;
  guint64 failed_sessions;
  guint64 refused_sessions;
  guint64 sessions;
  guint failed_days;
  guint64 unplaced_sessions;
} TlsrptJudgement;

/**
 * tlsrpt_judgement_new:
 *
 * Returns: (transfer full): an incident without contents; its lists are empty
 */
TlsrptJudgement *tlsrpt_judgement_new (void);

/**
 * tlsrpt_judgement_free:
 * @judgement: (transfer full) (nullable): what to free
 */
void tlsrpt_judgement_free (TlsrptJudgement *judgement);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TlsrptJudgement, tlsrpt_judgement_free)

/**
 * tlsrpt_judgement_place_words:
 * @judgement: an incident
 *
 * Returns: (transfer full): its place for a person, as in "an MX of example.org" where no report names the
 *   host; a stranger's words may be in it
 */
char *tlsrpt_judgement_place_words (const TlsrptJudgement *judgement);

/**
 * tlsrpt_judgement_numbers:
 * @judgements: (element-type TlsrptJudgement): incidents
 *
 * Returns: (transfer full): their numbers as an array of SQL, `{1,2}`
 */
char *tlsrpt_judgement_numbers (const GPtrArray *judgements);

/**
 * tlsrpt_judgement_is_over:
 * @judgement: an incident
 *
 * Returns: whether it is closed, unproven, expired or merged
 */
gboolean tlsrpt_judgement_is_over (const TlsrptJudgement *judgement);

/**
 * tlsrpt_judgement_is_looming:
 * @judgement: an incident
 *
 * Returns: whether only `doctor` found it and no session has failed yet
 */
gboolean tlsrpt_judgement_is_looming (const TlsrptJudgement *judgement);

/**
 * tlsrpt_judgement_tally:
 * @tallies: (element-type TlsrptTally): a list
 * @name: a word
 * @failed_sessions: to be added to it
 *
 * Adds the word if it is not there yet.
 */
void tlsrpt_judgement_tally (GPtrArray *tallies, const char *name, guint64 failed_sessions);

/**
 * tlsrpt_judgement_sort:
 * @tallies: (element-type TlsrptTally): a list
 *
 * Sorts @tallies, the most failed sessions first, then by name.
 */
void tlsrpt_judgement_sort (GPtrArray *tallies);

/**
 * tlsrpt_judgement_word:
 * @names: (array length=n): words for the values of an enum, from 0 on
 * @n: how many
 * @word: one of them
 * @other: what any other word comes to
 *
 * Returns: the value that @word stands for
 */
guint tlsrpt_judgement_word (const char *const *names, guint n, const char *word, guint other);

/* Words of the tables, views and JSON for each value, e.g. `policy-host`, `refused`, `flapping`. */
extern const char *const tlsrpt_place_names[TLSRPT_N_PLACES];
extern const char *const tlsrpt_mechanism_names[TLSRPT_N_MECHANISMS];
extern const char *const tlsrpt_mode_names[TLSRPT_N_MODES];
extern const char *const tlsrpt_effect_names[TLSRPT_N_EFFECTS];
extern const char *const tlsrpt_severity_names[TLSRPT_N_SEVERITIES];
extern const char *const tlsrpt_fault_names[TLSRPT_N_FAULTS];
extern const char *const tlsrpt_state_names[TLSRPT_N_STATES];

/**
 * tlsrpt_judgement_day_text:
 * @day: days since 1970-01-01
 *
 * Returns: (transfer full): it as `YYYY-MM-DD`
 */
char *tlsrpt_judgement_day_text (gint32 day);

/**
 * tlsrpt_judgement_day:
 * @text: a day as `YYYY-MM-DD`
 *
 * Returns: it in days since 1970-01-01; 0 if @text is no day
 */
gint32 tlsrpt_judgement_day (const char *text);

G_END_DECLS
