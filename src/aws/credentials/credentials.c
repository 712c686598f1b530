/* Snapshots of credentials and the public copy: one block each, wiped before it is freed. */
#include "aws/credentials/credentials.h"
#include "aws/crypto/digest.h"
#include "base/alloc.h"
#include <string.h>

static size_t length_of(const char *text)
{
    return text ? strlen(text) : 0;
}

/* Room for the four texts and their NULs; 0: too long to be true. */
static size_t texts_size(const dynox_credentials *set)
{
    const char *const texts[] = {set->access_key_id, set->secret_access_key, set->session_token, set->account_id};
    size_t            total   = 4;
    for (int i = 0; i < 4; i++)
        if (!dynox__add_size(total, length_of(texts[i]), &total)) return 0;
    return total < 1 << 20 ? total : 0;
}

/* Copies a text to *room; absent or empty is NULL. */
static const char *keep(char **room, const char *text)
{
    size_t length = length_of(text);
    if (!length) return NULL;
    char *copy = *room;
    memcpy(copy, text, length + 1);
    *room += length + 1;
    return copy;
}

static void keep_all(dynox_credentials *to, char *room, const dynox_credentials *from)
{
    to->access_key_id     = keep(&room, from->access_key_id);
    to->secret_access_key = keep(&room, from->secret_access_key);
    to->session_token     = keep(&room, from->session_token);
    to->account_id        = keep(&room, from->account_id);
    to->expires_at        = from->expires_at;
}

/* ---- the public copy ---- */

typedef struct copy {
    dynox_credentials set; /* first: what the user sees */
    char              features[DYNOX__FEATURES];
    size_t            size;
} copy;

const char *dynox__credentials_features(const dynox_credentials *made)
{
    return ((const copy *)(const void *)made)->features;
}

void dynox__credentials_feature(dynox_credentials *made, const char *letters, bool in_front)
{
    char  *to   = ((copy *)(void *)made)->features;
    size_t have = strlen(to), more = letters ? strlen(letters) : 0;
    if (!more || have + more + 2 > DYNOX__FEATURES) return;
    if (in_front && have) {
        memmove(to + more + 1, to, have + 1);
        memcpy(to, letters, more);
        to[more] = ',';
    } else {
        if (have) to[have++] = ',';
        memcpy(to + have, letters, more + 1);
    }
}

dynox_credentials *dynox_credentials_copy(const dynox_credentials *credentials)
{
    size_t texts = credentials ? texts_size(credentials) : 0;
    copy  *made  = texts ? dynox__calloc(sizeof *made + texts) : NULL;
    if (!made) return NULL;
    made->size = sizeof *made + texts;
    keep_all(&made->set, (char *)(made + 1), credentials);
    return &made->set;
}

void dynox_credentials_free(dynox_credentials *credentials)
{
    if (!credentials) return;
    copy *made = DYNOX__CONTAINER(credentials, copy, set);
    dynox__wipe(made, made->size);
    dynox__free(made);
}

static void destroy_value(void *value)
{
    dynox_credentials_free(value);
}

const dynox_type dynox_type_credentials = {
    .name = "credentials", .size = sizeof(dynox_credentials *), .destroy = destroy_value};

/* ---- snapshots ---- */

static void snapshot_destroy(dynox__shared *shared)
{
    dynox__credentials *credentials = DYNOX__CONTAINER(shared, dynox__credentials, shared);
    dynox__wipe(credentials, credentials->size);
    dynox__free(credentials);
}

/* They go into headers: a line break in one would be a way to smuggle in others. */
static bool is_header_text(const char *text)
{
    for (; text && *text; text++)
        if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7f) return false;
    return true;
}

/* A secret is never sent, so it may have anything; but a line end or blank around it came with pasting or from a file.
 */
static bool is_secret(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) return false;
    return text[0] != ' ' && text[length - 1] != ' ';
}

static const char *what_is_wrong(const dynox_credentials *set)
{
    if (!length_of(set->access_key_id)) return "there is no access key id";
    if (!length_of(set->secret_access_key)) return "there is no secret access key";
    if (length_of(set->access_key_id) > 128) return "the access key id is longer than 128 characters";
    if (length_of(set->session_token) > 16384) return "the session token is longer than 16384 characters";
    if (!is_header_text(set->access_key_id)) return "the access key id has a blank or control character in it";
    if (!is_secret(set->secret_access_key)) return "the secret access key has a blank or control character in it";
    if (!is_header_text(set->session_token)) return "the session token has a blank or control character in it";
    return texts_size(set) ? NULL : "the texts are too long";
}

dynox__credentials *dynox__credentials_freeze(const dynox_credentials *credentials, const char *source,
                                              dynox_error *error)
{
    static _Atomic uint64_t identities;
    const char             *wrong = what_is_wrong(credentials);
    if (wrong) {
        dynox_error_set(error, DYNOX_E_CREDENTIALS, "no usable credentials: from %s: %s", source, wrong);
        return NULL;
    }
    size_t              size   = sizeof(dynox__credentials) + texts_size(credentials);
    dynox__credentials *frozen = dynox__calloc(size);
    if (!frozen) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    dynox__shared_init(&frozen->shared, snapshot_destroy);
    frozen->identity = atomic_fetch_add_explicit(&identities, 1, memory_order_relaxed) + 1;
    frozen->size     = size;
    keep_all(&frozen->set, (char *)(frozen + 1), credentials);
    frozen->token_length = length_of(frozen->set.session_token);
    return frozen;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool dynox__credentials_same(const dynox__credentials *a, const dynox__credentials *b)
{
    return same_text(a->set.access_key_id, b->set.access_key_id) &&
           same_text(a->set.secret_access_key, b->set.secret_access_key) &&
           same_text(a->set.session_token, b->set.session_token);
}
