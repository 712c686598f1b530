/* Proxy settings and hosts of any form, in three lines: the URL, NO_PROXY and the host. A password never shows, and
 * this machine is never proxied. */
#include "fuzz.h"
#include "http/curl/proxy.h"
#include <string.h>

static void read_line(char *to, size_t room, const char **from, const char *end)
{
    size_t length = 0;
    while (*from < end && **from && **from != '\n') {
        if (length + 1 < room) to[length++] = **from;
        ++*from;
    }
    to[length] = 0;
    if (*from < end) ++*from;
}

/* What can be said about a proxy that was accepted. */
static void check(const dynox__proxy *proxy)
{
    const char *scheme_end = proxy->url ? strstr(proxy->url, "://") : NULL;
    PROMISE(scheme_end);
    PROMISE(!strpbrk(scheme_end + 3, "@/?#%\\ \r\n\t"));
    PROMISE(!proxy->user == !proxy->password);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char    url[2000], list[2000], host[2000];
    const char    *text = (const char *)data, *end = text + size;
    dynox__proxies given, found;
    dynox_error    error = {0};
    read_line(url, sizeof url, &text, end);
    read_line(list, sizeof list, &text, end);
    read_line(host, sizeof host, &text, end);
    unsetenv("https_proxy");
    setenv("HTTPS_PROXY", url, 1);
    setenv("NO_PROXY", list, 1);
    dynox_status status = dynox__proxies_read(&given, url, NULL);
    PROMISE(dynox__proxies_read(&found, NULL, &error) == status);
    if (status == DYNOX_OK && *url) {
        check(&given.https);
        PROMISE(strcmp(given.https.url, found.https.url) == 0);
        PROMISE(!dynox__proxies_choose(&given, true, "127.0.0.1", 443));
        PROMISE(dynox__proxies_choose(&given, true, "example.com", 443) == &given.https);
        /* the list only ever takes away */
        if (dynox__proxies_choose(&found, true, host, 443)) PROMISE(dynox__proxies_choose(&given, true, host, 443));
    } else if (status != DYNOX_OK)
        PROMISE(strstr(error.message, "HTTPS_PROXY"));
    dynox__proxies_free(&given);
    dynox__proxies_free(&found);
    return 0;
}
