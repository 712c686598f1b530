/* The shared certificate store, and the shared cache of TLS sessions and names. */
#include "http/tls.h"
#include "base/alloc.h"
#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_AGE_S = 30 }; /* looked-up names are used again this long: services move */

struct dynox__tls {
    pthread_mutex_t lock; /* of store and share while they are made */
    X509_STORE     *store;
    CURLSH         *share;
    char           *ca_file;
    pthread_mutex_t share_locks[CURL_LOCK_DATA_LAST];
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;
static bool           curl_ready, curl_has_openssl;
static const char    *curl_bundle;

static void start_curl(void)
{
    curl_ready                          = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    const curl_version_info_data *about = curl_version_info(CURLVERSION_NOW);
    curl_has_openssl                    = about->ssl_version && strncmp(about->ssl_version, "OpenSSL/", 8) == 0;
    curl_bundle                         = about->age >= CURLVERSION_SEVENTH ? about->cainfo : NULL;
}

/* ---- trust ---- */

static bool load_system(X509_STORE *store)
{
    bool chosen = getenv("SSL_CERT_FILE") || getenv("SSL_CERT_DIR"); /* what OpenSSL programs go by */
    if (!chosen && curl_bundle && access(curl_bundle, R_OK) == 0) return X509_STORE_load_file(store, curl_bundle) == 1;
    return X509_STORE_set_default_paths(store) == 1;
}

static X509_STORE *load_store(const char *ca_file)
{
    X509_STORE *store = X509_STORE_new();
    if (!store) return NULL;
    /* A trusted intermediate certificate is enough, as it is for curl itself. */
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    bool loaded = ca_file ? X509_STORE_load_file(store, ca_file) == 1 : load_system(store);
    ERR_clear_error();
    if (loaded) return store;
    X509_STORE_free(store);
    return NULL;
}

static CURLcode use_store(CURL *curl, void *context, void *store)
{
    (void)curl;
    if (X509_STORE_up_ref(store) != 1) return CURLE_OUT_OF_MEMORY;
    SSL_CTX_set_cert_store(context, store);
    return CURLE_OK;
}

/* ---- the share ---- */

static void lock_share(CURL *curl, curl_lock_data data, curl_lock_access access_kind, void *tls)
{
    (void)curl;
    (void)access_kind;
    pthread_mutex_lock(&((dynox__tls *)tls)->share_locks[data]);
}

static void unlock_share(CURL *curl, curl_lock_data data, void *tls)
{
    (void)curl;
    pthread_mutex_unlock(&((dynox__tls *)tls)->share_locks[data]);
}

static CURLSH *make_share(dynox__tls *tls)
{
    CURLSH *share = curl_share_init();
    if (!share) return NULL;
    /* Never connections: libcurl does not allow them to be shared by threads. */
    if (curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_share) == CURLSHE_OK &&
        curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_share) == CURLSHE_OK &&
        curl_share_setopt(share, CURLSHOPT_USERDATA, tls) == CURLSHE_OK &&
        curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) == CURLSHE_OK &&
        curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK)
        return share;
    curl_share_cleanup(share);
    return NULL;
}

/* ---- both ---- */

dynox__tls *dynox__tls_new(const char *ca_file, dynox_error *error)
{
    dynox__tls *tls = dynox__calloc(sizeof *tls);
    if (!tls) goto no_memory;
    pthread_mutex_init(&tls->lock, NULL);
    for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
        pthread_mutex_init(&tls->share_locks[i], NULL);
    if (!ca_file) return tls;
    tls->ca_file = dynox__strdup(ca_file);
    if (!tls->ca_file) goto no_memory;
    tls->store = load_store(ca_file);
    if (tls->store) return tls;
    dynox_error_set(error, DYNOX_E_CONFIGURATION, "no certificates could be read from the CA file \"%s\"", ca_file);
    dynox__tls_free(tls);
    return NULL;
no_memory:
    dynox__tls_free(tls);
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}

void dynox__tls_free(dynox__tls *tls)
{
    if (!tls) return;
    if (tls->share) curl_share_cleanup(tls->share);
    X509_STORE_free(tls->store);
    for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
        pthread_mutex_destroy(&tls->share_locks[i]);
    pthread_mutex_destroy(&tls->lock);
    dynox__free(tls->ca_file);
    dynox__free(tls);
}

static bool apply_trust(dynox__tls *tls, CURL *curl, X509_STORE *store, bool insecure)
{
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, insecure ? 0L : 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, insecure ? 0L : 2L);
    if (insecure) return true;
    if (!store) return !tls->ca_file || curl_easy_setopt(curl, CURLOPT_CAINFO, tls->ca_file) == CURLE_OK;
    /* libcurl must not load a bundle of its own beside the store. */
    curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    return curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, use_store) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, store) == CURLE_OK;
}

bool dynox__tls_apply(dynox__tls *tls, void *curl, bool for_tls, bool insecure, const char **why)
{
    pthread_mutex_lock(&tls->lock);
    if (!tls->share) tls->share = make_share(tls);
    if (for_tls && !insecure && !tls->store && curl_has_openssl) tls->store = load_store(tls->ca_file);
    CURLSH     *share = tls->share;
    X509_STORE *store = curl_has_openssl ? tls->store : NULL;
    pthread_mutex_unlock(&tls->lock);

    *why = "out of memory";
    if (!share || curl_easy_setopt(curl, CURLOPT_SHARE, share) != CURLE_OK) return false;
    curl_easy_setopt(curl, CURLOPT_DNS_CACHE_TIMEOUT, (long)NAMES_AGE_S);
    if (!for_tls) return true;
    *why = "the certificates of the system's authorities could not be read";
    if (!insecure && curl_has_openssl && !store) return false;
    return apply_trust(tls, curl, store, insecure);
}

void *dynox__tls_curl(void)
{
    pthread_once(&curl_once, start_curl);
    return curl_ready ? curl_easy_init() : NULL;
}
