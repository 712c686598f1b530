/* Where a bucket of S3 is: in the name of the host, or in the path. */
#include "aws/endpoint/endpoint_rules.h"
#include "base/buffer.h"

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* May be part of a host name. A certificate covers one label, so a dot is fine only without TLS. */
static bool fits_host(const char *bucket, bool tls)
{
    size_t length = strlen(bucket);
    if (length < 3 || length > 63 || !is_plain(bucket[0]) || !is_plain(bucket[length - 1])) return false;
    for (const char *c = bucket; *c; c++)
        if (!is_plain(*c) && *c != '-' && (*c != '.' || tls || c[1] == '.')) return false;
    return true;
}

static bool is_address(const char *host, size_t length)
{
    size_t name = strcspn(host, ":/");
    return host[0] == '[' || strspn(host, "0123456789.") >= (name < length ? name : length);
}

static bool is_out_of_scope(const char *bucket)
{
    static const char *const ends[] = {"--x-s3", "--xa-s3", "--op-s3", "-s3alias"};
    size_t                   length = strlen(bucket);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (length > strlen(ends[i]) && strcmp(bucket + length - strlen(ends[i]), ends[i]) == 0) return true;
    return strchr(bucket, ':') != NULL;
}

/* Old buckets have names with almost any character. */
static void add_encoded(dynox__buffer *url, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (is_plain(*text) || (c >= 'A' && c <= 'Z') || strchr("-._~", *text))
            dynox__buffer_byte(url, *text);
        else
            dynox__buffer_format(url, "%%%02X", c);
    }
}

dynox_status dynox__endpoint_bucket(const char *url, const char *bucket, bool path_style, char **result,
                                    dynox_error *error)
{
    const char   *host    = strstr(url, "://");
    dynox__buffer written = {0};
    *result               = NULL;
    if (!host) return dynox_error_set(error, DYNOX_E_CONFIGURATION, "the endpoint of S3 is not a URL");
    if (!bucket[0] || is_out_of_scope(bucket))
        return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                               "\"%.100s\" is not the name of an ordinary bucket: access points, directory buckets and "
                               "the like are not supported",
                               bucket);
    host += 3;
    size_t length = strcspn(host, "/"), start = (size_t)(host - url), end = strlen(url);
    while (end > start + length && url[end - 1] == '/')
        end--;
    bool tls = start == strlen("https://");
    if (!path_style && fits_host(bucket, tls) && !is_address(host, length)) {
        dynox__buffer_add(&written, url, start);
        dynox__buffer_format(&written, "%s.", bucket);
        dynox__buffer_add(&written, host, end - start);
    } else {
        dynox__buffer_add(&written, url, end);
        dynox__buffer_byte(&written, '/');
        add_encoded(&written, bucket);
    }
    dynox__buffer_byte(&written, 0);
    *result = written.data;
    if (!written.failed) return DYNOX_OK;
    dynox__buffer_free(&written);
    *result = NULL;
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}
