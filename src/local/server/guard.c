/* Which requests are from here. A browser sends what any page tells it to; what it says about whom it asked (Host) and
 * for whom (Origin) it says truly. A name that somebody else's DNS points to this machine is no name of ours. */
#include "base/ascii.h"
#include "local/server/inside.h"

static bool ends_with(dynox__span text, const char *lower)
{
    size_t length = strlen(lower);
    return text.size >= length && dynox__ascii_same_n(text.data + text.size - length, lower, length);
}

/* Of "name:8000", "127.0.0.1", "[::1]:8000"; without a dot at the end. */
static dynox__span host_of(dynox__span authority)
{
    dynox__span host = authority;
    if (!host.data) return host;
    if (host.size && host.data[0] == '[') {
        const char *end = memchr(host.data, ']', host.size);
        if (end) host.size = (size_t)(end - host.data) + 1;
        return host;
    }
    const char *colon = memchr(host.data, ':', host.size);
    if (colon) host.size = (size_t)(colon - host.data);
    if (host.size && host.data[host.size - 1] == '.') host.size--;
    return host;
}

static bool is_ipv4(dynox__span host)
{
    size_t dots = 0;
    for (size_t i = 0; i < host.size; i++) {
        if (host.data[i] != '.' && (host.data[i] < '0' || host.data[i] > '9')) return false;
        dots += host.data[i] == '.';
    }
    return dots == 3;
}

static bool is_localhost(dynox__span host)
{
    return dynox__span_is(host, "localhost") || ends_with(host, ".localhost");
}

static bool is_loopback(dynox__span host)
{
    return is_localhost(host) || dynox__span_is(host, "[::1]") || (is_ipv4(host) && memcmp(host.data, "127.", 4) == 0);
}

static bool is_listed(const char *const *list, size_t count, dynox__span text)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(list[i]);
        if (strcmp(list[i], "*") == 0) return true;
        if (length == text.size && dynox__ascii_same_n(list[i], text.data, length)) return true;
    }
    return false;
}

/* Addresses are as good as local names: nobody's DNS stands behind them. */
bool dynox__server_host_is_local(const dynox__server *server, dynox__span authority)
{
    dynox__span host = host_of(authority);
    if (host.size == 0) return authority.size == 0;
    return is_localhost(host) || is_ipv4(host) || host.data[0] == '[' ||
           is_listed(server->settings.hosts, server->settings.host_count, host);
}

bool dynox__server_origin_may(const dynox__server *server, dynox__span origin)
{
    const char *colon = origin.size > 4 ? memchr(origin.data, ':', origin.size) : NULL;
    if (is_listed(server->settings.origins, server->settings.origin_count, origin)) return true;
    size_t scheme = colon ? (size_t)(colon - origin.data) : 0;
    if (!scheme || origin.size < scheme + 3 || memcmp(colon, "://", 3) != 0) return false;
    return is_loopback(host_of((dynox__span){colon + 3, origin.size - scheme - 3}));
}
