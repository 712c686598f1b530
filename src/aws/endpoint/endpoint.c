/* URLs of endpoints, taken apart. */
#include "aws/endpoint/endpoint.h"
#include "base/ascii.h"
#include <stdlib.h>

enum { LONGEST_URL = 1024 };

static dynox_status refuse(dynox_error *error, const char *source, const char *url, const char *why)
{
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%s, \"%.200s\": %s", source, url, why);
}

static bool is_host(const char *text, size_t length, bool ipv6)
{
    const char *others = ipv6 ? "0123456789abcdefABCDEF:." : "-._";
    for (size_t i = 0; i < length; i++) {
        char c     = text[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!(plain && !ipv6) && !(c && strchr(others, c))) return false;
    }
    return length > 0 && length <= 253;
}

/* An IPv6 address, and perhaps a zone, whose % is escaped (RFC 6874). */
static bool is_ipv6(const char *text, size_t length)
{
    const char *zone = memchr(text, '%', length);
    if (!zone) return is_host(text, length, true);
    size_t address = (size_t)(zone - text), rest = length - address;
    return rest > 3 && zone[1] == '2' && zone[2] == '5' && is_host(text, address, true) &&
           is_host(zone + 3, rest - 3, false);
}

/* The host in front of `rest`, which is where the port starts or the authority ends. NULL: it is not one. */
static const char *find_host(const char *at, const char *end, const char **host, size_t *length)
{
    bool        ipv6 = at < end && *at == '[';
    const char *rest = memchr(at, ipv6 ? ']' : ':', (size_t)(end - at));
    if (ipv6 && !rest) return NULL;
    if (!rest) rest = end;
    *host   = ipv6 ? at + 1 : at;
    *length = (size_t)(rest - *host);
    return (ipv6 ? is_ipv6(*host, *length) : is_host(*host, *length, false)) ? rest + ipv6 : NULL;
}

static bool read_port(const char *at, const char *end, uint16_t *port)
{
    unsigned number = 0;
    if (at == end) return true;
    if (*at != ':' || at + 1 == end || end - at > 6) return false;
    for (at++; at < end; at++) {
        if (*at < '0' || *at > '9') return false;
        number = number * 10 + (unsigned)(*at - '0');
    }
    *port = (uint16_t)number;
    return number >= 1 && number <= 65535;
}

/* With a slash at its end, and as it is signed: a signature is for the path without empty, . and .. segments, so that
 * is what is sent. */
static void keep_path(dynox__buffer *to, const char *path)
{
    dynox__buffer_byte(to, '/');
    while (*path && !to->failed) {
        size_t length = strcspn(path, "/");
        if (length == 2 && path[0] == '.' && path[1] == '.') {
            while (to->size > 1 && to->data[--to->size - 1] != '/') {
            }
        } else if (length && !(length == 1 && path[0] == '.')) {
            dynox__buffer_add(to, path, length);
            dynox__buffer_byte(to, '/');
        }
        path += length + (path[length] == '/');
    }
    dynox__buffer_byte(to, 0);
}

/* Copies of what the pieces are; all in lower case where case means nothing. */
static bool keep_pieces(dynox__endpoint *endpoint, const char *host, size_t host_length, const char *path)
{
    bool          ipv6      = memchr(host, ':', host_length) != NULL;
    uint16_t      usual     = endpoint->tls ? 443 : 80;
    dynox__buffer authority = {0}, prefix = {0};
    const char   *zone    = memchr(host, '%', host_length);
    size_t        address = zone ? (size_t)(zone - host) : host_length; /* the zone is this machine's affair */
    endpoint->host        = dynox__strndup(host, host_length);
    for (size_t i = 0; endpoint->host && i < address; i++)
        endpoint->host[i] = dynox__ascii_lower(endpoint->host[i]);
    dynox__buffer_format(&authority, ipv6 ? "[%.*s]" : "%.*s", (int)address, endpoint->host ? endpoint->host : "");
    if (endpoint->port != usual) dynox__buffer_format(&authority, ":%u", (unsigned)endpoint->port);
    endpoint->authority = authority.data;
    keep_path(&prefix, path);
    endpoint->path = prefix.data;
    return endpoint->host && !authority.failed && !prefix.failed;
}

dynox_status dynox__endpoint_parse(dynox__endpoint *endpoint, const char *url, const char *source, dynox_error *error)
{
    const char *host;
    size_t      length = strlen(url), host_length;
    while (length && url[length - 1] == '/')
        length--;
    if (length > LONGEST_URL) return refuse(error, source, url, "longer than 1024 characters");
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)url[i] <= ' ' || (unsigned char)url[i] >= 0x7f)
            return refuse(error, source, url, "it has a character that a URL cannot have");
    endpoint->tls = dynox__ascii_same_n(url, "https://", 8);
    if (!endpoint->tls && !dynox__ascii_same_n(url, "http://", 7))
        return refuse(error, source, url, "an endpoint starts with http:// or https://");
    const char *authority = url + (endpoint->tls ? 8 : 7);
    const char *end       = authority + strcspn(authority, "/?#");
    if (memchr(authority, '@', (size_t)(end - authority)))
        return refuse(error, source, "(not shown)", "an endpoint cannot have a user name or password");
    if (strpbrk(end, "?#")) return refuse(error, source, url, "an endpoint cannot have a query or a fragment");
    const char *port = find_host(authority, end, &host, &host_length);
    if (!port) return refuse(error, source, url, "there is no valid host name in it");
    endpoint->port = endpoint->tls ? 443 : 80;
    if (!read_port(port, end, &endpoint->port))
        return refuse(error, source, url, "the port is not between 1 and 65535");
    endpoint->url = dynox__strndup(url, length);
    if (endpoint->url && keep_pieces(endpoint, host, host_length, end)) return DYNOX_OK;
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

void dynox__endpoint_free(dynox__endpoint *endpoint)
{
    dynox__free(endpoint->url);
    dynox__free(endpoint->host);
    dynox__free(endpoint->authority);
    dynox__free(endpoint->path);
    *endpoint = (dynox__endpoint){0};
}
