/* The shared certificate store, and the shared cache of TLS sessions. */
#include "http/curl/tls.h"
#include "base/alloc.h"
#include "base/descriptors.h"
#include "base/errno_text.h"
#include "base/first_use.h"
#include "http/curl/openssl.h"
#include <curl/curl.h>
#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct dynox__tls {
    pthread_mutex_t lock; /* of store and share while they are made */
    X509_STORE     *store;
    const char     *unread; /* a bundle of more authorities for the store; NULL: none */
    CURLSH         *share;
    char           *ca_file, *certificate, *key;
    bool            insecure;
    pthread_mutex_t share_locks[CURL_LOCK_DATA_LAST];
};

/* Where the authorities of the system are: all in one file, and each in a file that is named by a hash; NULL: unknown.
 */
typedef struct places {
    const char *bundle, *folder;
} places;

static bool   curl_has_openssl, raises_no_signal;
static places of_curl, fake;

/* OpenSSL before libcurl, which would have it end at exit and take away what threads that connect are working with. */
static bool start_curl(void)
{
    bool good = dynox__openssl_begin() && OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL) &&
                curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    dynox__openssl_begun();
    if (!good) return false;
    const curl_version_info_data *about = curl_version_info(CURLVERSION_NOW);
    curl_has_openssl                    = about->ssl_version && strncmp(about->ssl_version, "OpenSSL/", 8) == 0;
    raises_no_signal                    = about->version_num >= 0x075800; /* 7.88, which was looked at */
    if (about->age >= CURLVERSION_SEVENTH) of_curl = (places){about->cainfo, about->capath};
    return true;
}

bool dynox__tls_raises_no_signal(void)
{
    return raises_no_signal;
}

/* ---- trust ---- */

void dynox__tls_fake_system(const char *bundle, const char *folder)
{
    fake = (places){bundle, folder};
}

/* Eight digits, then ".0". */
static bool is_hash(const char *name)
{
    return strspn(name, "0123456789abcdef") == 8 && strcmp(name + 8, ".0") == 0;
}

static bool has_hashes(const char *folder)
{
    bool           found = false;
    struct dirent *entry;
    DIR           *opened = folder ? opendir(folder) : NULL;
    if (!opened) return false;
    while (!found && (entry = readdir(opened)))
        found = is_hash(entry->d_name);
    closedir(opened);
    return found;
}

/* Some 140 authorities take 20 ms and 0.9 MiB, and a connection needs one: if it can be looked up by its name, the rest
 * is not read until somebody could not be verified. */
static bool load_system(X509_STORE *store, const char **unread)
{
    const places *system = fake.bundle ? &fake : &of_curl;
    bool          chosen = getenv("SSL_CERT_FILE") || getenv("SSL_CERT_DIR"); /* what OpenSSL programs go by */
    if (chosen || !system->bundle || access(system->bundle, R_OK) != 0) return X509_STORE_set_default_paths(store) == 1;
    if (!has_hashes(system->folder) || X509_STORE_load_path(store, system->folder) != 1)
        return X509_STORE_load_file(store, system->bundle) == 1;
    *unread = system->bundle;
    return true;
}

static X509_STORE *load_store(const char *ca_file, const char **unread)
{
    X509_STORE *store = X509_STORE_new();
    if (!store) return NULL;
    /* A trusted intermediate certificate is enough, as it is for curl itself. */
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    bool loaded = ca_file ? X509_STORE_load_file(store, ca_file) == 1 : load_system(store, unread);
    ERR_clear_error();
    if (loaded) return store;
    X509_STORE_free(store);
    return NULL;
}

bool dynox__tls_is_partial(dynox__tls *tls)
{
    pthread_mutex_lock(&tls->lock);
    bool partial = tls->unread != NULL;
    pthread_mutex_unlock(&tls->lock);
    return partial;
}

void dynox__tls_load_all(dynox__tls *tls)
{
    pthread_mutex_lock(&tls->lock);
    if (tls->unread && X509_STORE_load_file(tls->store, tls->unread) == 1) tls->unread = NULL;
    pthread_mutex_unlock(&tls->lock);
    ERR_clear_error();
}

static CURLcode use_store(CURL *curl, void *context, void *store)
{
    (void)curl;
    if (X509_STORE_up_ref(store) != 1) return CURLE_OUT_OF_MEMORY;
    SSL_CTX_set_cert_store(context, store);
    return CURLE_OK;
}

static CURLcode use_store_read_ahead(CURL *curl, void *context, void *store)
{
    SSL_CTX_set_read_ahead(context, 1);
    return use_store(curl, context, store);
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
    /* Never connections: libcurl does not allow them to be shared by threads. Nor names: each connection looks its own
     * up, so that connections are spread over the addresses of a name (libcurl shuffles an answer once, when it comes).
     */
    if (curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock_share) == CURLSHE_OK &&
        curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock_share) == CURLSHE_OK &&
        curl_share_setopt(share, CURLSHOPT_USERDATA, tls) == CURLSHE_OK &&
        curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK)
        return share;
    curl_share_cleanup(share);
    return NULL;
}

/* ---- both ---- */

static bool copy_settings(dynox__tls *tls, const dynox__tls_settings *settings)
{
    tls->insecure    = settings->insecure;
    tls->ca_file     = dynox__strdup(settings->ca_file);
    tls->certificate = dynox__strdup(settings->client_certificate);
    tls->key         = dynox__strdup(settings->client_key ? settings->client_key : settings->client_certificate);
    return !tls->ca_file == !settings->ca_file && !tls->certificate == !settings->client_certificate &&
           !tls->key == !tls->certificate;
}

dynox__tls *dynox__tls_new(const dynox__tls_settings *settings, dynox_error *error)
{
    if (settings->client_key && !settings->client_certificate) {
        dynox_error_set(error, DYNOX_E_CONFIGURATION, "there is a .client_key, but no .client_certificate for it");
        return NULL;
    }
    dynox__tls *tls = dynox__calloc(sizeof *tls);
    if (tls) {
        pthread_mutex_init(&tls->lock, NULL);
        for (int i = 0; i < CURL_LOCK_DATA_LAST; i++)
            pthread_mutex_init(&tls->share_locks[i], NULL);
        if (copy_settings(tls, settings)) return tls;
    }
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
    dynox__free(tls->certificate);
    dynox__free(tls->key);
    dynox__free(tls);
}

void dynox__tls_identity(const dynox__tls *tls, const char **certificate, const char **key)
{
    *certificate = tls->certificate;
    *key         = tls->key;
}

static bool apply_trust(const dynox__tls *tls, CURL *curl, X509_STORE *store, bool read_ahead)
{
    const long verify_peer = tls->insecure ? 0 : 1, verify_host = tls->insecure ? 0 : 2;
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, verify_peer);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, verify_host);
    curl_easy_setopt(curl, CURLOPT_PROXY_SSL_VERIFYPEER, verify_peer);
    curl_easy_setopt(curl, CURLOPT_PROXY_SSL_VERIFYHOST, verify_host);
    if (tls->insecure) return true;
    if (!store)
        return !tls->ca_file || (curl_easy_setopt(curl, CURLOPT_CAINFO, tls->ca_file) == CURLE_OK &&
                                 curl_easy_setopt(curl, CURLOPT_PROXY_CAINFO, tls->ca_file) == CURLE_OK);
    /* libcurl must not load a bundle of its own beside the store. */
    curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(curl, CURLOPT_PROXY_CAINFO, NULL);
    curl_easy_setopt(curl, CURLOPT_PROXY_CAPATH, NULL);
    return curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, read_ahead ? use_store_read_ahead : use_store) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, store) == CURLE_OK;
}

/* Read anew by each connection: such certificates are often short-lived and replaced. */
static bool apply_identity(const dynox__tls *tls, CURL *curl)
{
    if (!tls->certificate) return true;
    return curl_easy_setopt(curl, CURLOPT_SSLCERT, tls->certificate) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLKEY, tls->key) == CURLE_OK &&
           /* or OpenSSL would ask at the terminal */
           curl_easy_setopt(curl, CURLOPT_KEYPASSWD, "") == CURLE_OK;
}

static dynox_status check_readable(const char *file, const char *what, char *message, size_t room)
{
    if (!file || access(file, R_OK) == 0) return DYNOX_OK;
    snprintf(message, room, "the %s \"%.100s\" cannot be read: %s", what, file,
             errno == ENOENT ? "there is no such file" : "access is denied");
    return DYNOX_E_CONFIGURATION;
}

static dynox_status check_files(const dynox__tls *tls, const X509_STORE *store, char *message, size_t room)
{
    dynox_status status = check_readable(store ? NULL : tls->ca_file, "CA file", message, room);
    if (status == DYNOX_OK) status = check_readable(tls->certificate, "client certificate", message, room);
    if (status == DYNOX_OK) status = check_readable(tls->key, "client key", message, room);
    if (status != DYNOX_OK || store || tls->insecure || !curl_has_openssl) return status;
    int none = dynox__descriptor_shortage();
    if (none) {
        snprintf(message, room, "%s", DYNOX__ERRNO(none));
        return DYNOX_E_SYSTEM;
    }
    if (tls->ca_file)
        snprintf(message, room, "the CA file \"%.100s\" holds no certificates in PEM form", tls->ca_file);
    else
        snprintf(message, room, "the system's certificate authorities could not be read: name a CA file");
    return DYNOX_E_CONFIGURATION;
}

dynox_status dynox__tls_apply(dynox__tls *tls, void *curl, dynox__tls_use use, char *message, size_t room)
{
    const bool for_tls = use != DYNOX__TLS_NONE;
    pthread_mutex_lock(&tls->lock);
    if (!tls->share) tls->share = make_share(tls);
    if (for_tls && !tls->insecure && !tls->store && curl_has_openssl)
        tls->store = load_store(tls->ca_file, &tls->unread);
    CURLSH     *share = tls->share;
    X509_STORE *store = tls->store;
    pthread_mutex_unlock(&tls->lock);

    dynox_status status = for_tls ? check_files(tls, store, message, room) : DYNOX_OK;
    if (status != DYNOX_OK) return status;
    if (share && curl_easy_setopt(curl, CURLOPT_SHARE, share) == CURLE_OK &&
        (!for_tls || (apply_trust(tls, curl, store, use == DYNOX__TLS_READ_AHEAD) && apply_identity(tls, curl))))
        return DYNOX_OK;
    snprintf(message, room, "out of memory");
    return DYNOX_E_NO_MEMORY;
}

void *dynox__tls_curl(void)
{
    static _Atomic bool ready;
    return dynox__first_use(&ready, start_curl) ? curl_easy_init() : NULL;
}
