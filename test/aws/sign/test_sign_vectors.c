/* Signatures: the official suite in both forms. */
#include "aws/sign/sign.h"
#include "json_data.h"
#include <dirent.h>

typedef struct sample {
    char               directory[512];
    json_object       *context;
    char              *request;
    char               method[16];
    dynox__span        path, query, body;
    dynox__sign_header headers[32];
    size_t             header_count;
    dynox_credentials  credentials;
} sample;
static char *read_in(const char *directory, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%.800s/%.200s", directory, name);
    return test_read_file(path, NULL);
}

static void parse_request(sample *s)
{
    char *body = strstr(s->request, "\n\n");
    if (body) {
        *body   = 0;
        s->body = (dynox__span){body + 2, strlen(body + 2)};
    } else {
        s->body = (dynox__span){"", 0};
    }
    char *line = s->request, *end = strchr(line, '\n');
    if (end) *end = 0;
    char *target = strchr(line, ' ') + 1, *version = strrchr(line, ' ');
    snprintf(s->method, sizeof s->method, "%.*s", (int)(target - line - 1), line);
    *version    = 0;
    char *query = strchr(target, '?');
    if (query) *query++ = 0;
    s->path  = (dynox__span){target, strlen(target)};
    s->query = (dynox__span){query ? query : "", query ? strlen(query) : 0};
    while (end && end[1]) {
        line = end + 1;
        end  = strchr(line, '\n');
        while (end && (end[1] == ' ' || end[1] == '\t'))
            end = strchr(end + 1, '\n');
        if (end) *end = 0;
        char *colon = strchr(line, ':');
        s->headers[s->header_count++] =
            (dynox__sign_header){{line, (size_t)(colon - line)}, {colon + 1, strlen(colon + 1)}};
    }
}

static void open_sample(sample *s, const char *directory)
{
    memset(s, 0, sizeof *s);
    snprintf(s->directory, sizeof s->directory, "%.500s", directory);
    s->request = read_in(directory, "request.txt");
    char path[1024];
    snprintf(path, sizeof path, "%.800s/context.json", directory);
    s->context = json_file(path);
    parse_request(s);
    json_object *credentials = member(s->context, "credentials");
    assert_non_null(credentials);
    s->credentials.access_key_id     = text_of(credentials, "access_key_id");
    s->credentials.secret_access_key = text_of(credentials, "secret_access_key");
    s->credentials.session_token     = text_of(credentials, "token");
}

static void check_text(const char *name, const sample *s, const dynox__buffer *got)
{
    char *expected = read_in(s->directory, name);
    if (strlen(expected) != got->size || memcmp(expected, got->data, got->size))
        fail_msg("%s/%s:\n%.*s\nexpected:\n%s", s->directory, name, (int)got->size, got->data, expected);
    free(expected);
}

static void check_sample(const sample *s, bool in_query)
{
    const dynox__sign_request request = {.method         = s->method,
                                         .path           = s->path,
                                         .query          = s->query,
                                         .headers        = s->headers,
                                         .header_count   = s->header_count,
                                         .body           = s->body,
                                         .region         = text_of(s->context, "region"),
                                         .service        = text_of(s->context, "service"),
                                         .credentials    = &s->credentials,
                                         .time           = {"20150830T123600Z"},
                                         .in_query       = in_query,
                                         .expires        = 3600,
                                         .keep_path      = !json_object_get_boolean(member(s->context, "normalize")),
                                         .payload_header = json_object_get_boolean(member(s->context, "sign_body")),
                                         .token_unsigned =
                                             json_object_get_boolean(member(s->context, "omit_session_token"))};
    dynox__signed             out     = {0};
    assert_string_equal(text_of(s->context, "timestamp"), "2015-08-30T12:36:00Z");
    assert_true(dynox__sign(&request, &out));
    check_text(in_query ? "query-canonical-request.txt" : "header-canonical-request.txt", s, &out.canonical);
    check_text(in_query ? "query-string-to-sign.txt" : "header-string-to-sign.txt", s, &out.string_to_sign);
    check_text(in_query ? "query-signature.txt" : "header-signature.txt", s,
               &(dynox__buffer){.data = out.signature, .size = DYNOX__SIGNATURE});
    if (!in_query) {
        char *sent = read_in(s->directory, "header-signed-request.txt");
        assert_non_null(strstr(sent, out.result.data));
        free(sent);
    }
    dynox__signed_free(&out);
}

static void run_suite(bool in_query)
{
    char           root[512], directory[1024];
    int            count = 0;
    struct dirent *entry;
    snprintf(root, sizeof root, "%.400s", test_data("data/aws/sigv4-test-suite/v4"));
    DIR *all = opendir(root);
    assert_non_null(all);
    while ((entry = readdir(all)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        snprintf(directory, sizeof directory, "%.500s/%.200s", root, entry->d_name);
        sample s;
        open_sample(&s, directory);
        check_sample(&s, in_query);
        json_object_put(s.context);
        free(s.request);
        count++;
    }
    closedir(all);
    assert_int_equal(count, 38);
}

static void official_suite_passes_in_the_header_form(void **state)
{
    (void)state;
    run_suite(false);
}

static void official_suite_passes_in_the_query_form(void **state)
{
    (void)state;
    run_suite(true);
}

static void an_encoded_path_is_encoded_a_second_time(void **state)
{
    (void)state;
    static const char *const cases[] = {"double-encode-path", "double-url-encode"};
    for (size_t i = 0; i < 2; i++) {
        char name[128];
        snprintf(name, sizeof name, "data/aws/sigv4-test-suite/rs-extra/%s/request.txt", cases[i]);
        sample s  = {0};
        s.request = test_read_file(test_data(name), NULL);
        parse_request(&s);
        snprintf(name, sizeof name, "data/aws/sigv4-test-suite/rs-extra/%s/header-canonical-request.txt", cases[i]);
        char                     *expected    = test_read_file(test_data(name), NULL);
        const dynox_credentials   credentials = {.access_key_id     = "ANOTREAL",
                                                 .secret_access_key = "notrealrnrELgWzOk3IfjzDKtFBhDby"};
        const dynox__sign_request request     = {.method       = s.method,
                                                 .path         = s.path,
                                                 .query        = s.query,
                                                 .headers      = s.headers,
                                                 .header_count = 1,
                                                 .body         = s.body,
                                                 .region       = "us-east-1",
                                                 .service      = "service",
                                                 .credentials  = &credentials,
                                                 .time         = {"20210511T154045Z"}};
        dynox__signed             out         = {0};
        assert_true(dynox__sign(&request, &out));
        assert_string_equal(out.canonical.data, expected);
        dynox__signed_free(&out);
        free(expected);
        free(s.request);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(official_suite_passes_in_the_header_form),
                                       cmocka_unit_test(official_suite_passes_in_the_query_form),
                                       cmocka_unit_test(an_encoded_path_is_encoded_a_second_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
