/* Waiters: what they ask, when they ask again, and what ends them. The answers are those of the API's model: of the
 * servers at hand none has insights, destinations, or exports that get anywhere. */
#include "base/random.h"
#include "client/table/table.h"
#include "http/server.h"
#include "support.h"
#include <dynox/dynox.h>

#define NOT_FOUND "!" /* in place of an answer: ResourceNotFoundException */

/* One answer after the other; the last one stays. */
static pthread_mutex_t    lock = PTHREAD_MUTEX_INITIALIZER;
static const char *const *answers;
static int                asked;
static char               last_question[512];
static test_server       *server;
static dynox_client      *client;

static void answer_with(const char *const *list)
{
    pthread_mutex_lock(&lock);
    answers = list;
    asked   = 0;
    pthread_mutex_unlock(&lock);
}

#define ANSWERS(...)                                                                                                   \
    do {                                                                                                               \
        static const char *const list[] = {__VA_ARGS__, NULL};                                                         \
        answer_with(list);                                                                                             \
    } while (0)

static int questions(void)
{
    pthread_mutex_lock(&lock);
    int count = asked;
    pthread_mutex_unlock(&lock);
    return count;
}

static void assert_asked(const char *question)
{
    pthread_mutex_lock(&lock);
    assert_string_equal(last_question, question);
    pthread_mutex_unlock(&lock);
}

static const char *next_answer(const test_line *line)
{
    const char *body = strstr(line->request, "\r\n\r\n");
    int         at   = 0;
    pthread_mutex_lock(&lock);
    snprintf(last_question, sizeof last_question, "%s", body ? body + 4 : "");
    while (at < asked && answers[at + 1])
        at++;
    asked++;
    const char *answer = answers[at];
    pthread_mutex_unlock(&lock);
    return answer;
}

static bool send_not_found(test_line *line)
{
    return server_send(line, "HTTP/1.1 400 Bad Request\r\nContent-Length: 64\r\n\r\n"
                             "{\"__type\":\"x#ResourceNotFoundException\",\"message\":\"there is no\"}");
}

static void answer_in_turn(test_line *line)
{
    bool open = true;
    while (open && server_read(line)) {
        const char *answer = next_answer(line);
        if (strcmp(answer, "hang") == 0)
            server_wait_closed(line);
        else
            open = *answer == '!' ? send_not_found(line) : server_answer(line, answer);
    }
}

static int setup(void **state)
{
    char url[64];
    (void)state;
    server = server_start(answer_in_turn, NULL, NULL);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    client = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "A", .secret_key = "S", .proxy = "",
                              .max_attempts = 1);
    return client ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    dynox_client_free(client);
    server_stop(server);
    return 0;
}

#define TABLE(status) "{\"Table\":{\"TableName\":\"t\",\"TableStatus\":\"" status "\"}}"
#define INDEX(status)                                                                                                  \
    "{\"Table\":{\"TableName\":\"t\",\"TableStatus\":\"ACTIVE\",\"GlobalSecondaryIndexes\":[{\"IndexName\":\"other\"," \
    "\"IndexStatus\":\"ACTIVE\"},{\"IndexName\":\"g\",\"IndexStatus\":\"" status "\"}],\"LocalSecondaryIndexes\":[{"   \
    "\"IndexName\":\"l\"}]}}"

/* Row 144. */
static void a_table_is_asked_for_until_it_is_active(void **state)
{
    (void)state;
    ANSWERS(NOT_FOUND, TABLE("CREATING"), TABLE("BREWING"), TABLE("ACTIVE"));
    assert_int_equal(dynox_sync_wait_for_table_active(client, "t", .poll_ms = 1), DYNOX_OK);
    assert_int_equal(questions(), 4);
    assert_asked("{\"TableName\":\"t\"}");
}

/* Row 144. */
static void a_timeout_names_the_table_and_its_last_state(void **state)
{
    (void)state;
    dynox_error error = {0};
    ANSWERS(TABLE("UPDATING"));
    assert_int_equal(dynox_sync_wait_for_table_active(client, "t", .timeout_ms = 500, .poll_ms = 2, .error = &error),
                     DYNOX_E_TIMEOUT);
    assert_string_equal(error.message, "table \"t\" did not become ACTIVE within 500 ms; it is UPDATING");
    ANSWERS(NOT_FOUND);
    assert_int_equal(dynox_sync_wait_for_table_active(client, "t", .timeout_ms = 500, .poll_ms = 5, .error = &error),
                     DYNOX_E_TIMEOUT);
    assert_non_null(strstr(error.message, "it is not there yet"));
    dynox_error_clear(&error);
}

static void a_table_is_gone_when_it_is_not_found(void **state)
{
    (void)state;
    dynox_error error = {0};
    ANSWERS(TABLE("ACTIVE"), TABLE("DELETING"), NOT_FOUND);
    assert_int_equal(dynox_sync_wait_for_table_gone(client, "t", .poll_ms = 1), DYNOX_OK);
    assert_int_equal(questions(), 3);
    ANSWERS(TABLE("DELETING"));
    assert_int_equal(dynox_sync_wait_for_table_gone(client, "t", .poll_ms = 5, .timeout_ms = 500, .error = &error),
                     DYNOX_E_TIMEOUT);
    assert_string_equal(error.message, "table \"t\" was not gone within 500 ms; it is DELETING");
    dynox_error_clear(&error);
}

static void an_index_is_waited_for_until_it_is_filled(void **state)
{
    (void)state;
    dynox_error error = {0};
    ANSWERS(TABLE("UPDATING"), INDEX("CREATING"), INDEX("ACTIVE"));
    assert_int_equal(dynox_sync_wait_for_index_active(client, "t", "g", .poll_ms = 1), DYNOX_OK);
    assert_int_equal(questions(), 3);
    assert_int_equal(dynox_sync_wait_for_index_active(client, "t", "l", .poll_ms = 1), DYNOX_OK);
    assert_int_equal(
        dynox_sync_wait_for_index_active(client, "t", "never", .poll_ms = 5, .timeout_ms = 500, .error = &error),
        DYNOX_E_TIMEOUT);
    assert_string_equal(error.message,
                        "index \"never\" of table \"t\" did not become ACTIVE within 500 ms; it is not there yet");
    dynox_error_clear(&error);
}

#define EXPORT(rest) "{\"ExportDescription\":{\"ExportArn\":\"arn:e\",\"ExportStatus\":" rest "}}"
#define IMPORT(rest) "{\"ImportTableDescription\":{\"ImportStatus\":" rest "}}"
#define BACKUP(status) "{\"BackupDescription\":{\"BackupDetails\":{\"BackupStatus\":\"" status "\"}}}"

static void exports_imports_and_backups_are_waited_for_by_their_arn(void **state)
{
    (void)state;
    ANSWERS(EXPORT("\"IN_PROGRESS\""), EXPORT("\"COMPLETED\""));
    assert_int_equal(dynox_sync_wait_for_export(client, "arn:e", .correlation_id = "two words"), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_wait_for_export(client, "arn:\"e\"", .poll_ms = 1), DYNOX_OK);
    assert_asked("{\"ExportArn\":\"arn:\\\"e\\\"\"}");
    ANSWERS(IMPORT("\"IN_PROGRESS\""), IMPORT("\"COMPLETED\""));
    assert_int_equal(dynox_sync_wait_for_import(client, "arn:i", .poll_ms = 1), DYNOX_OK);
    assert_asked("{\"ImportArn\":\"arn:i\"}");
    ANSWERS(BACKUP("CREATING"), BACKUP("AVAILABLE"));
    assert_int_equal(dynox_sync_wait_for_backup(client, "arn:b", .poll_ms = 1), DYNOX_OK);
    assert_asked("{\"BackupArn\":\"arn:b\"}");
    assert_int_equal(questions(), 2);
}

static void what_has_failed_is_told_with_the_reason(void **state)
{
    (void)state;
    dynox_error error = {0};
    ANSWERS(EXPORT("\"FAILED\",\"FailureCode\":\"S3AccessDenied\",\"FailureMessage\":\"no way in\""));
    assert_int_equal(dynox_sync_wait_for_export(client, "arn:e", .error = &error), DYNOX_E_SERVICE);
    assert_string_equal(error.message, "export \"arn:e\" is FAILED: S3AccessDenied: no way in");
    ANSWERS(IMPORT("\"CANCELLED\""));
    assert_int_equal(dynox_sync_wait_for_import(client, "arn:i", .error = &error), DYNOX_E_SERVICE);
    assert_string_equal(error.message, "import \"arn:i\" is CANCELLED");
    ANSWERS(BACKUP("DELETED"));
    assert_int_equal(dynox_sync_wait_for_backup(client, "arn:b", .error = &error), DYNOX_E_SERVICE);
    ANSWERS(NOT_FOUND);
    assert_int_equal(dynox_sync_wait_for_export(client, "arn:e", .error = &error), DYNOX_E_NOT_FOUND);
    dynox_error_clear(&error);
}

#define INSIGHTS(rest) "{\"TableName\":\"t\",\"ContributorInsightsStatus\":" rest "}"
#define DESTINATIONS(...) "{\"KinesisDataStreamDestinations\":[" __VA_ARGS__ "]}"
#define TO(status) "{\"DestinationStatus\":\"" status "\",\"DestinationStatusDescription\":\"so\"}"

static void insights_and_destinations_are_waited_for(void **state)
{
    (void)state;
    dynox_error error = {0};
    ANSWERS(NOT_FOUND, INSIGHTS("\"ENABLING\""), INSIGHTS("\"ENABLED\""));
    assert_int_equal(dynox_sync_wait_for_insights(client, "t", .poll_ms = 1, .index = "g"), DYNOX_OK);
    assert_asked("{\"TableName\":\"t\",\"IndexName\":\"g\"}");
    ANSWERS(INSIGHTS("\"FAILED\",\"FailureException\":{\"ExceptionName\":\"Oops\"}"));
    assert_int_equal(dynox_sync_wait_for_insights(client, "t", .error = &error), DYNOX_E_SERVICE);
    assert_string_equal(error.message, "contributor insights of table \"t\" is FAILED: Oops");
    ANSWERS(DESTINATIONS(), DESTINATIONS(TO("DISABLED") "," TO("ENABLING")),
            DESTINATIONS(TO("DISABLED") "," TO("ACTIVE")));
    assert_int_equal(dynox_sync_wait_for_destination(client, "t", .poll_ms = 1), DYNOX_OK);
    assert_int_equal(questions(), 3);
    ANSWERS(DESTINATIONS(TO("DISABLED") "," TO("ENABLE_FAILED")));
    assert_int_equal(dynox_sync_wait_for_destination(client, "t", .error = &error), DYNOX_E_SERVICE);
    assert_string_equal(error.message, "Kinesis destination of table \"t\" is DISABLED: so");
    dynox_error_clear(&error);
}

static void states_that_are_not_told_are_waited_out(void **state)
{
    (void)state;
    dynox_error error = {0};
    ANSWERS("{}", "{\"ExportDescription\":5}", "{\"ExportDescription\":{\"ExportStatus\":{}}}",
            EXPORT("\"A_VERY_LONG_STATUS_OF_WHICH_NOBODY_HAS_HEARD_SO_FAR\""), EXPORT("\"COMPLETED\""));
    assert_int_equal(dynox_sync_wait_for_export(client, "arn:e", .poll_ms = 1), DYNOX_OK);
    assert_int_equal(questions(), 5);
    ANSWERS("{}");
    assert_int_equal(dynox_sync_wait_for_export(client, "arn:e", .poll_ms = 5, .timeout_ms = 20, .error = &error),
                     DYNOX_E_TIMEOUT);
    dynox_error_clear(&error);
}

static void expect_refusal(dynox_wait_args args, const char *words)
{
    dynox_error error = {0};
    args.size         = sizeof args;
    dynox_future *f   = dynox_wait_with(client, &args);
    assert_true(dynox_future_done(f));
    assert_int_equal(dynox_future_error(f), DYNOX_E_ARGUMENT);
    if (!strstr(dynox_future_details(f)->message, words)) fail_msg("%s", dynox_future_details(f)->message);
    dynox_future_release(f);
    args.error = &error;
    assert_int_equal(dynox_sync_wait_with(client, &args), DYNOX_E_ARGUMENT);
    dynox_error_clear(&error);
}

static void waits_for_nothing_are_refused(void **state)
{
    (void)state;
    static char long_name[1100], long_index[300];
    ANSWERS(TABLE("ACTIVE"));
    memset(long_name, 'x', sizeof long_name - 1);
    memset(long_index, 'x', sizeof long_index - 1);
    expect_refusal((dynox_wait_args){0}, "the table name is missing");
    expect_refusal((dynox_wait_args){.resource = "", .until = DYNOX_UNTIL_EXPORT_COMPLETED}, "the ARN is missing");
    expect_refusal((dynox_wait_args){.resource = long_name}, "longer than 1024 bytes");
    expect_refusal((dynox_wait_args){.resource = "t", .until = DYNOX_UNTIL_INDEX_ACTIVE}, "name of the index");
    expect_refusal((dynox_wait_args){.resource = "t", .index = long_index, .until = DYNOX_UNTIL_INDEX_ACTIVE},
                   "longer than 255 bytes");
    expect_refusal((dynox_wait_args){.resource = "t", .index = "g"}, ".index is for indexes");
    expect_refusal((dynox_wait_args){.resource = "t", .until = (dynox_until)9}, "until has no value 9");
    assert_int_equal(questions(), 0);
    assert_int_equal(dynox_sync_wait_for_table_active(NULL, "t"), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_wait_for_table_active(client, "\xff", .timeout_ms = 10), DYNOX_E_ARGUMENT);
    assert_int_equal(dynox_sync_wait_for_export(client, "\xff", .timeout_ms = 10), DYNOX_E_ARGUMENT);
}

static void a_cancelled_wait_asks_no_more(void **state)
{
    (void)state;
    ANSWERS(TABLE("CREATING"));
    dynox_future *wait = dynox_wait_for_table_active(client, "t", .poll_ms = 3600000, .timeout_ms = 36000000);
    while (!questions())
        server_sleep(1);
    dynox_future_cancel(wait);
    assert_int_equal(dynox_join_void(wait), DYNOX_E_CANCELLED);
    assert_int_equal(questions(), 1);
}

static void the_end_of_the_client_ends_its_waits(void **state)
{
    (void)state;
    dynox_future *waits[8];
    ANSWERS(TABLE("CREATING"));
    for (int i = 0; i < 8; i++)
        waits[i] = i % 2 ? dynox_wait_for_table_active(client, "t", .poll_ms = 1 + i)
                         : dynox_wait_for_backup(client, "arn:b", .poll_ms = 1 + i);
    while (questions() < 16)
        server_sleep(1);
    dynox_client_free(client);
    client = NULL;
    for (int i = 0; i < 8; i++)
        assert_int_equal(dynox_join_void(waits[i]), DYNOX_E_SHUTDOWN);
}

static void a_wait_may_be_forgotten(void **state)
{
    (void)state;
    ANSWERS(TABLE("CREATING"), TABLE("CREATING"), TABLE("ACTIVE"));
    dynox_future_release(dynox_wait_for_table_active(client, "t", .poll_ms = 1));
    while (questions() < 3)
        server_sleep(1);
}

static void a_failed_question_ends_the_wait_with_its_error(void **state)
{
    (void)state;
    dynox_error error = {0};
    ANSWERS("[]"); /* no answer at all */
    assert_int_equal(dynox_sync_wait_for_table_active(client, "t", .error = &error), DYNOX_E_DECODE);
    assert_int_equal(dynox_sync_wait_for_export(client, "arn:e", .error = &error), DYNOX_E_DECODE);
    dynox_error_clear(&error);
}

static void a_server_that_hangs_costs_the_time_of_the_wait_and_no_more(void **state)
{
    (void)state;
    dynox_error error = {0};
    ANSWERS("hang");
    assert_int_equal(dynox_sync_wait_for_table_active(client, "t", .timeout_ms = 50, .poll_ms = 5, .error = &error),
                     DYNOX_E_TIMEOUT);
    assert_non_null(strstr(error.message, "table \"t\" did not become ACTIVE within 50 ms; it is not known"));
    dynox_error_clear(&error);
}

/* Each question has the client's deadline then, and one that comes to nothing is not the last. */
static void without_a_timeout_it_asks_for_ever(void **state)
{
    (void)state;
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    dynox_client *hasty = dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "A", .secret_key = "S",
                                           .proxy = "", .max_attempts = 1, .deadline_ms = 200);
    ANSWERS(TABLE("CREATING"), "hang", TABLE("CREATING"), TABLE("ACTIVE"));
    assert_int_equal(dynox_sync_wait_for_table_active(hasty, "t", .timeout_ms = -1, .poll_ms = 1), DYNOX_OK);
    assert_true(questions() >= 4);
    dynox_client_free(hasty);
}

/* ---- the pauses ---- */

static double shortest(void)
{
    return 0;
}

static double longest(void)
{
    return 0.9999999;
}

static void pauses_double_within_bounds_as_the_official_ones_do(void **state)
{
    static const int64_t bounds[] = {20, 40, 80, 120, 120, 120};
    bool                 last;
    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        dynox__random_fake(shortest);
        assert_int_equal(dynox__wait_pause(20, 120, i + 1, 1000000, &last), 20);
        dynox__random_fake(longest);
        assert_in_range(dynox__wait_pause(20, 120, i + 1, 1000000, &last), bounds[i] - 1, bounds[i]);
        assert_false(last);
    }
    assert_in_range(dynox__wait_pause(INT64_MAX / 6, INT64_MAX / 2, UINT32_MAX, INT64_MAX, &last), 1, INT64_MAX);
    assert_int_equal(dynox__wait_pause(20, 20, 1, 36, &last), 32); /* 16 would be left: no time for one more */
    assert_true(last);
    assert_int_equal(dynox__wait_pause(20, 20, 1, 1, &last), 1);
    assert_true(last);
    dynox__random_fake(NULL);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(a_table_is_asked_for_until_it_is_active),
        EACH(a_timeout_names_the_table_and_its_last_state),
        EACH(a_table_is_gone_when_it_is_not_found),
        EACH(an_index_is_waited_for_until_it_is_filled),
        EACH(exports_imports_and_backups_are_waited_for_by_their_arn),
        EACH(what_has_failed_is_told_with_the_reason),
        EACH(insights_and_destinations_are_waited_for),
        EACH(states_that_are_not_told_are_waited_out),
        EACH(waits_for_nothing_are_refused),
        EACH(a_cancelled_wait_asks_no_more),
        EACH(the_end_of_the_client_ends_its_waits),
        EACH(a_wait_may_be_forgotten),
        EACH(a_failed_question_ends_the_wait_with_its_error),
        EACH(a_server_that_hangs_costs_the_time_of_the_wait_and_no_more),
        EACH(without_a_timeout_it_asks_for_ever),
        cmocka_unit_test(pauses_double_within_bounds_as_the_official_ones_do),
    };
    return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
