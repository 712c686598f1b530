/* Cache files of sign-ins made of any bytes: no crash, and a token that is renewed in one reads back as it was set,
 * with all that was in it before. */
#include "base/alloc.h"
#include "base/date.h"
#include "fuzz/fuzz.h"
#include "services/format/json_document.h"
#include "services/sso/token_cache.h"
#include <json-c/json.h>

/* The same but for what is renewed. */
static void check_rest(dynox__json *before, dynox__json *after)
{
    json_object_object_del(before, "accessToken");
    json_object_object_del(before, "expiresAt");
    json_object_object_del(after, "accessToken");
    json_object_object_del(after, "expiresAt");
    PROMISE(json_object_object_length(before) == json_object_object_length(after));
    struct json_object_iterator at = json_object_iter_begin(before), end = json_object_iter_end(before);
    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
        PROMISE(json_object_object_get_ex(after, json_object_iter_peek_name(&at), NULL));
}

static void renew(dynox__json *document, dynox__json *before)
{
    dynox__buffer written = {0};
    dynox__json  *after;
    int64_t       end;
    PROMISE(dynox__json_set(document, "accessToken", "new") && dynox__token_cache_set_end(document, 60));
    dynox__json_write(document, &written);
    PROMISE(!written.failed);
    if (dynox__json_read(&after, written.data, written.size, "it", NULL) == DYNOX_OK) {
        PROMISE(strcmp(dynox__json_text(after, "accessToken"), "new") == 0);
        PROMISE(dynox__iso8601(dynox__json_text(after, "expiresAt"), &end));
        check_rest(before, after);
        dynox__json_free(after);
    } else {
        PROMISE(written.size > DYNOX__JSON_LARGEST); /* what is escaped grows */
    }
    dynox__buffer_free(&written);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dynox__json *document, *before;
    dynox_error  error  = {0};
    int64_t      end    = 0;
    dynox_status status = dynox__json_read(&document, (const char *)data, size, "it", &error);
    PROMISE(status == (document ? DYNOX_OK : DYNOX_E_DECODE));
    PROMISE(!document == !!error.message[0]);
    if (!document) return 0;
    dynox__iso8601(dynox__json_text(document, "expiresAt"), &end);
    PROMISE(dynox__json_read(&before, (const char *)data, size, "it", NULL) == DYNOX_OK);
    renew(document, before);
    dynox__json_free(before);
    dynox__json_free(document);
    return 0;
}
