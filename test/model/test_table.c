/* Tables of models: what is sent for one model and for several, that it is waited for, and what they disagree about. */
#include "http/server.h"
#include "support.h"
#include <dynox/dynox.h>
#include <dynox/model_macros.h>

/* ---- the service: one answer after the other, the last one stays; "!" is ResourceNotFoundException ---- */

static pthread_mutex_t    lock = PTHREAD_MUTEX_INITIALIZER;
static const char *const *answers;
static int                asked;
static char               questions[8][4096];
static test_server       *server;
static dynox_client      *client;

static void answer_with(const char *const *list)
{
    pthread_mutex_lock(&lock);
    answers = list;
    asked   = 0;
    memset(questions, 0, sizeof questions);
    pthread_mutex_unlock(&lock);
}

#define ANSWERS(...)                                                                                                   \
    do {                                                                                                               \
        static const char *const list[] = {__VA_ARGS__, NULL};                                                         \
        answer_with(list);                                                                                             \
    } while (0)

static int asked_so_far(void)
{
    pthread_mutex_lock(&lock);
    int count = asked;
    pthread_mutex_unlock(&lock);
    return count;
}

static void answer_in_turn(test_line *line)
{
    for (bool open = true; open && server_read(line);) {
        const char *body = strstr(line->request, "\r\n\r\n");
        pthread_mutex_lock(&lock);
        int at = 0;
        while (at < asked && answers[at + 1])
            at++;
        if (asked < 8) snprintf(questions[asked], sizeof questions[0], "%s", body ? body + 4 : "");
        asked++;
        const char *answer = answers[at];
        pthread_mutex_unlock(&lock);
        if (*answer == '!')
            open = server_send(line, "HTTP/1.1 400 Bad Request\r\nContent-Length: 64\r\n\r\n"
                                     "{\"__type\":\"x#ResourceNotFoundException\",\"message\":\"there is no\"}");
        else
            open = server_answer(line, answer);
    }
}

static dynox_client *client_of_server(void)
{
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    return dynox_client_new(.endpoint = url, .region = "eu-west-1", .access_key = "A", .secret_key = "S", .proxy = "",
                            .max_attempts = 1);
}

static int setup(void **state)
{
    (void)state;
    server = server_start(answer_in_turn, NULL, NULL);
    client = client_of_server();
    return client ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    dynox_client_free(client);
    server_stop(server);
    return 0;
}

static void assert_created_with(const char *part)
{
    pthread_mutex_lock(&lock);
    bool found = strstr(questions[0], part) != NULL;
    pthread_mutex_unlock(&lock);
    if (!found) fail_msg("not in the request: %s\n%s", part, questions[0]);
}

#define CREATED(name) "{\"TableDescription\":{\"TableName\":\"" name "\",\"TableStatus\":\"CREATING\"}}"
#define TABLE(name, status) "{\"Table\":{\"TableName\":\"" name "\",\"TableStatus\":\"" status "\"}}"
/* To either question. */
#define EITHER(status)                                                                                                 \
    "{\"TableDescription\":{\"TableName\":\"shop\",\"TableStatus\":\"CREATING\"},"                                     \
    "\"Table\":{\"TableName\":\"shop\",\"TableStatus\":\"" status "\"}}"

/* ---- models ---- */

typedef enum order_state { OPEN, DONE } order_state;
static const dynox_enum_name statuses[] = {{OPEN, "open"}, {DONE, "done"}};
typedef enum level { LOW, HIGH } level;
static const dynox_enum_name levels[] = {{LOW, NULL}, {HIGH, NULL}};

typedef struct order {
    DYNOX_RECORD;
    const char *pk, *city, *country;
    int64_t     number, total;
    time_t      created_at, ends_at;
    dynox_blob  hash;
    order_state state;
    level       urgency;
} order;
static const dynox_attribute order_attributes[] = {
    DYNOX_PARTITION_KEY(order, pk, .alias = "p"),
    DYNOX_SORT_KEY(order, number, .alias = "n"),
    DYNOX_STRING(order, city, .alias = "c"),
    DYNOX_STRING(order, country),
    DYNOX_INT(order, total, .alias = "t"),
    DYNOX_DATETIME(order, created_at),
    DYNOX_TTL(order, ends_at),
    DYNOX_BINARY(order, hash),
    DYNOX_ENUM(order, state, statuses),
    DYNOX_ENUM(order, urgency, levels),
};
static const dynox_model_index order_indexes[] = {
    {.name = "by_total", .local = true, .sort_keys = {"total"}},
    {.name           = "by_place",
     .partition_keys = {"country", "city", "state", "urgency"},
     .sort_keys      = {"created_at", "total", "ends_at", "hash"}},
    {.name = "some", .partition_keys = {"hash"}, .projection = DYNOX_PROJECT_SOME, .projected = {"city", "total"}},
    {0}};
DYNOX_MODEL(order, .table = "shop", .indexes = order_indexes)

/* Row 146. */
static void keys_have_their_stored_names_and_types(void **state)
{
    (void)state;
    ANSWERS(CREATED("shop"), TABLE("shop", "ACTIVE"));
    dynox_error error = {0};
    if (order_sync_create_table(client, DYNOX_WITH(.error = &error)) != DYNOX_OK) fail_msg("%s", error.message);
    assert_created_with("{\"TableName\":\"shop\"");
    assert_created_with("\"KeySchema\":[{\"AttributeName\":\"p\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"n\","
                        "\"KeyType\":\"RANGE\"}],\"BillingMode\":\"PAY_PER_REQUEST\"");
    assert_created_with("{\"AttributeName\":\"p\",\"AttributeType\":\"S\"},{\"AttributeName\":\"n\","
                        "\"AttributeType\":\"N\"}");
    assert_created_with("{\"AttributeName\":\"state\",\"AttributeType\":\"S\"}");
    assert_created_with("{\"AttributeName\":\"urgency\",\"AttributeType\":\"N\"}");
    assert_created_with("{\"AttributeName\":\"created_at\",\"AttributeType\":\"S\"}");
    assert_created_with("{\"AttributeName\":\"ends_at\",\"AttributeType\":\"N\"}");
    assert_created_with("{\"AttributeName\":\"hash\",\"AttributeType\":\"B\"}");
}

/* Rows 146, 214. */
static void indexes_are_derived_with_aliases(void **state)
{
    (void)state;
    ANSWERS(CREATED("shop"), TABLE("shop", "ACTIVE"));
    assert_int_equal(order_sync_create_table(client, NULL), DYNOX_OK);
    assert_created_with("\"GlobalSecondaryIndexes\":[{\"IndexName\":\"by_place\",\"KeySchema\":["
                        "{\"AttributeName\":\"country\",\"KeyType\":\"HASH\"},"
                        "{\"AttributeName\":\"c\",\"KeyType\":\"HASH\"},"
                        "{\"AttributeName\":\"state\",\"KeyType\":\"HASH\"},"
                        "{\"AttributeName\":\"urgency\",\"KeyType\":\"HASH\"},"
                        "{\"AttributeName\":\"created_at\",\"KeyType\":\"RANGE\"},"
                        "{\"AttributeName\":\"t\",\"KeyType\":\"RANGE\"},"
                        "{\"AttributeName\":\"ends_at\",\"KeyType\":\"RANGE\"},"
                        "{\"AttributeName\":\"hash\",\"KeyType\":\"RANGE\"}]");
    assert_created_with("\"NonKeyAttributes\":[\"c\",\"t\"]");
    assert_created_with(
        "\"LocalSecondaryIndexes\":[{\"IndexName\":\"by_total\",\"KeySchema\":["
        "{\"AttributeName\":\"p\",\"KeyType\":\"HASH\"},{\"AttributeName\":\"t\",\"KeyType\":\"RANGE\"}]");
}

static void a_table_is_waited_for_until_it_is_active(void **state)
{
    (void)state;
    ANSWERS(CREATED("shop"), "!", TABLE("shop", "CREATING"), TABLE("shop", "ACTIVE"));
    assert_int_equal(dynox_join_void(order_create_table(client, NULL)), DYNOX_OK);
    assert_int_equal(asked_so_far(), 4);
    assert_string_equal(questions[3], "{\"TableName\":\"shop\"}");
}

static void the_deadline_is_for_the_wait_too(void **state)
{
    (void)state;
    ANSWERS(CREATED("shop"), TABLE("shop", "CREATING"));
    dynox_error error = {0};
    assert_int_equal(order_sync_create_table(client, DYNOX_WITH(.deadline_ms = 400, .error = &error)), DYNOX_E_TIMEOUT);
    assert_non_null(strstr(error.message, "table \"shop\" did not become ACTIVE within "));
    dynox_error_clear(&error);
}

static void what_cannot_be_created_is_not_waited_for(void **state)
{
    (void)state;
    ANSWERS("!");
    assert_int_equal(order_sync_create_table(client, NULL), DYNOX_E_NOT_FOUND);
    assert_int_equal(asked_so_far(), 1);
}

static void another_table_may_be_named(void **state)
{
    (void)state;
    ANSWERS(CREATED("mart"), TABLE("mart", "ACTIVE"));
    assert_int_equal(order_sync_create_table(client, DYNOX_WITH(.table = "mart")), DYNOX_OK);
    assert_created_with("{\"TableName\":\"mart\"");
}

static void a_table_is_deleted_and_gone(void **state)
{
    (void)state;
    /* to either question */
    ANSWERS("{\"TableDescription\":{\"TableName\":\"shop\",\"TableStatus\":\"DELETING\"}}", TABLE("shop", "DELETING"),
            "!");
    assert_int_equal(order_sync_delete_table(client, NULL), DYNOX_OK);
    assert_int_equal(asked_so_far(), 3);
    assert_string_equal(questions[0], "{\"TableName\":\"shop\"}");
}

static void whether_there_is_one_is_a_bool(void **state)
{
    (void)state;
    bool found = false;
    ANSWERS(TABLE("shop", "ACTIVE"), "!");
    assert_int_equal(order_sync_table_exists(client, &found, NULL), DYNOX_OK);
    assert_true(found);
    assert_int_equal(dynox_join(order_table_exists(client, NULL), &found), DYNOX_OK);
    assert_false(found);
}

static void the_client_may_be_freed_while_a_table_is_waited_for(void **state)
{
    (void)state;
    ANSWERS(EITHER("CREATING"));
    dynox_client *passing = client_of_server();
    dynox_future *created = order_create_table(passing, DYNOX_WITH(.correlation_id = "one"));
    dynox_future *dropped = order_create_table(passing, NULL);
    while (asked_so_far() < 3)
        server_sleep(1);
    dynox_future_drop(&dropped);
    dynox_client_free(passing);
    assert_int_not_equal(dynox_join_void(created), DYNOX_OK);
}

/* ---- several models ---- */

typedef struct shopper {
    DYNOX_RECORD;
    const char *id, *town;
    int64_t     version, sort;
} shopper;
static const dynox_attribute shopper_attributes[] = {
    DYNOX_PARTITION_KEY(shopper, id, .alias = "p"),
    DYNOX_SORT_KEY(shopper, sort, .alias = "n"),
    DYNOX_STRING(shopper, town, .alias = "c"),
    DYNOX_VERSION(shopper, version, .alias = "t"),
};
static const dynox_model_index shopper_indexes[] = {{.name = "by_total", .local = true, .sort_keys = {"version"}},
                                                    {.name = "by_town", .partition_keys = {"town"}},
                                                    {0}};
DYNOX_MODEL(shopper, .table = "shop", .indexes = shopper_indexes)

/* Row 150. */
static void several_models_make_one_table_with_all_their_indexes(void **state)
{
    (void)state;
    ANSWERS(CREATED("shop"), TABLE("shop", "ACTIVE"));
    assert_int_equal(dynox_sync_create_table_of(client, DYNOX_MODELS(&order_model, &shopper_model), NULL), DYNOX_OK);
    assert_created_with("\"IndexName\":\"by_place\"");
    assert_created_with("\"IndexName\":\"some\"");
    assert_created_with("\"IndexName\":\"by_town\"");
    const char *local = strstr(questions[0], "\"IndexName\":\"by_total\"");
    assert_non_null(local);
    assert_null(strstr(local + 1, "\"IndexName\":\"by_total\"")); /* both have it, it is one */
}

typedef struct textual {
    DYNOX_RECORD;
    const char *p, *n;
} textual;
static const dynox_attribute textual_attributes[] = {DYNOX_PARTITION_KEY(textual, p), DYNOX_SORT_KEY(textual, n)};
DYNOX_MODEL(textual, .table = "shop")

typedef struct named {
    DYNOX_RECORD;
    const char *p;
    int64_t     sk, c;
} named;
static const dynox_attribute named_attributes[] = {DYNOX_PARTITION_KEY(named, p), DYNOX_SORT_KEY(named, sk),
                                                   DYNOX_INT(named, c)};
DYNOX_MODEL(named, .table = "shop")

typedef struct keyless {
    DYNOX_RECORD;
    const char *p;
} keyless;
static const dynox_attribute keyless_attributes[] = {DYNOX_PARTITION_KEY(keyless, p)};
DYNOX_MODEL(keyless, .table = "shop")

typedef struct elsewhere {
    DYNOX_RECORD;
    const char *p;
} elsewhere;
static const dynox_attribute elsewhere_attributes[] = {DYNOX_PARTITION_KEY(elsewhere, p)};
DYNOX_MODEL(elsewhere, .table = "other")

typedef struct differing {
    DYNOX_RECORD;
    const char *p;
    int64_t     n, c;
} differing;
static const dynox_attribute differing_attributes[] = {DYNOX_PARTITION_KEY(differing, p), DYNOX_SORT_KEY(differing, n),
                                                       DYNOX_INT(differing, c)};
static const dynox_model_index differing_indexes[]  = {{.name = "by_town", .partition_keys = {"c"}}, {0}};
DYNOX_MODEL(differing, .table = "shop", .indexes = differing_indexes)

typedef struct nowhere {
    DYNOX_RECORD;
    const char *p;
} nowhere;
static const dynox_attribute nowhere_attributes[] = {DYNOX_PARTITION_KEY(nowhere, p)};
DYNOX_MODEL(nowhere, .type = "nowhere")

static void expect_disagreement(dynox_models models, const char *words)
{
    dynox_error error = {0};
    ANSWERS("{}");
    assert_int_equal(dynox_sync_create_table_of(client, models, DYNOX_WITH(.error = &error)), DYNOX_E_ARGUMENT);
    assert_string_equal(error.message, words);
    assert_int_equal(asked_so_far(), 0);
    dynox_error_clear(&error);
}

/* Row 150. */
static void what_models_disagree_about_is_told(void **state)
{
    (void)state;
    expect_disagreement(DYNOX_MODELS(&order_model, &named_model),
                        "models order and named disagree about the sort key of table shop: \"n\" and \"sk\"");
    expect_disagreement(DYNOX_MODELS(&order_model, &textual_model),
                        "models order and textual disagree about the sort key of table shop: \"n\" (N) and \"n\" (S)");
    expect_disagreement(DYNOX_MODELS(&order_model, &keyless_model),
                        "models order and keyless disagree about the sort key of table shop: \"n\" and none");
    expect_disagreement(DYNOX_MODELS(&shopper_model, &differing_model),
                        "models shopper and differing disagree about the index by_town of table shop");
    expect_disagreement(DYNOX_MODELS(&keyless_model, &elsewhere_model),
                        "models keyless and elsewhere are of different tables: shop and other");
    expect_disagreement(DYNOX_MODELS(&keyless_model, &nowhere_model),
                        "model nowhere: it has no .table, nor has this create_table");
    expect_disagreement(DYNOX_MODELS(&keyless_model, NULL), "the model is missing (NULL)");
    expect_disagreement((dynox_models){0}, "the model is missing (NULL)");
}

static void models_of_different_tables_may_share_one_that_is_named(void **state)
{
    (void)state;
    ANSWERS(CREATED("both"), TABLE("both", "ACTIVE"));
    assert_int_equal(dynox_sync_create_table_of(client, DYNOX_MODELS(&keyless_model, &elsewhere_model, &nowhere_model),
                                                DYNOX_WITH(.table = "both")),
                     DYNOX_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_have_their_stored_names_and_types),
        cmocka_unit_test(indexes_are_derived_with_aliases),
        cmocka_unit_test(a_table_is_waited_for_until_it_is_active),
        cmocka_unit_test(the_deadline_is_for_the_wait_too),
        cmocka_unit_test(what_cannot_be_created_is_not_waited_for),
        cmocka_unit_test(another_table_may_be_named),
        cmocka_unit_test(a_table_is_deleted_and_gone),
        cmocka_unit_test(whether_there_is_one_is_a_bool),
        cmocka_unit_test(the_client_may_be_freed_while_a_table_is_waited_for),
        cmocka_unit_test(several_models_make_one_table_with_all_their_indexes),
        cmocka_unit_test(what_models_disagree_about_is_told),
        cmocka_unit_test(models_of_different_tables_may_share_one_that_is_named),
    };
    return cmocka_run_group_tests_name("table", tests, setup, teardown);
}
