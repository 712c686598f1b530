/* A client with certificates and proxies of its own, from the public header to the server and back. */
#include "http/certificate.h"
#include "http/server.h"
#include "support.h"
#include <dynox/dynox.h>

static test_identity authority;
static char          ca_path[] = "/tmp/dynox-test-pem-XXXXXX", me_path[] = "/tmp/dynox-test-pem-XXXXXX";

static void list_no_tables(test_line *line)
{
    while (server_read(line) && server_answer(line, "{\"TableNames\":[]}")) {
    }
}

/* For a server on this machine that wants to know who is there. */
static test_server *start(void)
{
    test_identity identity = make_identity("server", "IP:127.0.0.1", &authority, -3600, 7200);
    SSL_CTX      *context  = make_tls_context(&identity);
    identity_free(&identity);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.certificate);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return server_start(list_no_tables, NULL, context);
}

static void stop(test_server *server)
{
    SSL_CTX *context = server->tls;
    server_stop(server);
    SSL_CTX_free(context);
}

static dynox_status ask(const test_server *server, dynox_client_args args, dynox_error *error)
{
    char               url[64];
    dynox_table_names *names = NULL;
    snprintf(url, sizeof url, "https://127.0.0.1:%u", server->port);
    args.size            = sizeof args;
    args.region          = "eu-west-1";
    args.endpoint        = url;
    args.access_key      = "AKID";
    args.secret_key      = "SECRET";
    args.error           = error;
    dynox_client *client = dynox_client_new_with(&args);
    assert_non_null(client);
    dynox_status status = dynox_sync_list_tables_page(client, .out = &names, .error = error);
    dynox_table_names_free(names);
    dynox_client_free(client);
    return status;
}

static void a_client_shows_its_certificate(void **state)
{
    (void)state;
    dynox_error  error  = {0};
    test_server *server = start();
    dynox_status status = ask(
        server, (dynox_client_args){.ca_file = ca_path, .client_certificate = me_path, .client_key = me_path}, &error);
    if (status != DYNOX_OK) fail_msg("%s", error.message);
    status = ask(server, (dynox_client_args){.ca_file = ca_path, .client_certificate = me_path}, &error);
    assert_int_equal(status, DYNOX_OK);
    stop(server);
}

static void a_client_without_one_is_told(void **state)
{
    (void)state;
    dynox_error  error  = {0};
    test_server *server = start();
    assert_int_equal(ask(server, (dynox_client_args){.ca_file = ca_path, .max_attempts = 1}, &error), DYNOX_E_TLS);
    assert_non_null(strstr(error.message, ".client_certificate"));
    stop(server);
}

static void what_no_retry_can_mend_is_tried_once(void **state)
{
    (void)state;
    const struct {
        dynox_client_args args;
        const char       *words;
    } cases[] = {
        {{.ca_file = "/nonexistent/ca.pem"}, "/nonexistent/ca.pem"},
        {{.ca_file = ca_path, .client_certificate = "/nonexistent/me.pem"}, "/nonexistent/me.pem"},
        {{.ca_file = ca_path, .client_certificate = me_path, .client_key = "/nonexistent/key.pem"},
         "/nonexistent/key.pem"},
        {{.client_key = me_path}, ".client_certificate"},
        {{.proxy = "http://me:hush@"}, ".proxy"},
    };
    test_server *server = start();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dynox_error error = {0};
        assert_int_equal(ask(server, cases[i].args, &error), DYNOX_E_CONFIGURATION);
        assert_true(error.attempts <= 1);
        if (!strstr(error.message, cases[i].words)) fail_msg("\"%s\" without %s", error.message, cases[i].words);
        assert_null(strstr(error.message, "hush"));
    }
    assert_int_equal(server_connections(server), 0);
    stop(server);
}

/* A certificate that is not trusted now will not be trusted in a moment. */
static void a_refused_certificate_is_tried_once(void **state)
{
    (void)state;
    dynox_error  error  = {0};
    test_server *server = start();
    assert_int_equal(ask(server, (dynox_client_args){.ca_file = me_path}, &error), DYNOX_E_TLS);
    assert_int_equal(error.attempts, 1);
    assert_false(error.retryable);
    stop(server);
}

static int make_files(void **state)
{
    (void)state;
    authority        = make_authority_identity("test authority");
    test_identity me = make_identity("me", "DNS:me.example", &authority, -3600, 7200);
    write_pem(ca_path, authority.certificate, NULL, NULL);
    write_pem(me_path, me.certificate, me.key, NULL);
    identity_free(&me);
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    identity_free(&authority);
    unlink(ca_path);
    unlink(me_path);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_shows_its_certificate),
        cmocka_unit_test(a_client_without_one_is_told),
        cmocka_unit_test(what_no_retry_can_mend_is_tried_once),
        cmocka_unit_test(a_refused_certificate_is_tried_once),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
