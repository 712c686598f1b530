/* Credentials and signatures without DynamoDB: who am I? Asks STS with plain libcurl; only the credentials, from
 * wherever this machine has them, and the signature are dynox's. Links libdynox-aws and libcurl. */
#include <curl/curl.h>
#include <dynox/aws.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct curl_slist *add_header(struct curl_slist *list, const dynox_header *header)
{
    size_t             size = strlen(header->name) + strlen(header->value) + 3;
    char              *line = malloc(size);
    struct curl_slist *more = NULL;
    if (line) {
        snprintf(line, size, "%s: %s", header->name, header->value);
        more = curl_slist_append(list, line);
        free(line);
    }
    if (!more) curl_slist_free_all(list);
    return more;
}

/* Sends what was signed, and prints the answer. */
static int post(const dynox_signed *request, const dynox_header *type, const char *body)
{
    CURL              *curl    = curl_easy_init();
    struct curl_slist *headers = add_header(NULL, type);
    long               status  = 0;
    CURLcode           code    = CURLE_OUT_OF_MEMORY;
    for (size_t i = 0; headers && i < request->header_count; i++)
        headers = add_header(headers, &request->headers[i]);
    if (curl && headers) {
        curl_easy_setopt(curl, CURLOPT_URL, request->url);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
        code = curl_easy_perform(curl); /* writes the body to stdout */
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    }
    if (code != CURLE_OK) fprintf(stderr, "not sent: %s\n", curl_easy_strerror(code));
    printf("\nHTTP %ld\n", status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return code == CURLE_OK && status == 200 ? 0 : 1;
}

int main(void)
{
    const char        *region   = getenv("AWS_REGION") ? getenv("AWS_REGION") : "us-east-1";
    const char        *endpoint = getenv("AWS_ENDPOINT_URL"); /* of a server on this machine, say */
    const char        *body     = "Action=GetCallerIdentity&Version=2011-06-15";
    const dynox_header type     = {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"};
    char               url[256];
    dynox_error        err  = {0};
    dynox_credentials *mine = NULL;
    int                code = 1;

    if (endpoint)
        snprintf(url, sizeof url, "%s/", endpoint);
    else
        snprintf(url, sizeof url, "https://sts.%s.amazonaws.com/", region);

    dynox_credentials_provider *provider = dynox_credentials_default();
    if (dynox_sync_credentials_get(provider, &mine, &err) == DYNOX_OK) {
        dynox_signed *request = dynox_sign(.method = "POST", .url = url, .headers = &type, .header_count = 1,
                                           .body = body, .body_size = strlen(body), .region = region, .service = "sts",
                                           .credentials = mine, .error = &err);
        if (request) code = post(request, &type, body);
        dynox_signed_free(request);
    }
    if (err.status != DYNOX_OK) dynox_error_print(stderr, &err);
    dynox_error_clear(&err);
    dynox_credentials_free(mine);
    dynox_credentials_provider_release(provider);
    return code;
}
