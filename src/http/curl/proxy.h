/* Which proxy a request goes through. Pure logic: libcurl never reads the environment itself, so both lanes agree.
 * Sources: AWS SDKs (botocore, Go v2), curl's manual for the forms of NO_PROXY, and the CGI rule (httpoxy). */
#ifndef DYNOX_HTTP_CURL_PROXY_H
#define DYNOX_HTTP_CURL_PROXY_H

#include <dynox/error.h>
#include <stdint.h>

/* One proxy. */
typedef struct dynox__proxy {
    char *url;             /* scheme://host:port, fit for messages; NULL: no proxy */
    char *user, *password; /* decoded, for Basic authentication; NULL: none. Wiped when freed. */
} dynox__proxy;

/* The settings as they were when they were read: later changes of the environment are not seen. Zero: no proxies. */
typedef struct dynox__proxies {
    dynox__proxy https, http; /* by the scheme of the target */
    char        *exceptions;  /* NO_PROXY */
} dynox__proxies;

/* `given` is a URL for everything, "" for no proxy, NULL for the environment: https_proxy or http_proxy, else
 * all_proxy, and no_proxy. The name in lower case wins; an empty variable counts as unset; HTTP_PROXY is ignored where
 * REQUEST_METHOD is set, because there a client could have sent it as a header. NO_PROXY does not apply to `given`.
 * DYNOX_E_CONFIGURATION names the setting and never its value, which may hold a password. Free it after a failure, too.
 */
dynox_status dynox__proxies_read(dynox__proxies *proxies, const char *given, dynox_error *error);

/* For a target; no brackets around an IPv6 address. NULL: connect directly, as always to this machine (localhost,
 * 127.0.0.0/8, ::1) and to the metadata endpoints of EC2, ECS and EKS. Borrowed. */
const dynox__proxy *dynox__proxies_choose(const dynox__proxies *proxies, bool tls, const char *host, uint16_t port);

void dynox__proxies_free(dynox__proxies *proxies);

#endif
