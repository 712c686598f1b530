/* Bad input is a clear error before anything is sent, in the async form as in the sync one. */
#include "scripted.h"
#include <math.h>

/* The future must have failed already, with this status and words. Consumes it. */
static void assert_refused(dynox_future *future, dynox_status status, const char *words)
{
    assert_true(dynox_future_done(future));
    const dynox_error *error = dynox_future_details(future);
    assert_non_null(error);
    if (error->status != status || !strstr(error->message, words))
        fail_msg("%s: \"%s\", not \"%s\"", dynox_status_name(error->status), error->message, words);
    assert_int_equal(error->attempts, 0);
    dynox_future_release(future);
}

static void assert_stream_refused(dynox_stream *stream, dynox_status status, const char *words)
{
    const void *item;
    assert_int_equal(dynox_stream_poll(stream, &item), DYNOX_STREAM_FAILED);
    assert_int_equal(dynox_stream_error(stream)->status, status);
    if (!strstr(dynox_stream_error(stream)->message, words)) fail_msg("%s", dynox_stream_error(stream)->message);
    dynox_stream_free(stream);
}

/* Rows 50, 51. There is one way to give an update, so that two cannot be given. */
static void missing_tables_keys_and_items_are_named(void **state)
{
    (void)state;
    assert_refused(dynox_get_item(client, NULL, DYNOX_ITEM("pk", 1)), DYNOX_E_ARGUMENT, "table name");
    assert_refused(dynox_get_item(client, "", DYNOX_ITEM("pk", 1)), DYNOX_E_ARGUMENT, "table name");
    assert_refused(dynox_get_item(client, "t", NULL), DYNOX_E_ARGUMENT, "the key is missing");
    assert_refused(dynox_put_item(client, "t", NULL), DYNOX_E_ARGUMENT, "the item is missing");
    assert_refused(dynox_update_item(client, "t", DYNOX_ITEM("pk", 1), NULL), DYNOX_E_ARGUMENT,
                   "update expression is missing");
    assert_refused(dynox_update_item(client, "t", DYNOX_ITEM("pk", 1), DYNOX_EXPR("")), DYNOX_E_EXPRESSION,
                   "there is nothing in it");
    assert_refused(dynox_update_item(client, "t", DYNOX_ITEM("pk", 1), DYNOX_EXPR(" ")), DYNOX_E_EXPRESSION,
                   "there is nothing in it");
    assert_stream_refused(dynox_query(client, "t", NULL), DYNOX_E_ARGUMENT, "key condition is missing");
    assert_stream_refused(dynox_scan(client, NULL), DYNOX_E_ARGUMENT, "table name");
    assert_refused(dynox_wait_for_table_active(client, NULL), DYNOX_E_ARGUMENT, "table name");
}

/* Rows 28, 33, 34. Nothing is sent: see none_of_it_was_sent. */
static void bad_values_are_named_by_their_path(void **state)
{
    (void)state;
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "name", (const char *)NULL)), DYNOX_E_VALUE,
                   "name");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "a", DYNOX_MAP("b", DYNOX_LIST(1, NAN)))),
                   DYNOX_E_VALUE, "a.b[1]");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "n", INFINITY)), DYNOX_E_VALUE, "n");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "n", dynox_number_text("1e126"))), DYNOX_E_VALUE,
                   "n");
    assert_refused(
        dynox_put_item(client, "t",
                       DYNOX_ITEM("pk", "x", "n", dynox_number_text("123456789012345678901234567890123456789"))),
        DYNOX_E_VALUE, "38");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "n", dynox_number_text("not_a_number"))),
                   DYNOX_E_VALUE, "n");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "tags", DYNOX_STRING_SET())), DYNOX_E_VALUE,
                   "tags");
    assert_refused(
        dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "tags", DYNOX_NUMBER_SET(1, dynox_number_text("1.0")))),
        DYNOX_E_VALUE, "tags");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "\xff")), DYNOX_E_VALUE, "UTF-8");
    assert_refused(dynox_get_item(client, "\xc0\xaf", DYNOX_ITEM("pk", 1)), DYNOX_E_ARGUMENT, "UTF-8");
}

/* Rows 29, 30. That a truth value is no member of DYNOX_NUMBER_SET is told by the compiler (test/misuse); here the sets
 * are made at run time. */
static void sets_of_what_has_no_sets_or_of_several_types_are_refused(void **state)
{
    (void)state;
    const dynox_value truths[] = {dynox_bool(true), dynox_bool(false)}, some[] = {dynox_int(1), dynox_bool(true)},
                      mixed[] = {dynox_string("a"), dynox_int(1)};
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "s", dynox_string_set_of(truths, 2))),
                   DYNOX_E_VALUE, "\"s[0]\": a member of the set is of another type than the set");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "s", dynox_number_set_of(truths, 2))),
                   DYNOX_E_VALUE, "\"s[0]\": a member of the set is of another type than the set");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "s", dynox_number_set_of(some, 2))), DYNOX_E_VALUE,
                   "\"s[1]\": a member of the set is of another type than the set");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", "x", "s", dynox_string_set_of(mixed, 2))),
                   DYNOX_E_VALUE, "\"s[1]\": a member of the set is of another type than the set");
    dynox_error error = {0};
    char       *text  = dynox_item_to_text(DYNOX_ITEM("l", dynox_list_of(some, 2)), &error); /* a list may have both */
    assert_string_equal(text, "{\"l\":{\"L\":[{\"N\":\"1\"},{\"BOOL\":true}]}}");
    dynox_free(text);
}

static void bad_expressions_are_shown_with_the_column(void **state)
{
    (void)state;
    assert_refused(dynox_update_item(client, "t", DYNOX_ITEM("pk", 1), DYNOX_EXPR("SET age , 5")), DYNOX_E_EXPRESSION,
                   "update expression, column 9");
    assert_refused(dynox_update_item(client, "t", DYNOX_ITEM("pk", 1), DYNOX_EXPR("SET a = ?, b = ?", 1)),
                   DYNOX_E_EXPRESSION, "1");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", 1), .condition = DYNOX_EXPR("a >")), DYNOX_E_EXPRESSION,
                   "condition expression, column");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", 1), .condition = DYNOX_EXPR("a = ?", (char *)NULL)),
                   DYNOX_E_VALUE, "value 1 of 1");
    assert_refused(dynox_get_item(client, "t", DYNOX_ITEM("pk", 1), .projection = "a,,b"), DYNOX_E_EXPRESSION,
                   "column");
    assert_stream_refused(dynox_query(client, "t", DYNOX_EXPR("pk = ")), DYNOX_E_EXPRESSION, "column");
}

/* Rows 41, 52. */
static void parameters_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", 1), .return_values = DYNOX_ALL_NEW), DYNOX_E_ARGUMENT,
                   "return_values");
    assert_refused(dynox_update_item(client, "t", DYNOX_ITEM("pk", 1), DYNOX_EXPR("REMOVE a"),
                                     .return_values = (dynox_return_values)9),
                   DYNOX_E_ARGUMENT, "return_values");
    assert_refused(dynox_put_item(client, "t", DYNOX_ITEM("pk", 1), .return_on_condition_failure = DYNOX_ALL_NEW),
                   DYNOX_E_ARGUMENT, "return_on_condition_failure");
    assert_refused(dynox_query_page(client, "t", DYNOX_EXPR("pk = ?", 1), .limit = 5), DYNOX_E_ARGUMENT, "page_size");
    assert_refused(dynox_scan_page(client, "t", .segment = 4, .total_segments = 4), DYNOX_E_ARGUMENT, "segment 4 of 4");
    assert_refused(dynox_scan_page(client, "t", .segment = 1), DYNOX_E_ARGUMENT, "segment 1 of 0");
    assert_stream_refused(dynox_scan(client, "t", .select = DYNOX_SELECT_COUNT, .limit = 3), DYNOX_E_ARGUMENT, "limit");
    assert_refused(dynox_list_tables_page(client, .page_size = 101), DYNOX_E_ARGUMENT, "100");
    assert_refused(dynox_get_item(client, "t", DYNOX_ITEM("pk", 1), .return_capacity = (dynox_return_capacity)7),
                   DYNOX_E_ARGUMENT, "return_capacity");
}

static void bad_tables_are_refused(void **state)
{
    (void)state;
    const dynox_index nameless[] = {{.partition_key = {"a", DYNOX_S}}};
    const dynox_index local[]    = {{.name = "l", .sort_key = {"a", DYNOX_S}}};
    const dynox_index other[]    = {{.name = "g", .partition_key = {"pk", DYNOX_N}}};
    const dynox_index some[]     = {{.name = "g", .partition_key = {"a", DYNOX_N}, .projection = DYNOX_PROJECT_SOME}};
    assert_refused(dynox_create_table(client, "t", {NULL, DYNOX_S}), DYNOX_E_ARGUMENT, "partition key");
    assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_BOOL}), DYNOX_E_ARGUMENT, "\"pk\"");
    assert_refused(
        dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = nameless, .global_index_count = 1),
        DYNOX_E_ARGUMENT, "no name");
    assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .local_indexes = local, .local_index_count = 1),
                   DYNOX_E_ARGUMENT, "sort key");
    assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_S}, .local_indexes = local,
                                      .local_index_count = 6),
                   DYNOX_E_ARGUMENT, "6 local indexes");
    assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = other, .global_index_count = 1),
                   DYNOX_E_ARGUMENT, "two different types");
    assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = some, .global_index_count = 1),
                   DYNOX_E_ARGUMENT, "projected");
    assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .provisioned = {1, 1}), DYNOX_E_ARGUMENT,
                   "DYNOX_PROVISIONED");
    assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .table_class = "GOLD"), DYNOX_E_ARGUMENT, "GOLD");
}

/* A count without an array, and a count that was -1 once. */
static void arrays_that_are_not_there_are_refused(void **state)
{
    (void)state;
    static const size_t      counts[]  = {2, SIZE_MAX};
    const dynox_statement    statement = {0};
    const dynox_write        write     = {0};
    const dynox_read         read      = {0};
    const dynox_vector_index vector    = {
           .name = "v", .attribute = "a", .dimensions = 2, .distance = "COSINE", .filter_count = 1};
    const dynox_index some = {
        .name = "i", .partition_key = {"a", DYNOX_S}, .projection = DYNOX_PROJECT_SOME, .projected_count = 1};
    for (int i = 0; i < 2; i++) {
        size_t count = counts[i];
        assert_refused(dynox_transact_write(client, ((dynox_writes){NULL, count})), DYNOX_E_ARGUMENT,
                       i ? "too many" : "NULL");
        assert_refused(dynox_transact_get(client, ((dynox_reads){NULL, count})), DYNOX_E_ARGUMENT,
                       i ? "too many" : "NULL");
        assert_refused(dynox_execute_transaction(client, ((dynox_statements){NULL, count})), DYNOX_E_ARGUMENT,
                       i ? "too many" : "NULL");
        assert_refused(dynox_batch_execute_statement(client, ((dynox_statements){NULL, count})), DYNOX_E_ARGUMENT,
                       i ? "too many" : "NULL");
        assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_index_count = count), DYNOX_E_ARGUMENT,
                       i ? "allows" : "NULL");
        assert_refused(
            dynox_create_table(client, "t", {"pk", DYNOX_S}, .sort_key = {"sk", DYNOX_S}, .local_index_count = count),
            DYNOX_E_ARGUMENT, i ? "allows" : "NULL");
        assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .vector_index_count = count), DYNOX_E_ARGUMENT,
                       "NULL");
        assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .tag_count = count), DYNOX_E_ARGUMENT, "NULL");
        assert_refused(dynox_update_table(client, "t", .change_index_count = count), DYNOX_E_ARGUMENT, "NULL");
    }
    assert_refused(dynox_transact_write(client, ((dynox_writes){&write, SIZE_MAX})), DYNOX_E_ARGUMENT, "too many");
    assert_refused(dynox_transact_get(client, ((dynox_reads){&read, SIZE_MAX})), DYNOX_E_ARGUMENT, "too many");
    assert_refused(dynox_execute_transaction(client, ((dynox_statements){&statement, SIZE_MAX})), DYNOX_E_ARGUMENT,
                   "too many");
    assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .vector_indexes = &vector, .vector_index_count = 1),
                   DYNOX_E_ARGUMENT, "filters");
    assert_refused(dynox_create_table(client, "t", {"pk", DYNOX_S}, .global_indexes = &some, .global_index_count = 1),
                   DYNOX_E_ARGUMENT, "projected");
}

/* What is asked of a stream needs a place for the answer. */
static void answers_of_streams_need_a_place(void **state)
{
    (void)state;
    dynox_error   err    = {0};
    dynox_stream *stream = dynox_execute_statement(client, DYNOX_EXPR("SELECT * FROM t"));
    assert_int_equal(dynox_stream_get_totals(stream, NULL), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_stream_next_token(stream, NULL, &err), DYNOX_E_ARGUMENT);
    dynox_error_clear(&err);
    dynox_stream_free(stream);
}

static void what_is_for_sync_calls_is_refused_by_async_ones(void **state)
{
    (void)state;
    dynox_error err  = {0};
    dynox_item *item = NULL;
    dynox_info  info = {0};
    assert_refused(dynox_get_item(client, "t", DYNOX_ITEM("pk", 1), .error = &err), DYNOX_E_ARGUMENT, "sync_");
    assert_refused(dynox_get_item(client, "t", DYNOX_ITEM("pk", 1), .out = &item), DYNOX_E_ARGUMENT, "sync_");
    assert_refused(dynox_get_item(client, "t", DYNOX_ITEM("pk", 1), .info = &info), DYNOX_E_ARGUMENT, "sync_");
    assert_stream_refused(dynox_scan(client, "t", .error = &err), DYNOX_E_ARGUMENT, "sync_");
    assert_refused(dynox_table_exists(client, "t", .error = &err), DYNOX_E_ARGUMENT, "sync_");
}

static void argument_structs_of_other_versions_are_understood(void **state)
{
    (void)state;
    struct {
        dynox_get_item_args args;
        int                 from_the_future;
    } newer          = {{.size = sizeof newer, .table = "t", .key = DYNOX_ITEM("pk", 1)}, 0};
    dynox_item *item = NULL;
    newer.args.out   = &item;
    assert_int_equal(dynox_sync_get_item_with(client, &newer.args), DYNOX_OK); /* it sets nothing we don't know */
    dynox_item_free(item);
    newer.args.out        = NULL;
    newer.from_the_future = 1;
    assert_refused(dynox_get_item_with(client, &newer.args), DYNOX_E_ARGUMENT, "does not know");
    dynox_get_item_args older = {.size = offsetof(dynox_get_item_args, out), .table = "t", .key = DYNOX_ITEM("pk", 1)};
    dynox_future       *sent  = dynox_get_item_with(client, &older);
    assert_int_equal(dynox_future_wait(sent, -1), DYNOX_OK);
    assert_int_equal(dynox_future_error(sent), DYNOX_OK);
    dynox_future_release(sent);
    dynox_error err  = {0};
    newer.args.error = &err;
    assert_int_equal(dynox_sync_get_item_with(client, &newer.args), DYNOX_E_ARGUMENT);
    assert_non_null(strstr(err.message, "does not know"));
    assert_refused(dynox_get_item_with(client, &(dynox_get_item_args){.table = "t"}), DYNOX_E_ARGUMENT, ".size");
    assert_refused(dynox_get_item_with(client, NULL), DYNOX_E_ARGUMENT, "NULL");
}

/* The fields .error and .out have been there since the first version: their place is known without a size. */
static void arguments_without_a_size_say_so_where_the_error_goes(void **state)
{
    (void)state;
    dynox_error         err = {0};
    dynox_item         *out = (dynox_item *)&err;
    bool                yes = true;
    dynox_get_item_args get = {.table = "t", .key = DYNOX_ITEM("pk", 1), .out = &out, .error = &err};
    assert_int_equal(dynox_sync_get_item_with(client, &get), DYNOX_E_ARGUMENT);
    assert_non_null(strstr(err.message, ".size"));
    assert_null(out);
    err = (dynox_error){0};
    assert_int_equal(dynox_sync_wait_with(client, &(dynox_wait_args){.resource = "t", .error = &err}),
                     DYNOX_E_ARGUMENT);
    assert_non_null(strstr(err.message, ".size"));
    err = (dynox_error){0};
    assert_false(dynox_sync_ping_with(client, &(dynox_ping_args){.out = &yes, .error = &err}));
    assert_non_null(strstr(err.message, ".size"));
    assert_false(yes);
    err = (dynox_error){0};
    assert_null(dynox_client_new_with(&(dynox_client_args){.region = "eu-west-1", .error = &err}));
    assert_non_null(strstr(err.message, ".size"));
    err = (dynox_error){0};
    assert_null(dynox_sign_with(&(dynox_sign_args){.url = "http://x", .error = &err}));
    assert_non_null(strstr(err.message, ".size"));
    err = (dynox_error){0};
    assert_null(dynox_credentials_assume_role_with(&(dynox_assume_role_args){.role_arn = "arn", .error = &err}));
    assert_non_null(strstr(err.message, ".size"));
    err = (dynox_error){0};
    assert_null(dynox_credentials_web_identity_with(&(dynox_web_identity_args){.role_arn = "arn", .error = &err}));
    assert_non_null(strstr(err.message, ".size"));
}

static void calls_on_a_null_client_tell_where_to_look(void **state)
{
    (void)state;
    dynox_error err = {0};
    assert_refused(dynox_get_item(NULL, "t", DYNOX_ITEM("pk", 1)), DYNOX_E_ARGUMENT, "client is NULL");
    assert_stream_refused(dynox_scan(NULL, NULL), DYNOX_E_ARGUMENT, "table name");
    assert_int_equal(dynox_sync_put_item(NULL, "t", DYNOX_ITEM("pk", 1), .error = &err), DYNOX_E_ARGUMENT);
    assert_false(dynox_sync_ping(NULL));
}

static void a_sync_call_on_a_null_client_keeps_the_reason_why_there_is_none(void **state)
{
    (void)state;
    dynox_error   err  = {0};
    dynox_client *none = dynox_client_new(.region = "not a region", .endpoint = server.url, .error = &err);
    assert_null(none);
    assert_int_equal(err.status, DYNOX_E_CONFIGURATION);
    assert_int_equal(dynox_sync_put_item(none, "t", DYNOX_ITEM("pk", 1), .error = &err), DYNOX_E_CONFIGURATION);
    assert_non_null(strstr(err.message, "region"));
}

static void a_sync_call_that_is_refused_gives_no_value(void **state)
{
    (void)state;
    dynox_error err  = {.status = DYNOX_E_CONFIGURATION};
    dynox_item *item = (dynox_item *)&err; /* what an earlier call left behind, say */
    bool        yes  = true;
    assert_int_equal(dynox_sync_get_item(NULL, "t", DYNOX_ITEM("pk", 1), &item, .error = &err), DYNOX_E_CONFIGURATION);
    assert_null(item);
    assert_int_equal(dynox_sync_table_exists(NULL, "t", &yes, .error = &err), DYNOX_E_CONFIGURATION);
    assert_false(yes);
    yes = true;
    assert_false(dynox_sync_ping(NULL, .out = &yes));
    assert_false(yes);
}

static void a_sync_ping_without_an_answer_says_why(void **state)
{
    (void)state;
    dynox_error   err    = {0};
    dynox_client *nobody = dynox_client_new(.endpoint = "http://127.0.0.1:9", .region = "eu-west-1", .access_key = "A",
                                            .secret_key = "s", .max_attempts = 1);
    assert_false(dynox_sync_ping(nobody, .error = &err));
    assert_int_equal(err.status, DYNOX_E_CONNECT);
    dynox_client_free(nobody);
    assert_false(dynox_sync_ping(NULL, .error = &(dynox_error){0}));
}

static void clients_that_cannot_be_made_say_why(void **state)
{
    (void)state;
    dynox_error err = {0};
    assert_null(dynox_client_new(.region = "eu-west-1", .access_key = "A", .error = &err));
    assert_non_null(strstr(err.message, ".secret_key"));
    assert_null(dynox_client_new(.region = "eu-west-1", .endpoint = "ftp://x", .error = &err));
    assert_int_equal(err.status, DYNOX_E_CONFIGURATION);
    assert_null(dynox_client_new_with(&(dynox_client_args){.region = "eu-west-1", .error = &err}));
    struct {
        dynox_client_args args;
        int               from_the_future;
    } newer = {{.size = sizeof newer, .error = &err}, 1};
    err     = (dynox_error){0};
    assert_null(dynox_client_new_with(&newer.args));
    assert_non_null(strstr(err.message, "does not know"));
}

static void none_of_it_was_sent(void **state)
{
    (void)state;
    assert_int_equal(requests_so_far(), 2); /* the two of argument_structs_of_other_versions_are_understood */
}

static char refused[512];

static void keep_line(dynox_log_level level, const char *subject, const char *message, void *arg)
{
    (void)level;
    (void)arg;
    if (strcmp(subject, "call") == 0) snprintf(refused, sizeof refused, "%s", message);
}

static void what_is_refused_before_there_is_a_call_has_its_line_in_the_log(void **state)
{
    (void)state;
    dynox_item *item = NULL;
    dynox_set_log(DYNOX_LOG_DEBUG, keep_line, NULL);
    assert_int_equal(dynox_sync_get_item(NULL, "t", DYNOX_ITEM("pk", 1), &item), DYNOX_E_ARGUMENT);
    dynox_set_log(DYNOX_LOG_OFF, NULL, NULL);
    assert_string_equal(refused, "GetItem status=DYNOX_E_ARGUMENT attempts=0 duration_ms=0.000: "
                                 "GetItem: the client is NULL; the .error of dynox_client_new tells why");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_tables_keys_and_items_are_named),
        cmocka_unit_test(bad_values_are_named_by_their_path),
        cmocka_unit_test(sets_of_what_has_no_sets_or_of_several_types_are_refused),
        cmocka_unit_test(bad_expressions_are_shown_with_the_column),
        cmocka_unit_test(parameters_that_do_not_fit_are_refused),
        cmocka_unit_test(bad_tables_are_refused),
        cmocka_unit_test(arrays_that_are_not_there_are_refused),
        cmocka_unit_test(answers_of_streams_need_a_place),
        cmocka_unit_test(what_is_for_sync_calls_is_refused_by_async_ones),
        cmocka_unit_test(argument_structs_of_other_versions_are_understood),
        cmocka_unit_test(arguments_without_a_size_say_so_where_the_error_goes),
        cmocka_unit_test(calls_on_a_null_client_tell_where_to_look),
        cmocka_unit_test(a_sync_call_on_a_null_client_keeps_the_reason_why_there_is_none),
        cmocka_unit_test(a_sync_call_that_is_refused_gives_no_value),
        cmocka_unit_test(a_sync_ping_without_an_answer_says_why),
        cmocka_unit_test(clients_that_cannot_be_made_say_why),
        cmocka_unit_test(none_of_it_was_sent),
        cmocka_unit_test(what_is_refused_before_there_is_a_call_has_its_line_in_the_log),
    };
    return cmocka_run_group_tests_name("client arguments", tests, scripted_setup, scripted_teardown);
}
