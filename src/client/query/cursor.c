/* Cursors: base64url of one byte (the version), the MAC, and the key as DynamoDB JSON. */
#include "aws/crypto/digest.h"
#include "base/args.h"
#include "base/buffer.h"
#include "value/json/encode.h"
#include "value/text/base64.h"
#include <dynox/cursor.h>
#include <dynox/memory.h>
#include <string.h>

enum {
    VERSION         = 1,
    HEAD            = 1 + DYNOX__DIGEST,
    SHORTEST_SECRET = 16,
    LONGEST         = 256 * 1024 /* more than ten key attributes of 2 KB with every byte escaped */
};

/* ---- the MAC ---- */

static bool begin(const dynox_cursor_args *args, dynox__span *secret, dynox_error *error)
{
    if (error->status != DYNOX_OK) return false;
    *secret = (dynox__span){args->secret, args->secret_size};
    if (args->secret && !args->secret_size) secret->size = strlen(args->secret);
    if (args->secret && secret->size >= SHORTEST_SECRET) return true;
    dynox_error_set(error, DYNOX_E_ARGUMENT, "a secret of %zu bytes: it needs at least %d that nobody can guess",
                    args->secret ? secret->size : 0, SHORTEST_SECRET);
    return false;
}

/* Of the purpose, the scope and the JSON. */
static bool authenticate(dynox__span secret, const char *scope, dynox__span json, unsigned char mac[DYNOX__DIGEST])
{
    static const char purpose[] = "dynox cursor 1"; /* its NUL, and that of the scope, end them */
    const char       *of        = scope ? scope : "";
    const dynox__span spans[]   = {{purpose, sizeof purpose}, {of, strlen(of) + 1}, json};
    dynox__signer    *signer    = dynox__signer_get();
    return signer && dynox__hmac(signer, secret, spans, 3, mac);
}

/* Takes as long wherever they differ. */
static bool same(const unsigned char *a, const unsigned char *b)
{
    unsigned char differ = 0;
    for (int i = 0; i < DYNOX__DIGEST; i++)
        differ = (unsigned char)(differ | (a[i] ^ b[i]));
    return !differ;
}

/* ---- making one ---- */

static char *url_safe(const dynox__buffer *bytes)
{
    size_t length = dynox__base64_length(bytes->size);
    char  *text   = dynox__malloc(length + 1);
    if (!text) return NULL;
    dynox__base64_encode(text, (const uint8_t *)bytes->data, bytes->size);
    while (length && text[length - 1] == '=')
        length--;
    text[length] = 0;
    for (char *at = text; *at; at++)
        if (*at == '+' || *at == '/') *at = *at == '+' ? '-' : '_';
    return text;
}

static char *make(const dynox_cursor_args *args, dynox__span secret, dynox_error *error)
{
    static const char head[HEAD] = {VERSION};
    dynox__buffer     bytes      = {0};
    char             *text       = NULL;
    dynox__buffer_add(&bytes, head, HEAD);
    if (dynox__encode_item(&bytes, args->key, error) != DYNOX_OK) goto out;
    if (!bytes.failed && authenticate(secret, args->scope, (dynox__span){bytes.data + HEAD, bytes.size - HEAD},
                                      (unsigned char *)bytes.data + 1))
        text = url_safe(&bytes);
    if (!text) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (text && strlen(text) > LONGEST) {
        dynox_error_set(error, DYNOX_E_VALUE, "the key is too large for a cursor");
        dynox__free(text);
        text = NULL;
    }
out:
    dynox__buffer_free(&bytes);
    return text;
}

char *dynox_cursor_new_with(const dynox_cursor_args *given)
{
    dynox_cursor_args args;
    dynox_error       error = {0};
    dynox__span       secret;
    char             *text = NULL;
    dynox__args_read(&args, sizeof args, given, &error);
    if (error.status == DYNOX_OK && (args.text || args.out))
        dynox_error_set(&error, DYNOX_E_ARGUMENT, ".text and .out are for dynox_cursor_read");
    if (begin(&args, &secret, &error) && args.key && args.key->count) text = make(&args, secret, &error);
    dynox_error *to = DYNOX__ARGS_FIELD(args, given, error);
    if (to) dynox_error_copy(to, &error);
    dynox_error_clear(&error);
    return text;
}

/* ---- reading one ---- */

/* Base64 as it was before it was made safe for URLs. NULL: out of memory. */
static char *plain(const char *text, size_t length, size_t *plain_length)
{
    *plain_length = (length + 3) / 4 * 4;
    char *copy    = dynox__malloc(*plain_length + 1);
    if (!copy) return NULL;
    for (size_t i = 0; i < length; i++) {
        char at = text[i];
        copy[i] = at == '-' ? '+' : at == '_' ? '/' : at == '+' || at == '/' || at == '=' ? '!' : at;
    }
    memset(copy + length, '=', *plain_length - length);
    return copy;
}

static dynox_status refuse(dynox_error *error, const char *why)
{
    return dynox_error_set(error, DYNOX_E_VALUE, "the cursor %s", why);
}

static dynox_item *open_cursor(const dynox_cursor_args *args, dynox__span secret, const char *bytes, size_t size,
                               dynox_error *error)
{
    unsigned char mac[DYNOX__DIGEST];
    if (size <= HEAD) {
        refuse(error, "is none of dynox_cursor_new");
        return NULL;
    }
    if (bytes[0] != VERSION) {
        refuse(error, "was made by another version of the library");
        return NULL;
    }
    dynox__span json = {bytes + HEAD, size - HEAD};
    if (!authenticate(secret, args->scope, json, mac)) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    if (!same(mac, (const unsigned char *)bytes + 1)) {
        refuse(error, "was changed, or made with another secret or for another scope");
        return NULL;
    }
    dynox_item *key = dynox_item_from_text(json.data, json.size, error);
    if (!key && error->status != DYNOX_E_NO_MEMORY) refuse(error, "holds no key"); /* whoever made it has the secret */
    return key;
}

static dynox_item *read_cursor(const dynox_cursor_args *args, dynox__span secret, dynox_error *error)
{
    size_t length = strnlen(args->text, LONGEST + 1), size = 0;
    if (length > LONGEST || length % 4 == 1) {
        refuse(error, "is none of dynox_cursor_new");
        return NULL;
    }
    char       *bytes = plain(args->text, length, &length);
    dynox_item *key   = NULL;
    if (!bytes)
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    else if (!dynox__base64_decode((uint8_t *)bytes, &size, bytes, length))
        refuse(error, "is none of dynox_cursor_new");
    else
        key = open_cursor(args, secret, bytes, size, error);
    dynox__free(bytes);
    return key;
}

dynox_status dynox_cursor_read_with(const dynox_cursor_args *given)
{
    dynox_cursor_args args;
    dynox_error       error = {0};
    dynox__span       secret;
    dynox_item       *key = NULL;
    dynox__args_read(&args, sizeof args, given, &error);
    dynox_item **out = DYNOX__ARGS_FIELD(args, given, out);
    if (error.status == DYNOX_OK && (args.key || !out))
        dynox_error_set(&error, DYNOX_E_ARGUMENT, "dynox_cursor_read needs a place for the key, and takes none");
    if (begin(&args, &secret, &error) && args.text && *args.text) key = read_cursor(&args, secret, &error);
    if (out) *out = key;
    dynox_error *to     = DYNOX__ARGS_FIELD(args, given, error);
    dynox_status status = error.status;
    if (to) dynox_error_copy(to, &error);
    dynox_error_clear(&error);
    return status;
}
