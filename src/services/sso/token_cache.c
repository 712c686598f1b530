/* Reading, renewing and writing cached sign-ins. */
#include "services/sso/token_cache.h"
#include "aws/config/profile_file.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "services/source/secret_file.h"
#include "services/sso/sign_in_proof.h"
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

enum { EARLY_S = 300, LONGEST_LIFE_S = 365 * 86400 };

static const int64_t pause_ns = 30 * DYNOX__SECOND;

/* The file whose renewal failed last, and until when it is not tried again. Providers come and go with each fetch, so
 * this is no member of theirs; and two files that fail at the same time may be tried more often. */
static _Atomic uint64_t failed_file;
static _Atomic int64_t  failed_until_ns;

char *dynox__token_cache_path(const char *folder, const char *algorithm, const char *name)
{
    char          hex[DYNOX__HEX_DIGEST];
    dynox__buffer path = {0};
    if (!dynox__hex_digest(algorithm, name, hex)) return NULL;
    dynox__buffer_format(&path, "%s%s.json", folder, hex);
    dynox__buffer_byte(&path, 0);
    char *full = path.failed ? NULL : dynox__expand_path(path.data);
    dynox__buffer_free(&path);
    return full;
}

bool dynox__token_cache_set_end(dynox__json *object, int64_t lifetime_s)
{
    char      text[32];
    struct tm parts;
    if (lifetime_s > LONGEST_LIFE_S) lifetime_s = LONGEST_LIFE_S;
    time_t end = (time_t)(dynox__wall_ns() / DYNOX__SECOND + lifetime_s);
    if (!gmtime_r(&end, &parts) || !strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)) return false;
    return dynox__json_set(object, "expiresAt", text);
}

bool dynox__token_cache_grant(const dynox__json *document, const char *const *members, dynox__buffer *body)
{
    static const char start[] = "{\"grantType\":\"refresh_token\"}";
    dynox__json      *request;
    bool              good = true;
    if (dynox__json_read(&request, start, sizeof start - 1, "", NULL) != DYNOX_OK) return false;
    for (; good && *members; members++)
        good = dynox__json_set(request, *members, dynox__json_text(document, *members));
    dynox__buffer_reserve(body, DYNOX__JSON_LARGEST); /* so that it never moves */
    if (good) dynox__json_write(request, body);
    dynox__json_free(request);
    return good && !body->failed;
}

/* ---- the file ---- */

static dynox_status read_file(const dynox__token_cache *cache, dynox__json **document, int64_t *end, dynox_error *error)
{
    dynox__buffer content = {0};
    dynox_error   detail  = {0};
    *document             = NULL;
    dynox_status status   = dynox__secret_file_read(cache->path, &content, &detail);
    if (status == DYNOX_OK) status = dynox__json_read(document, content.data, content.size, cache->path, &detail);
    dynox__secret_free(&content);
    if (status == DYNOX_E_NO_MEMORY) return dynox_error_set(error, status, "out of memory");
    if (status != DYNOX_OK)
        return dynox_error_set(error, DYNOX_E_CREDENTIALS, "%s: %.350s: %s", cache->what, detail.message,
                               cache->advice);
    if (cache->end(*document, end)) return DYNOX_OK;
    dynox__json_free(*document);
    *document = NULL;
    return dynox_error_set(error, DYNOX_E_CREDENTIALS, "%s: %.250s lacks a token or its end: %s", cache->what,
                           cache->path, cache->advice);
}

/* What cannot be written is good for us all the same. */
static void write_file(const dynox__token_cache *cache, dynox__json *document)
{
    dynox__buffer content = {0};
    dynox_error   error   = {0};
    dynox__buffer_reserve(&content, DYNOX__SECRET_FILE_LARGEST); /* so that it never moves */
    dynox__json_write(document, &content);
    if (content.failed || dynox__secret_file_replace(cache->path, content.data, content.size, &error) != DYNOX_OK)
        dynox__log(DYNOX_LOG_WARNING, "credentials", "%s was renewed but is not kept: %s", cache->what,
                   error.message[0] ? error.message : "out of memory");
    dynox__secret_free(&content);
}

/* ---- renewing ---- */

static int64_t left_s(int64_t end)
{
    return end - dynox__wall_ns() / DYNOX__SECOND;
}

static dynox_status renew_now(const dynox__token_cache *cache, dynox__json *document, int64_t *end, dynox_error *error)
{
    uint64_t file = dynox__hash_text(DYNOX__HASH_START, cache->path);
    if (atomic_load(&failed_file) == file && dynox__now_ns() < atomic_load(&failed_until_ns))
        return dynox_error_set(error, DYNOX_E_CREDENTIALS, "renewing it failed less than 30 s ago");
    dynox_status status = cache->renew(cache, document, error);
    if (status == DYNOX_OK && cache->end(document, end)) {
        write_file(cache, document);
        return DYNOX_OK;
    }
    atomic_store(&failed_until_ns, dynox__now_ns() + pause_ns);
    atomic_store(&failed_file, file);
    return status != DYNOX_OK ? status
                              : dynox_error_set(error, DYNOX_E_CREDENTIALS, "the service's answer lacks something");
}

/* Somebody else may have renewed it while we waited for the lock. */
static dynox_status renew(const dynox__token_cache *cache, dynox__json **document, int64_t *end, dynox_error *error)
{
    dynox__json *newer;
    int64_t      newer_end;
    dynox_status status = DYNOX_OK;
    if (!cache->renewable || !cache->renewable(*document))
        return dynox_error_set(error, DYNOX_E_CREDENTIALS, "it cannot be renewed");
    int lock = dynox__secret_file_lock(cache->path);
    if (read_file(cache, &newer, &newer_end, error) == DYNOX_OK) {
        dynox__json_free(*document);
        *document = newer;
        *end      = newer_end;
    }
    if (left_s(*end) <= EARLY_S) status = renew_now(cache, *document, end, error);
    dynox__secret_file_unlock(lock);
    return status;
}

dynox_status dynox__token_cache_load(const dynox__token_cache *cache, dynox__json **document, dynox_error *error)
{
    int64_t      end;
    dynox_error  why    = {0};
    dynox_status status = read_file(cache, document, &end, error);
    if (status != DYNOX_OK || left_s(end) > EARLY_S) return status;
    status = renew(cache, document, &end, &why);
    if (left_s(end) > 0) {
        if (status != DYNOX_OK && cache->renewable)
            dynox__log(DYNOX_LOG_WARNING, "credentials", "%s ends soon: %s", cache->what, why.message);
        return DYNOX_OK;
    }
    dynox__json_free(*document);
    *document = NULL;
    if (status == DYNOX_E_NO_MEMORY) return dynox_error_set(error, status, "out of memory");
    return dynox_error_set(error, DYNOX_E_CREDENTIALS, "%s has expired, and %.300s: %s", cache->what,
                           status == DYNOX_OK ? "the new one, too" : why.message, cache->advice);
}
