/* Signs one request with the public signer and prints what comes of it, for comparison with another signer:
 *
 *   sign_request FLAGS METHOD URL SERVICE REGION TIME BODY [NAME VALUE]...
 *
 * FLAGS: letters, or "-": p presigned, u payload not signed (and a header says so). Credentials come from the
 * environment. Prints the URL, then each header to add as "Name: value". */
#include <dynox/aws.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLAGS = 1, METHOD, URL, SERVICE, REGION, TIME, BODY, FIRST_HEADER, MOST_HEADERS = 32 };

int main(int count, char **words)
{
    dynox_header header[MOST_HEADERS];
    size_t       headers = 0;
    dynox_error  err     = {0};
    if (count < FIRST_HEADER || (count - FIRST_HEADER) / 2 > MOST_HEADERS) return 2;
    for (int i = FIRST_HEADER; i + 1 < count; i += 2)
        header[headers++] = (dynox_header){words[i], words[i + 1]};
    const dynox_credentials credentials = {.access_key_id     = getenv("AWS_ACCESS_KEY_ID"),
                                           .secret_access_key = getenv("AWS_SECRET_ACCESS_KEY"),
                                           .session_token     = getenv("AWS_SESSION_TOKEN")};

    dynox_signed *result =
        dynox_sign(.method = words[METHOD], .url = words[URL], .service = words[SERVICE], .region = words[REGION],
                   .time = strtoll(words[TIME], NULL, 10), .body = words[BODY], .body_size = strlen(words[BODY]),
                   .headers = header, .header_count = headers, .presign = strchr(words[FLAGS], 'p') != NULL,
                   .unsigned_payload = strchr(words[FLAGS], 'u') != NULL,
                   .content_sha256 = strchr(words[FLAGS], 'u') != NULL, .credentials = &credentials, .error = &err);
    if (!result) {
        dynox_error_print(stderr, &err);
        dynox_error_clear(&err);
        return 1;
    }
    puts(result->url);
    for (size_t i = 0; i < result->header_count; i++)
        printf("%s: %s\n", result->headers[i].name, result->headers[i].value);
    dynox_signed_free(result);
    return 0;
}
