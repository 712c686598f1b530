/* An authority and a server certificate made on the spot, so that the repository holds no keys. */
#ifndef DYNOX_TEST_HTTP_CERTIFICATE_H
#define DYNOX_TEST_HTTP_CERTIFICATE_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (!extension || !X509_add_ext(certificate, extension, -1)) abort();
    X509_EXTENSION_free(extension);
}

/* `issuer` NULL: signs itself. */
static inline X509 *make_certificate(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
    static long serial      = 1;
    X509       *certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME *subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject);
    add_extension(certificate, issuer ? issuer : certificate, NID_basic_constraints,
                  issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (issuer) add_extension(certificate, issuer, NID_subject_alt_name, "IP:127.0.0.1");
    if (!X509_sign(certificate, issuer_key, EVP_sha256())) abort();
    return certificate;
}

/* A server's context with a certificate for 127.0.0.1, and in `ca_path` (a template for mkstemp) the authority's. */
static inline SSL_CTX *make_tls_server(char *ca_path)
{
    EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    X509     *ca          = make_certificate("test authority", ca_key, NULL, ca_key);
    X509     *certificate = make_certificate("test server", key, ca, ca_key);
    SSL_CTX  *context     = SSL_CTX_new(TLS_server_method());
    int       fd          = mkstemp(ca_path);
    FILE     *file        = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file || !PEM_write_X509(file, ca) || fclose(file) != 0) abort();
    if (SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1) abort();
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"test", 4);
    X509_free(ca);
    X509_free(certificate);
    EVP_PKEY_free(ca_key);
    EVP_PKEY_free(key);
    return context;
}

#endif
