/* OpenSSL's first use in this process, whoever needs it: signing, TLS, certificates. */
#ifndef DYNOX_HTTP_CURL_OPENSSL_H
#define DYNOX_HTTP_CURL_OPENSSL_H

#include <stdbool.h>

/* Makes OpenSSL ready (what is beside TLS: who needs that begins it next), without an end of its own at exit: that
 * would take away what other threads are working with. Inside a first use (base/first_use.h). false: out of memory; it
 * can be tried again. */
bool dynox__openssl_begin(void);
/* To be called when the rest of the first use is through, well or not. */
void dynox__openssl_begun(void);

#endif
