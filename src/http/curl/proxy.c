/* Reading proxy settings, and matching hosts with the list of exceptions. */
#include "http/curl/proxy.h"
#include "base/alloc.h"
#include "base/ascii.h"
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESS = 16, MAX_HOST = 253 };

/* Never through a proxy: this machine, EC2 metadata, ECS and EKS credentials. */
static const char never[] = "localhost,127.0.0.0/8,::1,169.254.169.254,169.254.170.2,169.254.170.23,"
                            "fd00:ec2::254,fd00:ec2::23";

static bool read_number(const char *text, unsigned limit, unsigned *number)
{
    unsigned value = 0;
    if (!*text) return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return false;
        value = value * 10 + (unsigned)(*text - '0');
        if (value > limit) return false;
    }
    *number = value;
    return true;
}

/* ---- exceptions ---- */

/* Who is asked for. */
typedef struct target {
    char          host[MAX_HOST + 1];
    unsigned      port;
    bool          is_address;
    unsigned char address[ADDRESS];
} target;

/* IPv4 addresses become IPv6 ones of the mapped form, so that there is one kind to compare. */
static bool read_address(const char *text, unsigned char address[ADDRESS], unsigned *first_bit)
{
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    *first_bit                            = 0;
    if (inet_pton(AF_INET6, text, address) == 1) return true;
    memcpy(address, mapped, sizeof mapped);
    *first_bit = 96;
    return inet_pton(AF_INET, text, address + sizeof mapped) == 1;
}

/* Without the dot at the end, and an address without its zone. False: too long for a host. */
static bool read_target(target *asked, const char *host, unsigned port)
{
    size_t   length = strcspn(host, "%");
    unsigned unused;
    if (length > 0 && host[length - 1] == '.') length--;
    if (length > MAX_HOST) return false;
    memcpy(asked->host, host, length);
    asked->host[length] = 0;
    asked->port         = port;
    asked->is_address   = read_address(asked->host, asked->address, &unused);
    return true;
}

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    unsigned bytes = bits / 8, rest = bits % 8;
    if (memcmp(a, b, bytes) != 0) return false;
    return rest == 0 || (a[bytes] ^ b[bytes]) >> (8 - rest) == 0;
}

/* An address, or a network such as 10.0.0.0/8. */
static bool address_matches(char *entry, const target *asked)
{
    unsigned char address[ADDRESS];
    unsigned      first, bits = 0;
    char         *slash = strchr(entry, '/');
    if (slash) *slash = 0;
    if (!read_address(entry, address, &first)) return false;
    if (!slash)
        bits = 128 - first;
    else if (!read_number(slash + 1, 128 - first, &bits))
        return false;
    return asked->is_address && same_bits(address, asked->address, first + bits);
}

/* The domain or one below it. */
static bool name_matches(const char *entry, const target *asked)
{
    if (strncmp(entry, "*.", 2) == 0) entry++;
    if (*entry == '.') entry++;
    size_t length = strlen(entry), whole = strlen(asked->host);
    if (length > 0 && entry[length - 1] == '.') length--;
    if (length == 0 || length > whole || asked->is_address) return false;
    return dynox__ascii_same_n(asked->host + whole - length, entry, length) &&
           (whole == length || asked->host[whole - length - 1] == '.');
}

/* Splits a port off: host:port, [address]:port. More colons are an address. False: the port is another one. */
static bool port_matches(char **entry, const target *asked)
{
    char    *colon = strchr(*entry, ':'), *bracket = **entry == '[' ? strchr(*entry, ']') : NULL;
    unsigned port;
    if (bracket) {
        ++*entry;
        *bracket = 0;
        colon    = bracket + 1;
        if (!*colon) return true;
        if (*colon != ':') return false;
    } else if (!colon || strchr(colon + 1, ':'))
        return true;
    *colon = 0;
    return read_number(colon + 1, 65535, &port) && port == asked->port;
}

static bool entry_matches(const char *text, size_t length, const target *asked)
{
    char copy[MAX_HOST + 16], *entry = copy;
    if (length == 1 && *text == '*') return true;
    if (length >= sizeof copy) return false;
    memcpy(copy, text, length);
    copy[length] = 0;
    if (!port_matches(&entry, asked)) return false;
    return address_matches(entry, asked) || name_matches(entry, asked);
}

static bool list_matches(const char *list, const target *asked)
{
    static const char between[] = ", \t";
    while (*(list += strspn(list, between))) {
        size_t length = strcspn(list, between);
        if (entry_matches(list, length, asked)) return true;
        list += length;
    }
    return false;
}

const dynox__proxy *dynox__proxies_choose(const dynox__proxies *proxies, bool tls, const char *host, uint16_t port)
{
    const dynox__proxy *proxy = tls ? &proxies->https : &proxies->http;
    target              asked;
    if (!proxy->url || !read_target(&asked, host, port) || list_matches(never, &asked)) return NULL;
    return proxies->exceptions && list_matches(proxies->exceptions, &asked) ? NULL : proxy;
}

/* ---- settings ---- */

/* A proxy's URL taken apart; all borrowed. */
typedef struct parts {
    const char *scheme, *user, *password, *host, *port;
    size_t      scheme_length, user_length, password_length, host_length, port_length;
} parts;

static const char *default_port(const parts *url)
{
    static const struct {
        const char *scheme, *port;
    } known[] = {{"http", "80"}, {"https", "443"}, {"socks5", "1080"}, {"socks5h", "1080"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i].scheme) == url->scheme_length &&
            dynox__ascii_same_n(known[i].scheme, url->scheme, url->scheme_length))
            return known[i].port;
    return NULL;
}

static bool is_host(const char *host, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_";
    unsigned char     address[ADDRESS];
    char              copy[64];
    if (length == 0 || length > MAX_HOST) return false;
    if (*host != '[') return strspn(host, letters) >= length;
    if (length < 4 || length - 2 >= sizeof copy || host[length - 1] != ']') return false;
    memcpy(copy, host + 1, length - 2);
    copy[length - 2] = 0;
    return inet_pton(AF_INET6, copy, address) == 1;
}

static void split_user(parts *url, const char *info, size_t length)
{
    const char *colon    = memchr(info, ':', length);
    url->user            = info;
    url->user_length     = colon ? (size_t)(colon - info) : length;
    url->password        = colon ? colon + 1 : NULL;
    url->password_length = colon ? length - url->user_length - 1 : 0;
}

/* [scheme://][user[:password]@]host[:port][/] */
static bool split(parts *url, const char *text)
{
    const char *rest = strstr(text, "://");
    *url             = (parts){.scheme = rest ? text : "http", .scheme_length = rest ? (size_t)(rest - text) : 4};
    rest             = rest ? rest + 3 : text;
    size_t length    = strcspn(rest, "/?#");
    if (rest[length] && strcmp(rest + length, "/") != 0) return false;
    for (size_t i = length; i-- > 0;)
        if (rest[i] == '@') {
            split_user(url, rest, i);
            rest += i + 1;
            length -= i + 1;
            break;
        }
    const char *closing = *rest == '[' ? memchr(rest, ']', length) : rest;
    const char *colon   = closing ? memchr(closing, ':', length - (size_t)(closing - rest)) : NULL;
    url->host           = rest;
    url->host_length    = colon ? (size_t)(colon - rest) : length;
    url->port           = colon ? colon + 1 : default_port(url);
    url->port_length    = colon ? length - url->host_length - 1 : url->port ? strlen(url->port) : 0;
    return is_host(url->host, url->host_length);
}

static bool check_port(const parts *url)
{
    char     copy[8];
    unsigned port;
    if (url->port_length >= sizeof copy) return false;
    memcpy(copy, url->port, url->port_length);
    copy[url->port_length] = 0;
    return read_number(copy, 65535, &port) && port > 0;
}

static int hex_digit(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char       *found    = digit ? strchr(digits, digit) : NULL;
    return found ? (int)((found - digits) % 16) : -1;
}

/* Undoes %XX in place; *length shrinks. A NUL or a broken escape is not valid. */
static bool decode(char *text, size_t *length)
{
    size_t filled = 0;
    for (size_t i = 0; i < *length; i++) {
        char byte = text[i];
        if (byte == '%') {
            int high = hex_digit(text[i + 1]), low = high < 0 ? -1 : hex_digit(text[i + 2]);
            if (low < 0) return false;
            byte = (char)(high * 16 + low);
            i += 2;
        }
        if (!byte) return false;
        text[filled++] = byte;
    }
    memset(text + filled, 0, *length - filled);
    *length = filled;
    return true;
}

static void wipe_text(char *text)
{
    if (text) dynox__wipe(text, strlen(text));
    dynox__free(text);
}

static void proxy_free(dynox__proxy *proxy)
{
    dynox__free(proxy->url);
    dynox__free(proxy->user);
    wipe_text(proxy->password);
    *proxy = (dynox__proxy){0};
}

static dynox_status no_memory(dynox_error *error)
{
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

static dynox_status keep_user(dynox__proxy *proxy, const parts *url, dynox_error *error)
{
    size_t user = url->user_length, password = url->password_length;
    if (!url->user) return DYNOX_OK;
    proxy->user     = dynox__strndup(url->user, user);
    proxy->password = dynox__strndup(url->password ? url->password : "", password);
    if (!proxy->user || !proxy->password) return no_memory(error);
    return decode(proxy->user, &user) && decode(proxy->password, &password) ? DYNOX_OK : DYNOX_E_CONFIGURATION;
}

/* `source`: where the text is from. */
static dynox_status read_proxy(dynox__proxy *proxy, const char *text, const char *source, dynox_error *error)
{
    parts        url;
    dynox_status status = DYNOX_E_CONFIGURATION;
    if (!split(&url, text)) goto fail;
    if (!default_port(&url))
        return dynox_error_set(error, status, "%s names a kind of proxy that is not known: use http, https or socks5h",
                               source);
    if (!check_port(&url)) goto fail;
    size_t size = url.scheme_length + url.host_length + url.port_length + sizeof "://:";
    proxy->url  = dynox__malloc(size);
    if (!proxy->url) return no_memory(error);
    snprintf(proxy->url, size, "%.*s://%.*s:%.*s", (int)url.scheme_length, url.scheme, (int)url.host_length, url.host,
             (int)url.port_length, url.port);
    status = keep_user(proxy, &url, error);
fail:
    if (status != DYNOX_E_CONFIGURATION) return status;
    return dynox_error_set(error, status,
                           "%s is not the URL of a proxy: write http://host:port or http://user:password@host:port, "
                           "with %%40 for @, %%2F for / and so on in user and password",
                           source);
}

/* The first variable that is set and not empty; *name is what it is called. */
static const char *variable(const char *const names[], const char **name)
{
    for (; *names; names++) {
        const char *value = getenv(*names);
        *name             = *names;
        if (value && *value) return value;
    }
    return NULL;
}

static dynox_status read_variable(dynox__proxy *proxy, const char *const names[], dynox_error *error)
{
    const char *name, *value = variable(names, &name);
    return value ? read_proxy(proxy, value, name, error) : DYNOX_OK;
}

static dynox_status read_environment(dynox__proxies *proxies, dynox_error *error)
{
    static const char *const https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
    static const char *const http[]  = {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", NULL};
    static const char *const cgi[]   = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
    static const char *const no[]    = {"no_proxy", "NO_PROXY", NULL};
    const char              *name, *exceptions = variable(no, &name);
    dynox_status             status = read_variable(&proxies->https, https, error);
    if (status == DYNOX_OK) status = read_variable(&proxies->http, getenv("REQUEST_METHOD") ? cgi : http, error);
    if (status != DYNOX_OK || !exceptions) return status;
    proxies->exceptions = dynox__strdup(exceptions);
    return proxies->exceptions ? DYNOX_OK : no_memory(error);
}

dynox_status dynox__proxies_read(dynox__proxies *proxies, const char *given, dynox_error *error)
{
    *proxies = (dynox__proxies){0};
    if (!given) return read_environment(proxies, error);
    if (!*given) return DYNOX_OK;
    dynox_status status = read_proxy(&proxies->https, given, "the option .proxy", error);
    if (status == DYNOX_OK) status = read_proxy(&proxies->http, given, "the option .proxy", error);
    return status;
}

void dynox__proxies_free(dynox__proxies *proxies)
{
    proxy_free(&proxies->https);
    proxy_free(&proxies->http);
    dynox__free(proxies->exceptions);
    *proxies = (dynox__proxies){0};
}
