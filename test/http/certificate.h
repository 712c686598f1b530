/* An authority and a server certificate made on the spot, so that the repository holds no keys. */
#ifndef DYNOX_TEST_HTTP_CERTIFICATE_H
#define DYNOX_TEST_HTTP_CERTIFICATE_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (!extension || !X509_add_ext(certificate, extension, -1)) abort();
    X509_EXTENSION_free(extension);
}

/* A certificate with its key. */
typedef struct test_identity {
    X509     *certificate;
    EVP_PKEY *key;
} test_identity;

/* `hosts` as in subjectAltName; NULL: an authority. `issuer` NULL: signs itself. Valid for `seconds` from `start`, both
 * counted from now. */
static inline test_identity make_identity(const char *name, const char *hosts, const test_identity *issuer, long start,
                                          long seconds)
{
    static long   serial = 1;
    test_identity self   = {X509_new(), EVP_EC_gen("P-256")};
    X509         *made   = self.certificate;
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made), start);
    X509_gmtime_adj(X509_getm_notAfter(made), start + seconds);
    X509_set_pubkey(made, self.key);
    X509_NAME *subject = X509_get_subject_name(made);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(made, issuer ? X509_get_subject_name(issuer->certificate) : subject);
    add_extension(made, issuer ? issuer->certificate : made, NID_basic_constraints,
                  hosts ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (hosts) add_extension(made, made, NID_subject_alt_name, hosts);
    if (!X509_sign(made, issuer ? issuer->key : self.key, EVP_sha256())) abort();
    return self;
}

static inline test_identity make_authority_identity(const char *name)
{
    return make_identity(name, NULL, NULL, -3600, 86400);
}

static inline void identity_free(test_identity *self)
{
    X509_free(self->certificate);
    EVP_PKEY_free(self->key);
}

/* What goes into a file of PEM; each may be NULL. `path` is a template for mkstemp. */
static inline void write_pem(char *path, X509 *certificate, EVP_PKEY *key, const char *pass_phrase)
{
    int   fd   = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file || (certificate && !PEM_write_X509(file, certificate))) abort();
    if (key &&
        !PEM_write_PrivateKey(file, key, pass_phrase ? EVP_aes_128_cbc() : NULL, (const unsigned char *)pass_phrase,
                              pass_phrase ? (int)strlen(pass_phrase) : 0, NULL, NULL))
        abort();
    if (fclose(file) != 0) abort();
}

static inline SSL_CTX *make_tls_context(const test_identity *identity)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate(context, identity->certificate) != 1 ||
        SSL_CTX_use_PrivateKey(context, identity->key) != 1)
        abort();
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"test", 4);
    return context;
}

/* A server's context with a certificate for 127.0.0.1, and in `ca_path` (a template for mkstemp) the authority's. */
static inline SSL_CTX *make_tls_server(char *ca_path)
{
    test_identity authority = make_authority_identity("test authority");
    test_identity server    = make_identity("test server", "IP:127.0.0.1", &authority, -3600, 86400);
    SSL_CTX      *context   = make_tls_context(&server);
    write_pem(ca_path, authority.certificate, NULL, NULL);
    identity_free(&authority);
    identity_free(&server);
    return context;
}

#endif
