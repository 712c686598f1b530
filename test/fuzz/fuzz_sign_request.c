/* Requests to sign made of any bytes, split at zero bytes: URL, name and value of a header, region, service, body. What
 * is signed can be sent: one line each, and a URL that is signed again comes out the same. */
#include "fuzz/fuzz.h"
#include <dynox/aws.h>
#include <string.h>

enum { TEXTS = 6 };

static bool is_one_line(const char *text)
{
    return !strpbrk(text, "\r\n");
}

static void check(const dynox_signed *result, bool presign)
{
    PROMISE((result->header_count == 0) == presign);
    PROMISE(is_one_line(result->url) && strncmp(result->url, "http", 4) == 0);
    if (presign) PROMISE(strstr(result->url, "&X-Amz-Signature="));
    for (size_t i = 0; i < result->header_count; i++)
        PROMISE(is_one_line(result->headers[i].name) && is_one_line(result->headers[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const dynox_credentials keys = {
        .access_key_id = "AKIDEXAMPLE", .secret_access_key = "secret", .session_token = "to/ken+"};
    char        text[4097], *at = text;
    const char *texts[TEXTS];
    if (size < 1 || size > 4096) return 0;
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    for (int i = 0; i < TEXTS; i++) {
        texts[i] = at;
        at += strlen(at);
        if (at < text + size - 1) at++;
    }
    const dynox_header header  = {texts[1], texts[2]};
    bool               presign = data[0] & 1;
    dynox_sign_args    args    = {.size         = sizeof args,
                                  .headers      = &header,
                                  .header_count = texts[1][0] != 0,
                                  .region       = texts[3][0] ? texts[3] : "eu-west-1",
                                  .service      = texts[4][0]   ? texts[4]
                                                  : data[0] & 2 ? "s3"
                                                                : "sts",
                                  .body         = texts[5],
                                  .body_size    = strlen(texts[5]),
                                  .presign      = presign,
                                  .keep_path    = data[0] & 4,
                                  .time         = 1440938160,
                                  .credentials  = &keys};
    bool               pieces  = data[0] & 8;
    args.url                   = pieces ? NULL : texts[0];
    args.host                  = pieces ? "example.org" : NULL;
    args.path                  = pieces ? texts[0] : NULL;
    dynox_error error          = {0};
    args.error                 = &error;
    dynox_signed *result       = dynox_sign_with(&args);
    PROMISE(result || error.status == DYNOX_E_ARGUMENT);
    if (result) check(result, presign);
    if (result && !presign) {
        args.url  = result->url;
        args.host = args.path = NULL;
        dynox_signed *again   = dynox_sign_with(&args);
        PROMISE(again && strcmp(again->url, result->url) == 0);
        PROMISE(strcmp(again->headers[0].value, result->headers[0].value) == 0);
        dynox_signed_free(again);
    }
    dynox_signed_free(result);
    return 0;
}
