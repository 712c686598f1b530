/* Tables for tests of operations. */
#ifndef DYNOX_TEST_LOCAL_TABLES_H
#define DYNOX_TEST_LOCAL_TABLES_H

#include "../local_call.h"

/* The JSON of a test is written with ' for ", which no test needs. */
static inline const char *quoted(const char *json)
{
    static char room[8][8192];
    static int  turn;
    turn        = (turn + 1) % 8;
    size_t size = strlen(json);
    if (size >= sizeof room[0]) fail_msg("too long: %s", json);
    for (size_t i = 0; i <= size; i++)
        room[turn][i] = (char)(json[i] == '\'' ? '"' : json[i]);
    return room[turn];
}

static inline void create(local_fixture *local, const char *json)
{
    const char *said = local_do(local, "CreateTable", quoted(json));
    if (!strstr(said, "TableDescription")) fail_msg("%s", said);
}

#define ON_DEMAND(name) "{'TableName':'" name "','BillingMode':'PAY_PER_REQUEST','AttributeDefinitions':["
#define ATTRIBUTE(name, type) "{'AttributeName':'" name "','AttributeType':'" type "'}"
#define KEYS "'KeySchema':["
#define HASH_KEY(name) "{'AttributeName':'" name "','KeyType':'HASH'}"
#define RANGE_KEY(name) "{'AttributeName':'" name "','KeyType':'RANGE'}"

/* "songs": partition key pk (S) and sort key sk (N), on demand. */
static inline void create_songs(local_fixture *local)
{
    create(local, ON_DEMAND("songs")
                      ATTRIBUTE("pk", "S") "," ATTRIBUTE("sk", "N") "]," KEYS HASH_KEY("pk") "," RANGE_KEY("sk") "]}");
}

/* "notes": partition key pk (S) alone. */
static inline void create_notes(local_fixture *local)
{
    create(local, ON_DEMAND("notes") ATTRIBUTE("pk", "S") "]," KEYS HASH_KEY("pk") "]}");
}

/* "posts": pk (S), sk (S); the local index by_day (pk, day N) shows keys and "title"; the global indexes by_author
 * (author S, day N) shows keys, and by_all (author S) all. */
static const char posts_table[] = ON_DEMAND("posts") ATTRIBUTE("pk", "S") "," ATTRIBUTE("sk", "S") "," ATTRIBUTE(
    "day", "N") "," ATTRIBUTE("author", "S") "]," KEYS
    HASH_KEY("pk") "," RANGE_KEY(
        "sk") "],"
              "'LocalSecondaryIndexes':[{'IndexName':'by_day'," KEYS HASH_KEY("pk") "," RANGE_KEY(
                  "day") "],"
                         "'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['title']}}],"
                         "'GlobalSecondaryIndexes':[{'IndexName':'by_author'," KEYS HASH_KEY("author") "," RANGE_KEY(
                             "day") "],"
                                    "'Projection':{'ProjectionType':'KEYS_ONLY'}},{'IndexName':'by_all'," KEYS HASH_KEY(
                                        "author") "],"
                                                  "'Projection':{'ProjectionType':'ALL'}}]}";

static inline void create_posts(local_fixture *local)
{
    create(local, posts_table);
}

/* What an operation says to a request, both written with ' for ". */
#define SAYS(local, operation, json, expected)                                                                         \
    do {                                                                                                               \
        const char *says_said = local_do(local, operation, quoted(json));                                              \
        if (strcmp(says_said, quoted(expected)) != 0)                                                                  \
            fail_msg("%s\n  said %.2000s\n  not  %s", json, says_said, quoted(expected));                              \
    } while (0)
/* The same where only a part of the answer is looked at. */
#define HAS(local, operation, json, part)                                                                              \
    do {                                                                                                               \
        const char *has_said = local_do(local, operation, quoted(json));                                               \
        if (!strstr(has_said, quoted(part))) fail_msg("%s\n  said %.2000s\n  without %s", json, has_said, part);       \
    } while (0)
#define HAS_NOT(local, operation, json, part)                                                                          \
    do {                                                                                                               \
        const char *has_said = local_do(local, operation, quoted(json));                                               \
        if (strstr(has_said, quoted(part))) fail_msg("%s\n  said %.2000s\n  with %s", json, has_said, part);           \
    } while (0)

/* Puts {"pk":pk,"sk":sk,"v":"xx..."} with `filling` bytes of x. */
static inline void put_song(local_fixture *local, const char *pk, int sk, size_t filling)
{
    dynox__buffer json = {0};
    dynox__buffer_format(&json, "{\"TableName\":\"songs\",\"Item\":{\"pk\":{\"S\":\"%s\"},\"sk\":{\"N\":\"%d\"}", pk,
                         sk);
    if (filling) {
        dynox__buffer_text(&json, ",\"v\":{\"S\":\"");
        for (size_t i = 0; i < filling; i++)
            dynox__buffer_byte(&json, 'x');
        dynox__buffer_text(&json, "\"}");
    }
    dynox__buffer_text(&json, "}}");
    dynox__buffer_byte(&json, 0);
    assert_false(json.failed);
    assert_string_equal(local_do(local, "PutItem", json.data), "{}");
    dynox__buffer_free(&json);
}

static local_fixture fixture;

static inline int start(void **state)
{
    *state = &fixture;
    return local_start(&fixture) ? 0 : -1;
}

static inline int stop(void **state)
{
    local_stop(*state);
    return 0;
}

#define OPERATION_TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

#endif
