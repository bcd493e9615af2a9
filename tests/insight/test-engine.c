/* SPDX-License-Identifier: GPL-3.0-or-later
 * Every rule of judgement by cases: what reporters said, the day it is, and what is to be concluded. */
#include "insight/engine.h"
#include "support/history.h"

#include <string.h>

/**
 * Case:
 * @name: the rule and the side of it
 * @today: day; what is of it is not known yet
 * @history: what reporters said
 * @expected: the incidents
 */
typedef struct {
  const char *name;
  int today;
  const char *history;
  const char *expected;
} Case;

/* One policy with one host, one with two. */
#define ONE " sts/enforce=mx1.a.org "
#define TWO " sts/enforce=mx1.a.org,mx2.a.org "
/* Somebody else reports on another domain: the intake works. */
#define ELSE(days) days " else.net other.org none 9;"

/* clang-format off */
static const Case cases[] = {
  { "place/words-for-one-host-differ", 4,
    "1-3 g.com a.org" TWO "60 40:certificate-expired@mx1.a.org;"
    "1-3 m.ru a.org" TWO "60 40:validation-failure@mx1.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-3 240\n" },
  { "place/two-hosts-are-two", 2,
    "1 g.com a.org" TWO "50 25:certificate-expired@mx1.a.org 25:certificate-expired@mx2.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 25\n"
    "mx mx2.a.org certificate-expired open critical ours refused 1-1 25\n" },
  { "place/14-days-apart-are-one", 16,
    ELSE ("1-15") "1 g.com a.org" ONE "0 99:certificate-expired@mx1.a.org;"
    "15 g.com a.org" ONE "0 99:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-15 198\n" },
  { "place/15-days-apart-are-two", 17,
    ELSE ("1-16") "1 g.com a.org" ONE "0 99:certificate-expired@mx1.a.org;"
    "16 g.com a.org" ONE "0 99:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired expired critical ours refused 1-1 99\n"
    "mx mx1.a.org certificate-expired open critical ours refused 16-16 99\n" },
  { "place/no-host-joins-the-host-that-fits", 4,
    "1-3 ms.com a.org" TWO "60 40:certificate-expired;"
    "2-3 g.com a.org" TWO "60 40:certificate-host-mismatch@mx2.a.org",
    "mx mx2.a.org certificate-expired open critical ours refused 1-3 200\n" },
  { "place/no-host-fits-two-and-both-say-so", 2,
    "1 ms.com a.org" TWO "60 40:certificate-expired;"
    "1 g.com a.org" TWO "40 30:certificate-expired@mx1.a.org 30:certificate-not-trusted@mx2.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 70 unplaced=40\n"
    "mx mx2.a.org certificate-not-trusted open critical unclear refused 1-1 30 unplaced=40\n" },
  { "place/no-host-fits-none", 2,
    "1 ms.com a.org" TWO "60 40:certificate-expired;"
    "1 g.com a.org" TWO "40 60:starttls-not-supported@mx1.a.org",
    "mx mx1.a.org starttls-not-supported open critical unclear refused 1-1 60\n"
    "domain a.org certificate-expired open critical ours refused 1-1 40\n" },
  { "place/no-host-and-the-policy-has-one", 2,
    "1 ms.com a.org" ONE "60 40:certificate-expired",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 40\n" },
  { "place/no-reason-joins-what-fits", 2,
    "1 ms.com a.org" TWO "60 40:-;1 g.com a.org" TWO "40 60:starttls-not-supported@mx1.a.org",
    "mx mx1.a.org starttls-not-supported open critical ours refused 1-1 100\n" },
  { "place/many-domains-behind-one-host", 2,
    "1 g.com a.org sts/enforce=mx.p.net 0 9:certificate-expired@mx.p.net;"
    "1 g.com b.org sts/enforce=mx.p.net 0 9:certificate-expired@mx.p.net;"
    "1 g.com c.org none 0 9:certificate-expired@mx.p.net",
    "mx mx.p.net certificate-expired open critical ours refused 1-1 27 domains=3\n" },
  { "place/many-domains-with-the-same-hosts-unnamed", 2,
    "1 ms.com a.org sts/enforce=mx1.p.net,mx2.p.net 0 9:certificate-expired;"
    "1 ms.com b.org sts/enforce=mx1.p.net,mx2.p.net 0 9:certificate-expired",
    "domain mx1.p.net mx2.p.net certificate-expired open critical ours refused 1-1 18 domains=2\n" },
  { "place/certificate-words-under-tlsa", 2,
    "1 ms.com a.org tlsa>mx1.a.org 0 9:certificate-expired",
    "mx mx1.a.org tlsa-invalid open critical ours refused 1-1 9\n" },
  { "place/under-tlsa-the-mail-domain-is-no-host", 2,
    "1 ms.com a.org tlsa 0 9:tlsa-invalid",
    "domain a.org tlsa-invalid open critical ours refused 1-1 9\n" },
  { "place/under-tlsa-the-mail-domain-joins-the-host-that-another-names", 3,
    "1-2 ms.com a.org tlsa 0 9:tlsa-invalid;2 c.net a.org tlsa>mx1.a.org 0 9:certificate-not-trusted",
    "mx mx1.a.org tlsa-invalid open critical ours refused 1-2 27\n" },
  { "place/under-tlsa-the-mail-domain-is-a-host-where-another-meets-it", 2,
    "1 ms.com a.org tlsa 0 9:tlsa-invalid;1 c.net b.org tlsa>a.org 9",
    "mx a.org tlsa-invalid open critical ours refused 1-1 9\n" },
  { "place/under-tlsa-the-mail-domain-is-a-host-where-a-policy-has-no-other", 2,
    "1 ms.com a.org tlsa 0 9:tlsa-invalid;1 c.net a.org sts=a.org 9",
    "mx a.org tlsa-invalid open critical ours refused 1-1 9\n" },
  { "place/under-tlsa-the-mail-domain-is-no-host-where-a-policy-has-two", 2,
    "1 ms.com a.org tlsa 0 9:tlsa-invalid;1 c.net a.org sts=a.org,mx2.a.org 9",
    "domain a.org tlsa-invalid open critical ours refused 1-1 9\n" },
  { "place/under-tlsa-the-mail-domain-joins-a-host-of-that-name", 2,
    "1 ms.com a.org tlsa 0 9:tlsa-invalid 1:tlsa-invalid@a.org",
    "mx a.org tlsa-invalid open critical ours refused 1-1 10\n" },
  { "place/what-fits-no-tlsa-record-joins-a-certificate-that-others-refuse", 3,
    "1-2 ms.com a.org tlsa 50 40:tlsa-invalid;2 g.com a.org" TWO "60 40:certificate-host-mismatch@mx2.a.org",
    "mx mx2.a.org certificate-host-mismatch open critical ours refused 1-2 120\n" },
  { "place/what-fits-no-tlsa-record-joins-no-missing-starttls", 3,
    "1-2 ms.com a.org tlsa 50 40:tlsa-invalid;2 g.com a.org" TWO "40 60:starttls-not-supported@mx2.a.org",
    "mx mx2.a.org starttls-not-supported open critical unclear refused 2-2 60\n"
    "domain a.org tlsa-invalid open critical ours refused 1-2 80\n" },
  { "place/base-domains-belong-to-their-zone", 2,
    "1 ms.com a.org tlsa>mx1.a.org 0 9:dnssec-invalid;1 ms.com a.org tlsa 0 9:dnssec-invalid;"
    "1 c.net a.org tlsa>mx2.a.org 0 9:dnssec-invalid",
    "zone a.org dnssec-invalid open critical ours refused 1-1 27\n" },
  { "place/zone-of-a-provider", 2,
    "1 ms.com a.org tlsa>mx1.p.net 0 9:dnssec-invalid;1 c.net b.org tlsa>mx2.p.net 0 9:dnssec-invalid",
    "zone p.net dnssec-invalid open critical ours refused 1-1 18 domains=2\n" },
  { "place/zone-is-not-a-registry", 2,
    "1 ms.com a.org tlsa>mx1.co.uk 0 9:dnssec-invalid;1 c.net b.org tlsa>mx2.co.uk 0 9:dnssec-invalid",
    "zone mx1.co.uk dnssec-invalid open critical unclear refused 1-1 9\n"
    "zone mx2.co.uk dnssec-invalid open critical unclear refused 1-1 9\n" },
  { "place/policy-host", 2,
    "1 g.com a.org sts 91 9:sts-policy-fetch-error;1 m.ru a.org sts 91 9:sts-webpki-invalid",
    "policy-host mta-sts.a.org sts-webpki-invalid open warning ours unprotected 1-1 18\n" },
  { "place/own-words-are-more-exact", 2,
    "1 g.com a.org" TWO "91 9:validation-failure@mx1.a.org~certificate%has%expired",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 9\n" },
  { "place/a-type-that-is-not-known", 2,
    "1 g.com a.org" TWO "91 9:quantum-doubt@mx1.a.org",
    "mx mx1.a.org unknown open critical unclear refused 1-1 9\n" },

  { "policy-mx/not-named-but-ours", 2,
    "1 g.com a.org" TWO "91 9:validation-failure@mx9.a.org",
    "policy-mx mx9.a.org mx-not-in-policy open critical ours refused 1-1 9\n" },
  { "policy-mx/wildcard-is-one-label", 2,
    "1 g.com a.org sts/enforce=*.a.org 91 9:validation-failure@mx9.a.org;"
    "1 g.com a.org sts/enforce=*.a.org 91 9:validation-failure@x.mx9.a.org",
    "mx mx9.a.org validation-failure open critical unclear refused 1-1 9\n"
    "policy-mx x.mx9.a.org mx-not-in-policy open critical ours refused 1-1 9\n" },
  { "policy-mx/others-see-a-policy-that-names-it", 3,
    "1-2 g.com a.org" TWO "91 9:validation-failure@mx9.a.org;2 m.ru a.org sts/enforce=mx9.a.org 90",
    "policy-mx mx9.a.org policy-without-new-id open critical ours refused 1-2 18\n" },
  { "policy-mx/the-policy-names-it-after-the-last-failure", 4,
    "1-2 g.com a.org" TWO "91 9:validation-failure@mx9.a.org;3 m.ru a.org sts/enforce=mx9.a.org 90",
    "policy-mx mx9.a.org mx-not-in-policy open critical ours refused 1-2 18\n" },
  { "policy-mx/foreign-is-security", 2,
    "1 g.com a.org" TWO "999 1:certificate-not-trusted@mx.evil.net",
    "policy-mx mx.evil.net foreign-mx open critical unclear refused 1-1 1\n" },
  { "policy-mx/foreign-under-testing-too", 2,
    "1 g.com a.org sts/testing=mx1.a.org 999 1:validation-failure@mx.evil.net",
    "policy-mx mx.evil.net foreign-mx open critical unclear unprotected 1-1 1\n" },
  { "policy-mx/of-the-same-provider", 2,
    "1 g.com a.org sts/enforce=mx1.p.net 91 9:validation-failure@mx2.p.net",
    "policy-mx mx2.p.net mx-not-in-policy open critical ours refused 1-1 9\n" },
  { "policy-mx/a-registry-is-no-provider", 2,
    "1 g.com a.org sts/enforce=mx1.co.uk 91 9:validation-failure@mx2.co.uk",
    "policy-mx mx2.co.uk foreign-mx open critical unclear refused 1-1 9\n" },
  { "policy-mx/seen-in-good-sessions", 2,
    "1 g.com a.org" TWO "91 9:validation-failure@mx.else.net;1 c.net a.org tlsa>mx.else.net 5",
    "policy-mx mx.else.net mx-not-in-policy open critical ours refused 1-1 9\n" },
  { "policy-mx/seen-in-dns", 2,
    "1 g.com a.org" TWO "91 9:validation-failure@mx.else.net;1 see mx mx.else.net use a.org",
    "policy-mx mx.else.net mx-not-in-policy open critical ours refused 1-1 9\n" },
  { "policy-mx/seen-in-another-domains-dns", 2,
    "1 g.com a.org" TWO "91 9:validation-failure@mx.else.net;1 see mx mx.else.net use b.org",
    "policy-mx mx.else.net foreign-mx open critical unclear refused 1-1 9\n" },
  { "policy-mx/reporter-says-so-without-a-host", 2,
    "1 ms.com a.org" TWO "91 9:validation-failure~MX_HOSTS_MISMATCH",
    "domain a.org mx-not-in-policy open critical ours refused 1-1 9\n" },
  { "policy-mx/and-joins-the-host-that-another-names", 2,
    "1 ms.com a.org" TWO "91 9:validation-failure~MX_HOSTS_MISMATCH;"
    "1 g.com a.org" TWO "91 9:validation-failure@mx9.a.org",
    "policy-mx mx9.a.org mx-not-in-policy open critical ours refused 1-1 18\n" },

  { "fault/theirs-alone-beside-others-of-weight", 2,
    "1 m.ru a.org" ONE "0 50:certificate-not-trusted@mx1.a.org;1 g.com a.org" ONE "50",
    "reporter m.ru certificate-not-trusted open critical theirs refused 1-1 50\n" },
  { "fault/never-theirs-where-most-fail", 2,
    "1 m.ru a.org" ONE "0 51:certificate-not-trusted@mx1.a.org;1 g.com a.org" ONE "50",
    "mx mx1.a.org certificate-not-trusted open critical unclear refused 1-1 51\n" },
  { "fault/others-of-1-percent-have-weight", 2,
    "1 m.ru a.org" ONE "600 390:certificate-not-trusted@mx1.a.org;1 g.com a.org" ONE "10",
    "reporter m.ru certificate-not-trusted open critical theirs refused 1-1 390\n" },
  { "fault/others-of-less-have-none", 2,
    "1 m.ru a.org" ONE "601 390:certificate-not-trusted@mx1.a.org;1 g.com a.org" ONE "9",
    "mx mx1.a.org certificate-not-trusted open critical unclear refused 1-1 390\n" },
  { "fault/others-of-0.99-percent-have-none", 2,
    "1 m.ru a.org" ONE "6000 3900:certificate-not-trusted@mx1.a.org;1 g.com a.org" ONE "99",
    "mx mx1.a.org certificate-not-trusted open critical unclear refused 1-1 3900\n" },
  { "fault/another-mechanism-says-nothing", 2,
    "1 c.net a.org tlsa>mx1.a.org 0 50:starttls-not-supported@mx1.a.org;1 g.com a.org" ONE "500",
    "mx mx1.a.org starttls-not-supported open critical unclear refused 1-1 50\n" },
  { "fault/another-day-says-nothing", 3,
    "1 m.ru a.org" ONE "0 50:certificate-not-trusted@mx1.a.org;2 g.com a.org" ONE "500",
    "mx mx1.a.org certificate-not-trusted open critical unclear refused 1-1 50\n" },
  { "fault/another-host-says-nothing", 2,
    "1 m.ru a.org" TWO "50 40:certificate-not-trusted@mx1.a.org;1 g.com a.org" TWO "500",
    "mx mx1.a.org certificate-not-trusted open critical unclear refused 1-1 40\n" },
  { "fault/who-fails-nearly-everywhere-fails-at-the-same-place", 2,
    "1 m.ru a.org" TWO "10 90:certificate-not-trusted@mx1.a.org;1 g.com a.org" TWO "500",
    "reporter m.ru certificate-not-trusted open critical theirs refused 1-1 90\n" },
  { "fault/who-fails-in-89-of-100-may-fail-elsewhere", 2,
    "1 m.ru a.org" TWO "105 895:certificate-not-trusted@mx1.a.org;1 g.com a.org" TWO "5000",
    "mx mx1.a.org certificate-not-trusted open critical unclear refused 1-1 895\n" },
  { "fault/one-reporter-at-many-hosts-is-one-incident", 2,
    "1 m.ru a.org sts/enforce=mx1.a.org 0 9:certificate-not-trusted@mx1.a.org;1 g.com a.org sts/enforce=mx1.a.org 50;"
    "1 m.ru b.org sts/enforce=mx1.b.org 0 9:certificate-not-trusted@mx1.b.org;1 g.com b.org sts/enforce=mx1.b.org 50",
    "reporter m.ru certificate-not-trusted open critical theirs refused 1-1 18 domains=2\n" },
  { "fault/between-where-the-connection-fails", 2,
    "1 m.ru a.org" ONE "0 50:starttls-not-supported@mx1.a.org;1 g.com a.org" ONE "50",
    "reporter m.ru starttls-not-supported open critical between refused 1-1 50\n" },
  { "fault/ours-by-several-of-weight", 2,
    "1 m.ru a.org" ONE "0 9:certificate-not-trusted@mx1.a.org;1 g.com a.org" ONE "0 900:certificate-not-trusted@mx1.a.org",
    "mx mx1.a.org certificate-not-trusted open critical ours refused 1-1 909\n" },
  { "fault/a-small-second-one-that-fails-much-less-confirms-nothing", 2,
    "1 m.ru a.org" ONE "0 99:certificate-not-trusted@mx1.a.org;"
    "1 g.com a.org" ONE "902 98:validation-failure@mx1.a.org",
    "mx mx1.a.org certificate-not-trusted open critical unclear refused 1-1 197\n" },
  { "fault/a-second-one-that-fails-0.0995-as-much-confirms-nothing", 2,
    "1 m.ru a.org" ONE "0 990:certificate-not-trusted@mx1.a.org;"
    "1 g.com a.org" ONE "9005 995:validation-failure@mx1.a.org",
    "mx mx1.a.org certificate-not-trusted open critical unclear refused 1-1 1985\n" },
  { "fault/one-that-fails-a-tenth-as-much-confirms", 2,
    "1 m.ru a.org" ONE "0 99:certificate-not-trusted@mx1.a.org;"
    "1 g.com a.org" ONE "900 100:validation-failure@mx1.a.org",
    "mx mx1.a.org certificate-not-trusted open critical ours refused 1-1 199\n" },
  { "fault/a-date-is-a-fact", 2,
    "1 m.ru a.org" ONE "0 50:certificate-expired@mx1.a.org;1 g.com a.org" ONE "500",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 50\n" },
  { "fault/a-cached-policy-says-nothing-on-fetching", 2,
    "1 m.ru a.org sts/enforce=mx1.a.org 0 50:sts-policy-fetch-error~timeout;1 g.com a.org" ONE "500",
    "policy-host mta-sts.a.org sts-policy-fetch-error open warning unclear unprotected 1-1 50\n" },
  { "fault/an-http-status-is-an-answer-of-our-server", 2,
    "1 m.ru a.org sts 0 50:sts-policy-fetch-error~bad%https%response%code:%403;1 g.com a.org" ONE "500",
    "policy-host mta-sts.a.org sts-policy-fetch-error open warning ours unprotected 1-1 50\n" },
  { "fault/a-resolver-alone", 2,
    "1 c.net a.org tlsa>mx1.a.org 0 50:dnssec-invalid;1 ms.com a.org tlsa>mx1.a.org 500",
    "reporter c.net dnssec-invalid open critical theirs refused 1-1 50\n" },

  { "severity/5-refused-sessions-are-critical", 2,
    "1 g.com a.org" ONE "95 5:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 5\n" },
  { "severity/4-of-one-reporter-on-one-day-are-minor", 2,
    "1 g.com a.org" ONE "96 4:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open minor ours refused 1-1 4\n" },
  { "severity/4-of-two-reporters-are-a-warning", 2,
    "1 g.com a.org" ONE "50 2:certificate-expired@mx1.a.org;1 m.ru a.org" ONE "50 2:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open warning ours refused 1-1 4\n" },
  { "severity/refused-on-two-days-is-critical", 3,
    "1-2 g.com a.org" ONE "96 1:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-2 2\n" },
  { "severity/1-percent-is-critical", 2,
    "1 g.com a.org" ONE "990 10:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 10\n" },
  { "severity/less-than-1-percent-is-a-warning", 2,
    "1 g.com a.org" ONE "991 10:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open warning ours refused 1-1 10\n" },
  { "severity/others-on-other-days-do-not-dilute", 3,
    "1 g.com a.org" ONE "90 10:certificate-expired@mx1.a.org;2 m.ru a.org" ONE "99999",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 10\n" },
  { "severity/total-refusal-whatever-a-small-one-says", 2,
    "1 g.com a.org" ONE "0 9000:certificate-not-trusted@mx1.a.org;1 tiny.net a.org" ONE "3",
    "mx mx1.a.org certificate-not-trusted open critical unclear refused 1-1 9000\n" },
  { "severity/testing-leaves-mail-flowing", 3,
    "1-2 g.com a.org sts/testing=mx1.a.org 0 900:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open warning ours unprotected 1-2 1800\n" },
  { "severity/5-unprotected-sessions-of-one-reporter-on-one-day-are-a-warning", 2,
    "1 g.com a.org sts/testing=mx1.a.org 95 5:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open warning ours unprotected 1-1 5\n" },
  { "severity/4-unprotected-ones-are-minor", 2,
    "1 g.com a.org sts/testing=mx1.a.org 96 4:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open minor ours unprotected 1-1 4\n" },
  { "severity/no-policy-leaves-mail-flowing", 2,
    "1 g.com a.org none 0 9:starttls-not-supported@mx1.a.org",
    "mx mx1.a.org starttls-not-supported open warning unclear unprotected 1-1 9\n" },
  { "severity/usable-tlsa-refuses", 2,
    "1 c.net a.org tlsa>mx1.a.org 0 9:tlsa-invalid",
    "mx mx1.a.org tlsa-invalid open critical ours refused 1-1 9\n" },
  { "severity/unusable-tlsa-does-not", 2,
    "1 c.net a.org tlsa>mx1.a.org! 0 9:tlsa-invalid",
    "mx mx1.a.org tlsa-invalid open warning ours unprotected 1-1 9\n" },
  { "severity/a-mode-that-another-report-shows", 2,
    "1 ms.com a.org sts 0 9:certificate-expired@mx1.a.org;1 g.com a.org" ONE "9",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 9\n" },
  { "severity/a-mode-that-none-shows", 2,
    "1 ms.com a.org sts 0 9:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open warning ours unknown 1-1 9\n" },

  { "state/open-on-the-last-day-that-was-spoken-of", 4,
    ELSE ("1-3") "1-2 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-2 100\n" },
  { "state/one-clean-day-is-recovering", 4,
    "1-2 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org;3 g.com a.org" ONE "50",
    "mx mx1.a.org certificate-expired recovering critical ours refused 1-2 100\n" },
  { "state/two-clean-days-are-closed", 5,
    "1-2 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org;3-4 g.com a.org" ONE "50",
    "mx mx1.a.org certificate-expired closed critical ours refused 1-2 100\n" },
  { "state/a-report-over-two-days-is-two-days", 5,
    "1-2 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org;3+2 g.com a.org" ONE "50",
    "mx mx1.a.org certificate-expired closed critical ours refused 1-2 100\n" },
  { "state/a-failing-report-over-two-days-fails-on-both", 5,
    "1+3 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org;4 g.com a.org" ONE "50",
    "mx mx1.a.org certificate-expired recovering critical ours refused 2-2 50\n" },
  { "state/a-clean-day-without-sessions-is-none", 5,
    "1-2 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org;3-4 g.com a.org" ONE "0",
    "mx mx1.a.org certificate-expired open critical ours refused 1-2 100\n" },
  { "state/others-close-nothing", 5,
    "1-2 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org;1-4 m.ru a.org" ONE "50",
    "mx mx1.a.org certificate-expired open critical ours refused 1-2 100\n" },
  { "state/80-percent-close", 5,
    "1-2 g.com a.org" ONE "50 40:certificate-expired@mx1.a.org;1-2 m.ru a.org" ONE "50 10:certificate-expired@mx1.a.org;"
    "3-4 g.com a.org" ONE "50",
    "mx mx1.a.org certificate-expired closed critical ours refused 1-2 100\n" },
  { "state/79-percent-do-not", 5,
    "1-2 g.com a.org" ONE "50 79:certificate-expired@mx1.a.org;1-2 m.ru a.org" ONE "50 21:certificate-expired@mx1.a.org;"
    "3-4 g.com a.org" ONE "50",
    "mx mx1.a.org certificate-expired open critical ours refused 1-2 200\n" },
  { "state/each-after-its-own-last-failure", 5,
    "1 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org;1-2 m.ru a.org" ONE "50 50:certificate-expired@mx1.a.org;"
    "2-3 g.com a.org" ONE "50;3-4 m.ru a.org" ONE "50",
    "mx mx1.a.org certificate-expired closed critical ours refused 1-2 150\n" },
  { "state/one-that-goes-on-failing-holds-it-open", 6,
    "1-2 g.com a.org" ONE "50 90:certificate-expired@mx1.a.org;1-4 m.ru a.org" ONE "50 1:certificate-expired@mx1.a.org;"
    "3-5 g.com a.org" ONE "50",
    "mx mx1.a.org certificate-expired open critical ours refused 1-4 184\n" },
  { "state/unsigned-reports-close-nothing-that-is-signed", 5,
    "1-2 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org;3-4 g.com? a.org" ONE "50",
    "mx mx1.a.org certificate-expired open critical ours refused 1-2 100\n" },
  { "state/unsigned-reports-close-what-is-unsigned", 5,
    "1-2 g.com? a.org" ONE "50 50:certificate-expired@mx1.a.org;3-4 g.com? a.org" ONE "50",
    "mx mx1.a.org certificate-expired closed critical ours refused 1-2 100\n" },
  { "state/a-backup-mx-is-unproven", 5,
    "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-2 20\n" },
  { "state/a-sight-after-the-last-failure-proves", 5,
    "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;3 see mx mx2.a.org healthy",
    "mx mx2.a.org certificate-expired closed critical ours refused 1-2 20\n" },
  { "state/a-sight-on-the-last-day-of-failure-proves-nothing", 5,
    "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;2 see mx mx2.a.org healthy",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-2 20\n" },
  { "state/a-sight-of-another-host-proves-nothing", 5,
    "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;4 see mx mx1.a.org healthy",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-2 20\n" },
  { "state/a-sight-of-another-kind-proves-nothing", 5,
    "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;4 see zone mx2.a.org healthy",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-2 20\n" },
  { "state/a-record-that-names-the-host-proves-nothing", 5,
    "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;4 see mx mx2.a.org use a.org",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-2 20\n" },
  { "state/a-sight-that-comes-later-proves-too", 9,
    ELSE ("1-8") "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;9 see mx mx2.a.org healthy",
    "mx mx2.a.org certificate-expired closed critical ours refused 1-2 20\n" },
  { "state/a-sight-to-come-proves-nothing", 8,
    ELSE ("1-8") "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;9 see mx mx2.a.org healthy",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-2 20\n" },
  { "state/what-is-seen-broken-is-not-over", 5,
    "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;3 see mx mx2.a.org broken",
    "mx mx2.a.org certificate-expired recovering critical ours refused 1-2 20\n" },
  { "state/the-last-sight-counts", 6,
    "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;3 see mx mx2.a.org broken;4 see mx mx2.a.org healthy",
    "mx mx2.a.org certificate-expired closed critical ours refused 1-2 20\n" },
  { "state/of-two-sights-of-a-day-the-worse-counts", 6,
    "1-2 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100;4 see mx mx2.a.org broken;4 see mx mx2.a.org healthy",
    "mx mx2.a.org certificate-expired recovering critical ours refused 1-2 20\n" },
  { "state/success-at-the-place-outweighs-a-sight", 5,
    "1-2 g.com a.org" ONE "50 50:certificate-expired@mx1.a.org;3-4 g.com a.org" ONE "100;4 see mx mx1.a.org broken",
    "mx mx1.a.org certificate-expired closed critical ours refused 1-2 100\n" },
  { "state/a-sight-alone-ends-nothing", 3,
    "1 g.com a.org" TWO "90 10:certificate-expired@mx2.a.org;2 g.com b.org" TWO "100;2 see mx mx2.a.org healthy",
    "mx mx2.a.org certificate-expired open critical ours refused 1-1 10\n" },
  { "state/a-policy-seen-for-another-domain-proves-nothing", 5,
    "1-2 g.com a.org" TWO "91 9:validation-failure@mx9.a.org;3-4 g.com a.org" TWO "99;4 see policy-mx mx9.a.org healthy b.org",
    "policy-mx mx9.a.org mx-not-in-policy unproven critical ours refused 1-2 18\n" },
  { "state/a-policy-seen-for-the-domain-proves", 5,
    "1-2 g.com a.org" TWO "91 9:validation-failure@mx9.a.org;3-4 g.com a.org" TWO "99;4 see policy-mx mx9.a.org healthy a.org",
    "policy-mx mx9.a.org mx-not-in-policy closed critical ours refused 1-2 18\n" },
  { "state/a-domain-that-was-seen-whole", 5,
    "1-2 ms.com a.org" TWO "90 10:certificate-expired;3-4 ms.com a.org" TWO "100;4 see domain a.org healthy",
    "domain a.org certificate-expired closed critical ours refused 1-2 20\n" },
  { "state/half-of-all-sessions-show-the-place", 5,
    "1-2 g.com a.org" TWO "50 50:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100",
    "mx mx2.a.org certificate-expired closed critical ours refused 1-2 100\n" },
  { "state/less-than-half-of-all-sessions-do-not", 5,
    "1-2 g.com a.org" TWO "101 99:certificate-expired@mx2.a.org;3-4 g.com a.org" TWO "100",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-2 198\n" },
  { "state/half-of-the-failures-would-be-seen", 5,
    "1-2 g.com a.org" TWO "50 50:certificate-expired@mx2.a.org;1-2 m.ru a.org" TWO "150 50:certificate-expired@mx2.a.org;"
    "3-4 g.com a.org" TWO "100;3-4 m.ru a.org" TWO "100",
    "mx mx2.a.org certificate-expired closed critical ours refused 1-2 200\n" },
  { "state/less-than-half-of-the-failures-would-be-seen", 5,
    "1-2 g.com a.org" TWO "49 49:certificate-expired@mx2.a.org;1-2 m.ru a.org" TWO "150 51:certificate-expired@mx2.a.org;"
    "3-4 g.com a.org" TWO "100;3-4 m.ru a.org" TWO "100",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-2 200\n" },
  { "state/failing-again-after-one-clean-day", 4,
    "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;2 g.com a.org" ONE "9;"
    "3 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-3 18\n" },
  { "state/failing-again-after-one-clean-day-twice-is-flapping", 6,
    "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;2 g.com a.org" ONE "9;"
    "3 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;4 g.com a.org" ONE "9;"
    "5 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired flapping critical ours refused 1-5 27\n" },
  { "state/regular-use-and-5-failures-expected-since", 6,
    "1-3 g.com a.org" TWO "75 25:certificate-expired@mx2.a.org;4-5 g.com a.org" TWO "10",
    "mx mx2.a.org certificate-expired closed critical ours refused 1-3 75\n" },
  { "state/regular-use-and-4.96-failures-expected-since", 6,
    "1-3 g.com a.org" TWO "752 248:certificate-expired@mx2.a.org;4-5 g.com a.org" TWO "10",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-3 744\n" },
  { "state/a-host-in-regular-use", 6,
    "1-3 g.com a.org" TWO "70 30:certificate-expired@mx2.a.org;4-5 g.com a.org" TWO "100",
    "mx mx2.a.org certificate-expired closed critical ours refused 1-3 90\n" },
  { "state/regular-use-with-too-few-sessions-since", 6,
    "1-3 g.com a.org" TWO "70 30:certificate-expired@mx2.a.org;4-5 g.com a.org" TWO "8",
    "mx mx2.a.org certificate-expired unproven critical ours refused 1-3 90\n" },
  { "state/success-at-the-same-host-under-tlsa", 5,
    "1-2 c.net a.org tlsa>mx2.a.org 90 10:tlsa-invalid;3-4 c.net a.org tlsa>mx2.a.org 3",
    "mx mx2.a.org tlsa-invalid closed critical ours refused 1-2 20\n" },
  { "state/13-days-without-a-word-are-open", 15,
    ELSE ("1-14") "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 9\n" },
  { "state/14-days-without-a-word-expire", 16,
    ELSE ("1-15") "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired expired critical ours refused 1-1 9\n" },
  { "state/failing-again-flaps", 6,
    "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;2-3 g.com a.org" ONE "9;"
    "4 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;5 g.com a.org" ONE "9",
    "mx mx1.a.org certificate-expired flapping critical ours refused 1-4 18\n" },
  { "state/flapping-through-6-clean-days", 11,
    "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;2-3 g.com a.org" ONE "9;"
    "4 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;5-10 g.com a.org" ONE "9",
    "mx mx1.a.org certificate-expired flapping critical ours refused 1-4 18\n" },
  { "state/flapping-is-over-after-7-clean-days", 12,
    "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;2-3 g.com a.org" ONE "9;"
    "4 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;5-11 g.com a.org" ONE "9",
    "mx mx1.a.org certificate-expired closed critical ours refused 1-4 18\n" },
  { "state/nothing-of-the-future", 2,
    "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org;3-5 g.com a.org" ONE "9",
    "mx mx1.a.org certificate-expired open critical ours refused 1-1 9\n" },

  { "silence/2-days-without-any-report-are-none", 10, "1-7 g.com a.org" ONE "9", "" },
  { "silence/2-days-of-who-has-no-rhythm-yet-are-none", 6, "1-3 g.com a.org" ONE "9", "" },
  { "silence/3-days-of-who-has-no-rhythm-yet", 7, "1-3 g.com a.org" ONE "9",
    "intake - no-reports open warning unclear nothing 4-6 0\n" },
  { "silence/3-days-without-any-report", 11, "1-7 g.com a.org" ONE "9",
    "intake - no-reports open warning unclear nothing 8-10 0\n" },
  { "silence/over-with-the-first-report", 12, "1-7 g.com a.org" ONE "9;11 m.ru a.org" ONE "9",
    "intake - no-reports closed warning unclear nothing 8-10 0\n" },
  { "silence/a-daily-reporter", 12, ELSE ("1-11") "1-8 g.com a.org" ONE "9",
    "intake g.com reporter-silent open warning unclear nothing 9-11 0\n" },
  { "silence/a-daily-reporter-may-be-late", 11, ELSE ("1-10") "1-8 g.com a.org" ONE "9", "" },
  { "silence/of-one-reporter-is-one-for-all-domains", 12,
    ELSE ("1-11") "1-8 g.com a.org" ONE "9;1-8 g.com b.org" ONE "9",
    "intake g.com reporter-silent open warning unclear nothing 9-11 0\n" },
  { "silence/weekends-are-learnt", 24,
    ELSE ("1-23") "1-5 g.com a.org" ONE "9;8-12 g.com a.org" ONE "9;15-19 g.com a.org" ONE "9", "" },
  { "silence/a-weekday-reporter", 25,
    ELSE ("1-24") "1-5 g.com a.org" ONE "9;8-12 g.com a.org" ONE "9;15-19 g.com a.org" ONE "9",
    "intake g.com reporter-silent open warning unclear nothing 20-24 0\n" },
  { "silence/a-weekly-reporter", 45,
    ELSE ("1-44") "1 g.com a.org" ONE "9;8 g.com a.org" ONE "9;15 g.com a.org" ONE "9;22 g.com a.org" ONE "9;"
    "29 g.com a.org" ONE "9;36 g.com a.org" ONE "9", "" },
  { "silence/a-weekly-reporter-for-long", 46,
    ELSE ("1-45") "1 g.com a.org" ONE "9;8 g.com a.org" ONE "9;15 g.com a.org" ONE "9;22 g.com a.org" ONE "9;"
    "29 g.com a.org" ONE "9;36 g.com a.org" ONE "9",
    "intake g.com reporter-silent open warning unclear nothing 37-45 0\n" },
  { "silence/one-pause-of-ten-is-not-the-rhythm", 19,
    ELSE ("1-18") "1 g.com a.org" ONE "9;6-15 g.com a.org" ONE "9",
    "intake g.com reporter-silent open warning unclear nothing 16-18 0\n" },
  { "silence/nothing-to-learn-from", 30, ELSE ("1-29") "1-5 g.com a.org" ONE "9", "" },

  { "window/60-days-are-looked-at", 61,
    ELSE ("1-60") "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org",
    "mx mx1.a.org certificate-expired expired critical ours refused 1-1 9\n" },
  { "window/61-are-not", 62,
    ELSE ("1-61") "1 g.com a.org" ONE "0 9:certificate-expired@mx1.a.org", "" },

  { "clean", 31, "1-30 g.com a.org" ONE "9;1-30 m.ru a.org" ONE "9", "" },
};
/* clang-format on */

static char *
found_in (const Case *row, const TlsrptThresholds *thresholds)
{
  g_autoptr (TlsrptFacts) facts = tlsrpt_facts_new ();
  g_autoptr (GPtrArray) findings = NULL;
  GString *found = g_string_new (NULL);

  history_add (facts, row->history);
  findings = tlsrpt_engine_judge (facts, HISTORY_ORIGIN + row->today, thresholds);
  for (guint i = 0; i < findings->len; i++) {
    g_autofree char *line = history_line (((TlsrptFound *)findings->pdata[i])->judgement);

    g_string_append_printf (found, "%s\n", line);
  }
  return g_string_free (found, FALSE);
}

static void
test_case (gconstpointer data)
{
  const Case *row = data;
  g_autofree char *found = found_in (row, &tlsrpt_threshold_defaults);

  g_assert_cmpstr (found, ==, row->expected);
}

/* Each number of the engine, one less or more: some case must end otherwise, or none stands at its edge. */
static gboolean
is_noticed (const TlsrptThresholds *thresholds)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *found = found_in (&cases[i], thresholds);

    if (strcmp (found, cases[i].expected) != 0)
      return TRUE;
  }
  return FALSE;
}

#define CHANGED(member, step)                                                                      \
  for (int sign = -1; sign <= 1; sign += 2) {                                                      \
    TlsrptThresholds thresholds = tlsrpt_threshold_defaults;                                       \
                                                                                                   \
    if (sign < 0)                                                                                  \
      thresholds.member -= step;                                                                   \
    else                                                                                           \
      thresholds.member += step;                                                                   \
    if (!is_noticed (&thresholds))                                                                 \
      g_string_append_printf (unnoticed, "%s %s\n", #member, sign < 0 ? "less" : "more");          \
  }

static void
test_every_number_decides (void)
{
  g_autoptr (GString) unnoticed = g_string_new (NULL);

  CHANGED (window_days, 1)
  CHANGED (gap_days, 1)
  CHANGED (critical_sessions, 1)
  CHANGED (critical_days, 1)
  CHANGED (critical_share, 0.0001)
  CHANGED (minor_sessions, 1)
  CHANGED (carried_share, 0.01)
  CHANGED (clean_days, 1)
  CHANGED (flapping_clean_days, 1)
  CHANGED (expiry_days, 1)
  CHANGED (weight_share, 0.0001)
  CHANGED (confirming_share, 0.001)
  CHANGED (shared_share, 0.01)
  CHANGED (visible_share, 0.01)
  CHANGED (regular_days, 1)
  CHANGED (expected_sessions, 0.1)
  CHANGED (silence_days, 1)
  CHANGED (grace_days, 1)
  CHANGED (rhythm_reports, 1)
  g_assert_cmpstr (unnoticed->str, ==, "");
}

/* Of one host's failures with as many reasons and addresses as they have rows. */
static void
assert_kept (guint rows, guint reasons, guint addresses)
{
  g_autoptr (TlsrptFacts) facts = tlsrpt_facts_new ();
  g_autoptr (GString) history = g_string_new ("1 g.com a.org" ONE "0");
  g_autoptr (GPtrArray) findings = NULL;
  const TlsrptJudgement *judgement;

  for (guint i = 0; i < rows; i++)
    g_string_append_printf (history, " 9:certificate-expired@mx1.a.org~reason%u", i);
  history_add (facts, history->str);
  for (guint i = 0; i < facts->failures->len; i++) {
    g_autofree char *address = g_strdup_printf ("192.0.2.%u", i);

    g_array_index (facts->failures, TlsrptFailureFact, i).receiving_ip =
        tlsrpt_facts_word (facts, address);
  }
  findings = tlsrpt_engine_judge (facts, HISTORY_ORIGIN + 2, &tlsrpt_threshold_defaults);
  g_assert_cmpuint (findings->len, ==, 1);
  judgement = ((TlsrptFound *)findings->pdata[0])->judgement;
  g_assert_cmpuint (judgement->reasons->len, ==, reasons);
  g_assert_cmpuint (g_strv_length (judgement->receiving_ips), ==, addresses);
}

static void
test_kept (void)
{
  assert_kept (4, 4, 4);
  assert_kept (5, 5, 5);
  assert_kept (6, 6, 5);
  assert_kept (20, 20, 5);
  assert_kept (21, 20, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/engine/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/engine/every-number-decides", test_every_number_decides);
  g_test_add_func ("/engine/keeps-20-reasons-and-5-addresses", test_kept);
  return g_test_run ();
}
