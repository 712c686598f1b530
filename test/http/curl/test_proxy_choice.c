/* Which proxy for which host: the settings, their order, and the forms of NO_PROXY. */
#include "http/curl/proxy.h"
#include "support.h"

static const char *const variables[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",   "all_proxy",
                                        "ALL_PROXY",  "no_proxy",   "NO_PROXY",    "REQUEST_METHOD"};

static int clear_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
    return 0;
}

static dynox__proxies read_settings(const char *given)
{
    dynox__proxies proxies;
    dynox_error    error = {0};
    if (dynox__proxies_read(&proxies, given, &error) != DYNOX_OK) fail_msg("%s", error.message);
    return proxies;
}

/* The URL of the proxy for a target; "" for none. Static. */
static const char *choice(const char *given, bool tls, const char *host, uint16_t port)
{
    static char         url[300];
    dynox__proxies      proxies = read_settings(given);
    const dynox__proxy *proxy   = dynox__proxies_choose(&proxies, tls, host, port);
    snprintf(url, sizeof url, "%s", proxy ? proxy->url : "");
    dynox__proxies_free(&proxies);
    return url;
}

static void without_settings_there_is_no_proxy(void **state)
{
    (void)state;
    assert_string_equal(choice(NULL, true, "example.com", 443), "");
    assert_string_equal(choice("", true, "example.com", 443), "");
}

static void the_option_serves_both_schemes_and_beats_the_environment(void **state)
{
    (void)state;
    setenv("https_proxy", "http://other:1", 1);
    setenv("no_proxy", "*", 1);
    assert_string_equal(choice("http://proxy:3128", true, "example.com", 443), "http://proxy:3128");
    assert_string_equal(choice("http://proxy:3128", false, "example.com", 80), "http://proxy:3128");
    assert_string_equal(choice("", true, "example.com", 443), "");
}

static void the_scheme_of_the_target_chooses_the_variable(void **state)
{
    (void)state;
    setenv("HTTPS_PROXY", "http://secure:1", 1);
    setenv("HTTP_PROXY", "http://plain:2", 1);
    assert_string_equal(choice(NULL, true, "example.com", 443), "http://secure:1");
    assert_string_equal(choice(NULL, false, "example.com", 80), "http://plain:2");
}

static void lower_case_wins_and_all_proxy_fills_in(void **state)
{
    (void)state;
    setenv("ALL_PROXY", "http://all:3", 1);
    assert_string_equal(choice(NULL, true, "example.com", 443), "http://all:3");
    assert_string_equal(choice(NULL, false, "example.com", 80), "http://all:3");
    setenv("HTTPS_PROXY", "http://upper:1", 1);
    assert_string_equal(choice(NULL, true, "example.com", 443), "http://upper:1");
    setenv("https_proxy", "http://lower:2", 1);
    assert_string_equal(choice(NULL, true, "example.com", 443), "http://lower:2");
    setenv("https_proxy", "", 1);
    assert_string_equal(choice(NULL, true, "example.com", 443), "http://upper:1");
}

static void a_header_of_a_cgi_request_is_not_a_setting(void **state)
{
    (void)state;
    setenv("HTTP_PROXY", "http://evil:1", 1);
    setenv("REQUEST_METHOD", "GET", 1);
    assert_string_equal(choice(NULL, false, "example.com", 80), "");
    setenv("http_proxy", "http://plain:2", 1);
    assert_string_equal(choice(NULL, false, "example.com", 80), "http://plain:2");
}

static void this_machine_and_metadata_endpoints_are_never_proxied(void **state)
{
    (void)state;
    static const char *const direct[] = {
        "localhost",     "LocalHost",        "localhost.",        "127.0.0.1",     "127.8.9.10",
        "::1",           "::ffff:127.0.0.1", "169.254.169.254",   "169.254.170.2", "169.254.170.23",
        "fd00:ec2::254", "FD00:EC2:0:0::23", "fd00:ec2::254%eth0"};
    static const char *const proxied[] = {"localhost.example.com", "mylocalhost",   "128.0.0.1", "169.254.169.253",
                                          "169.254.170.3",         "fd00:ec2::255", "::2",       "example.com"};
    for (size_t i = 0; i < sizeof direct / sizeof direct[0]; i++)
        if (*choice("http://proxy:1", false, direct[i], 80)) fail_msg("%s goes through the proxy", direct[i]);
    for (size_t i = 0; i < sizeof proxied / sizeof proxied[0]; i++)
        if (!*choice("http://proxy:1", false, proxied[i], 80)) fail_msg("%s does not go through the proxy", proxied[i]);
}

static void every_form_of_no_proxy_is_understood(void **state)
{
    (void)state;
    static const struct {
        const char *list, *host;
        uint16_t    port;
        bool        direct;
    } cases[] = {
        {"*", "example.com", 443, true},
        {"example.com", "example.com", 443, true},
        {"example.com", "EXAMPLE.com.", 443, true},
        {"Example.COM.", "example.com", 443, true},
        {"example.com", "a.b.example.com", 443, true},
        {"example.com", "badexample.com", 443, false},
        {"example.com", "example.com.evil", 443, false},
        {".example.com", "a.example.com", 443, true},
        {".example.com", "example.com", 443, true},
        {"*.example.com", "a.example.com", 443, true},
        {"*.example.com", "badexample.com", 443, false},
        {"example.com:443", "example.com", 443, true},
        {"example.com:443", "example.com", 8443, false},
        {"example.com:443", "a.example.com", 443, true},
        {"example.com:x", "example.com", 443, false},
        {"example.com:", "example.com", 443, false},
        {"10.1.2.3", "10.1.2.3", 443, true},
        {"10.1.2.3", "10.1.2.30", 443, false},
        {"10.1.2.3:8000", "10.1.2.3", 8000, true},
        {"10.1.2.3:8000", "10.1.2.3", 8001, false},
        {"2.3", "10.1.2.3", 443, false},
        {"10.0.0.0/8", "10.200.1.1", 443, true},
        {"10.0.0.0/8", "11.0.0.1", 443, false},
        {"10.128.0.0/9", "10.127.255.255", 443, false},
        {"10.128.0.0/9", "10.128.0.1", 443, true},
        {"0.0.0.0/0", "8.8.8.8", 443, true},
        {"0.0.0.0/0", "2001:db8::1", 443, false},
        {"10.0.0.0/33", "10.0.0.0", 443, false},
        {"10.0.0.0/", "10.0.0.0", 443, false},
        {"10.0.0.0/8", "ten.example.com", 443, false},
        {"2001:db8::1", "2001:DB8:0::1", 443, true},
        {"[2001:db8::1]", "2001:db8::1", 443, true},
        {"[2001:db8::1]:443", "2001:db8::1", 443, true},
        {"[2001:db8::1]:443", "2001:db8::1", 80, false},
        {"[2001:db8::1]x", "2001:db8::1", 443, false},
        {"2001:db8::/32", "2001:db8:ffff::1", 443, true},
        {"2001:db8::/32", "2001:db9::1", 443, false},
        {"::/0", "2001:db8::1", 443, true},
        {"a.test, example.com\tb.test", "example.com", 443, true},
        {"a.test example.com", "example.com", 443, true},
        {",, ,", "example.com", 443, false},
        {".", "example.com", 443, false},
        {"*.", "example.com", 443, false},
        {"[", "example.com", 443, false},
    };
    setenv("https_proxy", "http://proxy:1", 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        setenv("NO_PROXY", cases[i].list, 1);
        bool direct = !*choice(NULL, true, cases[i].host, cases[i].port);
        if (direct != cases[i].direct)
            fail_msg("NO_PROXY=\"%s\" and %s:%u", cases[i].list, cases[i].host, cases[i].port);
    }
}

static void long_entries_and_hosts_are_harmless(void **state)
{
    (void)state;
    static char name[5000];
    memset(name, 'a', sizeof name - 1);
    setenv("https_proxy", "http://proxy:1", 1);
    setenv("no_proxy", name, 1);
    assert_string_equal(choice(NULL, true, "example.com", 443), "http://proxy:1");
    assert_string_equal(choice(NULL, true, name, 443), "");
}

static void urls_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text, *url, *user, *password;
    } cases[] = {
        {"proxy", "http://proxy:80", NULL, NULL},
        {"proxy:3128", "http://proxy:3128", NULL, NULL},
        {"HTTPS://Proxy.example/", "HTTPS://Proxy.example:443", NULL, NULL},
        {"socks5h://proxy", "socks5h://proxy:1080", NULL, NULL},
        {"http://[2001:db8::1]:8080", "http://[2001:db8::1]:8080", NULL, NULL},
        {"http://[2001:db8::1]", "http://[2001:db8::1]:80", NULL, NULL},
        {"http://me@proxy:1", "http://proxy:1", "me", ""},
        {"http://me:secret@proxy:1", "http://proxy:1", "me", "secret"},
        {"http://d%6Fm%5Cme:p%40ss%3aw%2Frd%25@proxy:1", "http://proxy:1", "dom\\me", "p@ss:w/rd%"},
        {"http://me:a@b:c@proxy:1", "http://proxy:1", "me", "a@b:c"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dynox__proxies proxies = read_settings(cases[i].text);
        assert_string_equal(proxies.https.url, cases[i].url);
        if (cases[i].user) {
            assert_string_equal(proxies.https.user, cases[i].user);
            assert_string_equal(proxies.https.password, cases[i].password);
        } else
            assert_null(proxies.https.user);
        dynox__proxies_free(&proxies);
    }
}

static void bad_settings_are_named_and_never_shown(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "http://",
        "http://:80",
        "http://hush:hush@",
        "ftp://hush:hush@proxy",
        "http://proxy:",
        "http://proxy:0",
        "http://proxy:x",
        "http://proxy:65536",
        "http://proxy:1/path",
        "http://proxy:1?hush",
        "http://hush%4@p:1",
        "http://h%ush@p",
        "http://u:hush%00@p:1",
        "http://pro xy:1",
        "http://[::1",
        "http://[hush]:1",
        "http://proxy:-1",
        "http://u:hu/sh@proxy:1",
        "http://pr\r\nhush:1",
        "://proxy",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        dynox__proxies proxies;
        dynox_error    error = {0};
        setenv("HTTPS_PROXY", bad[i], 1);
        if (dynox__proxies_read(&proxies, NULL, &error) != DYNOX_E_CONFIGURATION) fail_msg("taken: %s", bad[i]);
        assert_non_null(strstr(error.message, "HTTPS_PROXY"));
        assert_null(strstr(error.message, "hush"));
        dynox__proxies_free(&proxies);
    }
}

static void read_everything(void *unused)
{
    (void)unused;
    dynox__proxies proxies;
    dynox_error    error  = {0};
    dynox_status   status = dynox__proxies_read(&proxies, NULL, &error);
    assert_true(status == DYNOX_OK || status == DYNOX_E_NO_MEMORY);
    dynox__proxies_free(&proxies);
}

static void running_out_of_memory_is_reported(void **state)
{
    (void)state;
    setenv("all_proxy", "http://me:secret@proxy:1", 1);
    setenv("no_proxy", "example.com", 1);
    test_every_allocation_failing(read_everything, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_settings_there_is_no_proxy, clear_environment),
        cmocka_unit_test_setup(the_option_serves_both_schemes_and_beats_the_environment, clear_environment),
        cmocka_unit_test_setup(the_scheme_of_the_target_chooses_the_variable, clear_environment),
        cmocka_unit_test_setup(lower_case_wins_and_all_proxy_fills_in, clear_environment),
        cmocka_unit_test_setup(a_header_of_a_cgi_request_is_not_a_setting, clear_environment),
        cmocka_unit_test_setup(this_machine_and_metadata_endpoints_are_never_proxied, clear_environment),
        cmocka_unit_test_setup(every_form_of_no_proxy_is_understood, clear_environment),
        cmocka_unit_test_setup(long_entries_and_hosts_are_harmless, clear_environment),
        cmocka_unit_test_setup(urls_are_taken_apart, clear_environment),
        cmocka_unit_test_setup(bad_settings_are_named_and_never_shown, clear_environment),
        cmocka_unit_test_setup(running_out_of_memory_is_reported, clear_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
