/* Signature Version 4, the fast form: everything that does not change is prepared once a service, and what changes is
 * hashed in place. */
#include "aws/sign/sign.h"
#include "aws/crypto/sign_text.h"
#include "base/clock.h"
#include <stdatomic.h>

static void two_digits(char *to, int64_t number)
{
    to[0] = (char)('0' + number / 10 % 10);
    to[1] = (char)('0' + number % 10);
}

/* The calendar of the proleptic Gregorian year, counted from 0000-03-01: leap days come last then. */
static void set_date(char *to, int64_t days)
{
    int64_t since  = days + 719468;
    int64_t era    = (since >= 0 ? since : since - 146096) / 146097;
    int64_t day    = since - era * 146097;
    int64_t year   = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t of_it  = day - (365 * year + year / 4 - year / 100);
    int64_t month  = (5 * of_it + 2) / 153;
    int64_t number = year + era * 400 + (month >= 10);
    two_digits(to, number / 100);
    two_digits(to + 2, number);
    two_digits(to + 4, month < 10 ? month + 3 : month - 9);
    two_digits(to + 6, of_it - (153 * month + 2) / 5 + 1);
}

void dynox__sign_time_set(dynox__sign_time *time, int64_t wall_ns)
{
    int64_t seconds = wall_ns / DYNOX__SECOND;
    if (seconds < 0) seconds = 0;
    int64_t of_day = seconds % 86400;
    set_date(time->text, seconds / 86400);
    time->text[8] = 'T';
    two_digits(time->text + 9, of_day / 3600);
    two_digits(time->text + 11, of_day / 60 % 60);
    two_digits(time->text + 13, of_day % 60);
    time->text[15] = 'Z';
    time->text[16] = 0;
}

/* Both digits of a byte at once. */
void dynox__sign_hex(char *to, const unsigned char digest[DYNOX__DIGEST])
{
    static const char pairs[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                                "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
                                "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
                                "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
                                "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
                                "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
                                "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
                                "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
    for (int i = 0; i < DYNOX__DIGEST; i++)
        memcpy(to + 2 * i, pairs + 2 * digest[i], 2);
}

bool dynox__sign_scope_init(dynox__sign_scope *scope, const char *region, const char *service, const char *host,
                            const char *path, const char *content_type)
{
    static _Atomic uint64_t ids;
    *scope         = (dynox__sign_scope){.region = region, .service = service};
    scope->id      = atomic_fetch_add_explicit(&ids, 1, memory_order_relaxed) + 1;
    dynox__span at = {path, strlen(path)};
    DYNOX__BUFFER_LITERAL(&scope->head, "POST\n");
    dynox__sign_encode(&scope->head, at, true);
    dynox__buffer_format(&scope->head, "\n\ncontent-type:%s\nhost:%s\nx-amz-date:", content_type, host);
    dynox__buffer_format(&scope->tail, "/%s/%s/aws4_request", region, service);
    if (!scope->head.failed && !scope->tail.failed) return true;
    dynox__sign_scope_free(scope);
    return false;
}

void dynox__sign_scope_free(dynox__sign_scope *scope)
{
    dynox__buffer_free(&scope->head);
    dynox__buffer_free(&scope->tail);
}

static char *put(char *to, const char *text, size_t size)
{
    memcpy(to, text, size);
    return to + size;
}

#define PUT(to, literal) put((to), "" literal, sizeof(literal) - 1)

/* The hash of the canonical request, as hexadecimal text. */
static bool hash_request(dynox__signer *signer, const dynox__sign_scope *scope, const char *token,
                         const dynox__sign_time *time, dynox__span target, dynox__span body, char *to)
{
    unsigned char digest[DYNOX__DIGEST];
    char          date[64], names[192], *d, *n = names;
    if (!dynox__sha256(signer, &body, 1, digest)) return false;
    d = put(date, time->text, 16);
    d = PUT(d, "\n");
    if (token) {
        d = PUT(d, "x-amz-security-token:");
        n = PUT(n, "\n\ncontent-type;host;x-amz-date;x-amz-security-token;x-amz-target\n");
    } else {
        n = PUT(n, "\n\ncontent-type;host;x-amz-date;x-amz-target\n");
    }
    dynox__sign_hex(n, digest);
    n += DYNOX__SIGNATURE;
    const char       *label   = token ? "\nx-amz-target:" : "x-amz-target:";
    const dynox__span spans[] = {{scope->head.data, scope->head.size},
                                 {date, (size_t)(d - date)},
                                 {token ? token : "", token ? strlen(token) : 0},
                                 {label, strlen(label)},
                                 target,
                                 {names, (size_t)(n - names)}};
    if (!dynox__sha256(signer, spans, sizeof spans / sizeof spans[0], digest)) return false;
    dynox__sign_hex(to, digest);
    return true;
}

bool dynox__sign_post(const dynox__sign_scope *scope, const dynox_credentials *credentials, uint64_t identity,
                      const dynox__sign_time *time, dynox__span target, dynox__span body,
                      char signature[DYNOX__SIGNATURE])
{
    dynox__signer *signer = dynox__signer_get();
    unsigned char  mac[DYNOX__DIGEST];
    char           text[512], *t = text;
    /* region and service are host labels of at most 63 characters, so the text always fits; checked all the same */
    if (!signer || scope->tail.size > 256) return false;
    t = PUT(t, "AWS4-HMAC-SHA256\n");
    t = put(t, time->text, 16);
    t = PUT(t, "\n");
    t = put(t, time->text, 8);
    t = put(t, scope->tail.data, scope->tail.size);
    t = PUT(t, "\n");
    if (!hash_request(signer, scope, credentials->session_token, time, target, body, t)) return false;
    t += DYNOX__SIGNATURE;
    const dynox__signing_key wanted = {.identity = identity,
                                       .scope    = scope->id,
                                       .secret   = credentials->secret_access_key,
                                       .date     = time->text,
                                       .region   = scope->region,
                                       .service  = scope->service};
    if (!dynox__sign_text(signer, &wanted, (dynox__span){text, (size_t)(t - text)}, mac)) return false;
    dynox__sign_hex(signature, mac);
    return true;
}
