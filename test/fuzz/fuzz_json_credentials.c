/* The JSON documents that credentials come in, made of any bytes: credentials that have all they must have, or an error
 * that says so. */
#include "fuzz/fuzz.h"
#include "services/format/json_credentials.h"
#include <string.h>

static void check(dynox_status status, dynox_credentials *got, const dynox_error *error, bool session)
{
    PROMISE((status == DYNOX_OK) == (got != NULL));
    PROMISE(got || (status == error->status && strncmp(error->message, "it", 2) == 0));
    if (!got) return;
    PROMISE(got->access_key_id && *got->access_key_id && got->secret_access_key && *got->secret_access_key);
    PROMISE(got->expires_at >= 0);
    if (session) PROMISE(got->session_token && got->expires_at > 0);
    dynox_credentials_free(got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char        *text  = (const char *)data;
    dynox_error        error = {0};
    dynox__refusal     refusal;
    dynox_credentials *got = NULL;
    check(dynox__json_credentials_metadata(text, size, "it", &got, &error), got, &error, true);
    got = NULL;
    check(dynox__json_credentials_process(text, size, "1", "it", &got, &error), got, &error, false);
    got = NULL;
    check(dynox__json_credentials_sso(text, size, "1", "it", &got, &error), got, &error, true);
    dynox__json_refusal(text, size, &refusal);
    PROMISE(memchr(refusal.code, 0, sizeof refusal.code) && memchr(refusal.message, 0, sizeof refusal.message));
    PROMISE(!strpbrk(refusal.code, "\r\n") && !strpbrk(refusal.message, "\r\n"));
    return 0;
}
