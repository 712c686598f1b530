/* Certificates of both sides: each wrong one is refused with words that name what is wrong, on both lanes. */
#include "http/certificate.h"
#include "http/lanes.h"

#define TEMPLATE "/tmp/dynox-test-pem-XXXXXX"

static test_identity   authority, stranger;
static char            ca_path[] = TEMPLATE;
static _Atomic int     resumed, full;
static char            seen_client[100]; /* whom the server believed to be there */
static pthread_mutex_t seen_lock = PTHREAD_MUTEX_INITIALIZER;

static void answer_once(test_line *line)
{
    X509 *client = SSL_get1_peer_certificate(line->ssl);
    pthread_mutex_lock(&seen_lock);
    seen_client[0] = 0;
    if (client)
        X509_NAME_get_text_by_NID(X509_get_subject_name(client), NID_commonName, seen_client, sizeof seen_client);
    pthread_mutex_unlock(&seen_lock);
    X509_free(client);
    atomic_fetch_add(SSL_session_reused(line->ssl) ? &resumed : &full, 1);
    if (server_read(line)) server_answer(line, "secret");
}

static test_server *start(const test_identity *identity)
{
    return server_start(answer_once, NULL, make_tls_context(identity));
}

static void stop(test_server *server)
{
    SSL_CTX *context = server->tls;
    server_stop(server);
    SSL_CTX_free(context);
}

/* Asks 127.0.0.1 on both lanes. */
static void both_refused(const test_server *server, dynox__curl_config config, dynox_status status, const char *words)
{
    dynox__origin origin = tls_origin_of(server);
    for (int lane = 0; lane < LANES; lane++) {
        lane_result result = ask(lane, &config, &origin);
        assert_refused(&result, status, words);
        assert_non_null(strstr(result.message, "127.0.0.1:"));
    }
}

static void both_answered(const test_server *server, dynox__curl_config config, const char *client)
{
    dynox__origin origin = tls_origin_of(server);
    for (int lane = 0; lane < LANES; lane++) {
        lane_result result = ask(lane, &config, &origin);
        if (result.status != DYNOX_OK) fail_msg("%s", result.message);
        assert_string_equal(result.body, "secret");
        pthread_mutex_lock(&seen_lock);
        assert_string_equal(seen_client, client);
        pthread_mutex_unlock(&seen_lock);
    }
}

/* A server with such a certificate is refused. `issuer` NULL: self-signed. */
static void certificate_refused(const char *hosts, const test_identity *issuer, long begin, const char *words)
{
    test_identity identity = make_identity("server", hosts, issuer, begin, 7200);
    test_server  *server   = start(&identity);
    both_refused(server, (dynox__curl_config){.ca_file = ca_path}, DYNOX_E_TLS, words);
    stop(server);
    identity_free(&identity);
}

static void a_certificate_for_another_host_is_refused(void **state)
{
    (void)state;
    certificate_refused("DNS:other.example,IP:127.0.0.2", &authority, -3600, "for another host");
}

static void an_expired_certificate_is_refused(void **state)
{
    (void)state;
    certificate_refused("IP:127.0.0.1", &authority, -86400, "has expired");
}

static void a_certificate_of_the_future_is_refused(void **state)
{
    (void)state;
    certificate_refused("IP:127.0.0.1", &authority, 3600, "clock");
}

static void a_self_signed_certificate_is_refused(void **state)
{
    (void)state;
    certificate_refused("IP:127.0.0.1", NULL, -3600, "self-signed");
}

static void an_unknown_authority_is_refused(void **state)
{
    (void)state;
    certificate_refused("IP:127.0.0.1", &stranger, -3600, "authority that is not trusted");
}

static void an_unknown_authority_that_shows_itself_is_refused(void **state)
{
    (void)state;
    test_identity identity = make_identity("server", "IP:127.0.0.1", &stranger, -3600, 7200);
    test_server  *server   = start(&identity);
    SSL_CTX_add1_chain_cert(server->tls, stranger.certificate);
    both_refused(server, (dynox__curl_config){.ca_file = ca_path}, DYNOX_E_TLS, "authority that is not trusted");
    stop(server);
    identity_free(&identity);
}

static test_server *start_good(void)
{
    test_identity identity = make_identity("server", "IP:127.0.0.1", &authority, -3600, 7200);
    test_server  *server   = start(&identity);
    identity_free(&identity);
    return server;
}

static void a_self_signed_certificate_in_the_ca_file_is_trusted(void **state)
{
    (void)state;
    char          path[]   = TEMPLATE;
    test_identity identity = make_identity("server", "IP:127.0.0.1", NULL, -3600, 7200);
    test_server  *server   = start(&identity);
    write_pem(path, identity.certificate, NULL, NULL);
    both_answered(server, (dynox__curl_config){.ca_file = path}, "");
    stop(server);
    identity_free(&identity);
    unlink(path);
}

static void old_versions_are_refused(void **state)
{
    (void)state;
    test_server *server = start_good();
    SSL_CTX_set_security_level(server->tls, 0);
    SSL_CTX_set_min_proto_version(server->tls, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(server->tls, TLS1_1_VERSION);
    both_refused(server, (dynox__curl_config){.ca_file = ca_path}, DYNOX_E_TLS, "no TLS version from 1.2 on");
    stop(server);
}

static void tls_1_2_is_good_enough(void **state)
{
    (void)state;
    test_server *server = start_good();
    SSL_CTX_set_max_proto_version(server->tls, TLS1_2_VERSION);
    both_answered(server, (dynox__curl_config){.ca_file = ca_path}, "");
    stop(server);
}

static void say_hello_in_plain_text(test_line *line)
{
    server_send(line, "220 hello, this is not TLS\r\n");
    server_wait_closed(line);
}

static void a_server_without_tls_is_refused(void **state)
{
    (void)state;
    test_server *server = server_start(say_hello_in_plain_text, NULL, NULL);
    both_refused(server, (dynox__curl_config){.ca_file = ca_path}, DYNOX_E_TLS, "does not speak TLS");
    server_stop(server);
}

static void a_wrong_ca_file_is_named(void **state)
{
    (void)state;
    test_server *server = start_good();
    both_refused(server, (dynox__curl_config){.ca_file = "/nonexistent/ca.pem"}, DYNOX_E_CONFIGURATION,
                 "\"/nonexistent/ca.pem\" cannot be read: there is no such file");
    both_refused(server, (dynox__curl_config){.ca_file = "/dev/null"}, DYNOX_E_CONFIGURATION,
                 "\"/dev/null\" holds no certificates");
    assert_int_equal(server_connections(server), 0);
    stop(server);
}

static dynox_status fetch_from(const test_server *server, dynox__tls *tls, dynox_error *error)
{
    char                  url[64];
    dynox__fetch_response response = {0};
    snprintf(url, sizeof url, "https://127.0.0.1:%u/", server->port);
    dynox_status status = dynox__fetch(&(dynox__fetch_request){.url = url, .tls = tls}, &response, error);
    dynox__fetch_response_free(&response);
    return status;
}

static void fetch_takes_the_bundle_of_the_environment(void **state)
{
    (void)state;
    dynox_error  error  = {0};
    test_server *server = start_good();
    setenv("AWS_CA_BUNDLE", ca_path, 1);
    assert_int_equal(fetch_from(server, NULL, &error), DYNOX_OK);
    setenv("AWS_CA_BUNDLE", "/nonexistent/ca.pem", 1);
    assert_int_equal(fetch_from(server, NULL, &error), DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(error.message, "/nonexistent/ca.pem"));
    unsetenv("AWS_CA_BUNDLE");
    assert_int_equal(fetch_from(server, NULL, &error), DYNOX_E_TLS);
    stop(server);
}

/* ---- certificates of clients ---- */

/* A server that lets in only whom the authority knows. */
static test_server *start_strict(int version)
{
    test_server *server = start_good();
    X509_STORE_add_cert(SSL_CTX_get_cert_store(server->tls), authority.certificate);
    SSL_CTX_set_verify(server->tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    SSL_CTX_set_max_proto_version(server->tls, version);
    return server;
}

static void a_client_certificate_that_is_missing_is_asked_for(void **state)
{
    (void)state;
    static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
    for (int i = 0; i < 2; i++) {
        test_server *server = start_strict(versions[i]);
        both_refused(server, (dynox__curl_config){.ca_file = ca_path}, DYNOX_E_TLS, "client certificate");
        stop(server);
    }
}

static void a_client_certificate_is_presented(void **state)
{
    (void)state;
    static const int versions[]    = {TLS1_2_VERSION, TLS1_3_VERSION};
    char             certificate[] = TEMPLATE, key[] = TEMPLATE, both[] = TEMPLATE;
    test_identity    client = make_identity("ada", "DNS:ada.example", &authority, -3600, 7200);
    write_pem(certificate, client.certificate, NULL, NULL);
    write_pem(key, NULL, client.key, NULL);
    write_pem(both, client.certificate, client.key, NULL);
    for (int i = 0; i < 2; i++) {
        test_server *server = start_strict(versions[i]);
        both_answered(server,
                      (dynox__curl_config){.ca_file = ca_path, .client_certificate = certificate, .client_key = key},
                      "ada");
        both_answered(server, (dynox__curl_config){.ca_file = ca_path, .client_certificate = both}, "ada");
        stop(server);
    }
    unlink(certificate);
    unlink(key);
    unlink(both);
    identity_free(&client);
}

static void a_client_certificate_of_a_stranger_is_refused(void **state)
{
    (void)state;
    char          path[] = TEMPLATE;
    test_identity client = make_identity("eve", "DNS:eve.example", &stranger, -3600, 7200);
    test_server  *server = start_strict(TLS1_3_VERSION);
    write_pem(path, client.certificate, client.key, NULL);
    both_refused(server, (dynox__curl_config){.ca_file = ca_path, .client_certificate = path}, DYNOX_E_TLS,
                 "client certificate");
    stop(server);
    unlink(path);
    identity_free(&client);
}

static void unusable_files_of_a_client_certificate_are_named(void **state)
{
    (void)state;
    char          certificate[] = TEMPLATE, other[] = TEMPLATE, locked[] = TEMPLATE;
    test_identity client = make_identity("ada", "DNS:ada.example", &authority, -3600, 7200);
    test_server  *server = start_strict(TLS1_3_VERSION);
    write_pem(certificate, client.certificate, NULL, NULL);
    write_pem(other, NULL, stranger.key, NULL);
    write_pem(locked, NULL, client.key, "open sesame");
    const struct {
        const char *certificate, *key, *words;
    } cases[] = {
        {"/nonexistent/me.pem", NULL, "client certificate \"/nonexistent/me.pem\" cannot be read"},
        {certificate, "/nonexistent/key.pem", "client key \"/nonexistent/key.pem\" cannot be read"},
        {certificate, NULL, certificate}, /* no key in it */
        {other, other, other},            /* no certificate in it */
        {certificate, other, other},      /* does not belong to it */
        {certificate, locked, locked},    /* and nobody is asked for the pass phrase */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        both_refused(server,
                     (dynox__curl_config){
                         .ca_file = ca_path, .client_certificate = cases[i].certificate, .client_key = cases[i].key},
                     DYNOX_E_CONFIGURATION, cases[i].words);
    stop(server);
    unlink(certificate);
    unlink(other);
    unlink(locked);
    identity_free(&client);
}

static void a_key_alone_is_a_mistake(void **state)
{
    (void)state;
    dynox_error error = {0};
    assert_null(dynox__curl_transport_new(&(dynox__curl_config){.client_key = "/some/key.pem"}, &error));
    assert_int_equal(error.status, DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(error.message, ".client_certificate"));
}

/* ---- sessions ---- */

static void fetches_that_share_trust_share_sessions(void **state)
{
    (void)state;
    dynox_error  error  = {0};
    test_server *server = start_good();
    atomic_store(&resumed, 0);
    atomic_store(&full, 0);
    dynox__tls *tls = dynox__tls_new(&(dynox__tls_settings){.ca_file = ca_path}, &error);
    for (int i = 0; i < 4; i++)
        assert_int_equal(fetch_from(server, tls, &error), DYNOX_OK);
    assert_int_equal(atomic_load(&full), 1);
    assert_int_equal(atomic_load(&resumed), 3);
    dynox__tls_free(tls);
    stop(server);
}

/* ---- the system's authorities: a bundle, and a folder in which each has a file that is named by its hash ---- */

static char folder[] = "/tmp/dynox-test-authorities-XXXXXX", bundle[] = TEMPLATE;

static void link_name(char *path, size_t room, X509 *certificate)
{
    snprintf(path, room, "%s/%08lx.0", folder, X509_subject_name_hash(certificate));
}

/* Each may be NULL: nothing is there (of the bundle, nothing that could be read as a certificate). */
static void system_begin(X509 *in_folder, X509 *in_bundle)
{
    char path[128], file[] = TEMPLATE;
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    memcpy(bundle + sizeof bundle - 7, "XXXXXX", 6);
    assert_non_null(mkdtemp(folder));
    write_pem(bundle, in_bundle, NULL, NULL);
    if (in_folder) {
        write_pem(file, in_folder, NULL, NULL);
        link_name(path, sizeof path, in_folder);
        assert_int_equal(rename(file, path), 0);
    }
    dynox__tls_fake_system(bundle, folder);
}

static void system_end(X509 *in_folder)
{
    char path[128];
    dynox__tls_fake_system(NULL, NULL);
    if (in_folder) {
        link_name(path, sizeof path, in_folder);
        unlink(path);
    }
    rmdir(folder);
    unlink(bundle);
}

static void authorities_are_looked_up_in_the_folder_without_reading_the_bundle(void **state)
{
    (void)state;
    test_server *server = start_good();
    system_begin(authority.certificate, NULL);
    both_answered(server, (dynox__curl_config){0}, "");
    system_end(authority.certificate);
    stop(server);
}

static void authorities_that_only_the_bundle_has_are_trusted_too(void **state)
{
    (void)state;
    test_server *server = start_good();
    system_begin(stranger.certificate, authority.certificate);
    both_answered(server, (dynox__curl_config){0}, "");
    system_end(stranger.certificate);
    system_begin(NULL, authority.certificate); /* a folder without hashes */
    both_answered(server, (dynox__curl_config){0}, "");
    system_end(NULL);
    stop(server);
}

static void an_authority_that_the_system_does_not_have_is_refused(void **state)
{
    (void)state;
    test_server *server = start_good();
    system_begin(stranger.certificate, stranger.certificate);
    both_refused(server, (dynox__curl_config){0}, DYNOX_E_TLS, "authority that is not trusted");
    system_end(stranger.certificate);
    stop(server);
}

static void answer_all(test_line *line)
{
    while (server_read(line) && server_answer(line, "secret")) {
    }
}

/* Whoever failed while another was reading the bundle tries again, too. */
static void many_connections_that_need_the_bundle_at_once_get_it(void **state)
{
    (void)state;
    enum { MANY = 8 };
    test_scene    on;
    test_call     calls[MANY];
    test_identity identity = make_identity("server", "IP:127.0.0.1", &authority, -3600, 7200);
    system_begin(stranger.certificate, authority.certificate);
    scene_begin_with(&on, answer_all, NULL, make_tls_context(&identity), (dynox__curl_config){0});
    for (int i = 0; i < MANY; i++) {
        call_init(&calls[i], &on.origin);
        call_start(on.transport, &calls[i]);
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(call_wait(&calls[i]), DYNOX_OK);
        call_free(&calls[i]);
    }
    SSL_CTX *context = on.server->tls;
    scene_end(&on);
    SSL_CTX_free(context);
    system_end(stranger.certificate);
    identity_free(&identity);
}

static int make_authorities(void **state)
{
    (void)state;
    unsetenv("SSL_CERT_FILE"); /* they come before what the system has */
    unsetenv("SSL_CERT_DIR");
    authority = make_authority_identity("test authority");
    stranger  = make_authority_identity("strange authority");
    write_pem(ca_path, authority.certificate, NULL, NULL);
    return 0;
}

static int remove_authorities(void **state)
{
    (void)state;
    identity_free(&authority);
    identity_free(&stranger);
    unlink(ca_path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_for_another_host_is_refused),
        cmocka_unit_test(an_expired_certificate_is_refused),
        cmocka_unit_test(a_certificate_of_the_future_is_refused),
        cmocka_unit_test(a_self_signed_certificate_is_refused),
        cmocka_unit_test(an_unknown_authority_is_refused),
        cmocka_unit_test(an_unknown_authority_that_shows_itself_is_refused),
        cmocka_unit_test(a_self_signed_certificate_in_the_ca_file_is_trusted),
        cmocka_unit_test(old_versions_are_refused),
        cmocka_unit_test(tls_1_2_is_good_enough),
        cmocka_unit_test(a_server_without_tls_is_refused),
        cmocka_unit_test(a_wrong_ca_file_is_named),
        cmocka_unit_test(fetch_takes_the_bundle_of_the_environment),
        cmocka_unit_test(a_client_certificate_that_is_missing_is_asked_for),
        cmocka_unit_test(a_client_certificate_is_presented),
        cmocka_unit_test(a_client_certificate_of_a_stranger_is_refused),
        cmocka_unit_test(unusable_files_of_a_client_certificate_are_named),
        cmocka_unit_test(a_key_alone_is_a_mistake),
        cmocka_unit_test(fetches_that_share_trust_share_sessions),
        cmocka_unit_test(authorities_are_looked_up_in_the_folder_without_reading_the_bundle),
        cmocka_unit_test(authorities_that_only_the_bundle_has_are_trusted_too),
        cmocka_unit_test(an_authority_that_the_system_does_not_have_is_refused),
        cmocka_unit_test(many_connections_that_need_the_bundle_at_once_get_it),
    };
    return cmocka_run_group_tests(tests, make_authorities, remove_authorities);
}
