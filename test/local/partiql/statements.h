/* Statements for tests of PartiQL. */
#ifndef DYNOX_TEST_LOCAL_STATEMENTS_H
#define DYNOX_TEST_LOCAL_STATEMENTS_H

#include "../operation/tables.h"

/* The statement as the members of a request that its JSON begins with; parameters are written with ' for ", NULL: none.
 */
static inline const char *statement_json(const char *statement, const char *parameters)
{
    static char   room[8][40000];
    static int    turn;
    dynox__buffer json = {.data = room[turn = (turn + 1) % 8], .capacity = sizeof room[0], .borrowed = true};
    dynox__buffer_text(&json, "{\"Statement\":");
    dynox__values_write_text(&json, statement, strlen(statement));
    if (parameters) {
        dynox__buffer_text(&json, ",\"Parameters\":[");
        dynox__buffer_text(&json, quoted(parameters));
        dynox__buffer_byte(&json, ']');
    }
    dynox__buffer_byte(&json, 0);
    assert_ptr_equal(json.data, room[turn]);
    return json.data;
}

/* What ExecuteStatement says; `more` are members of the request, written with ' for ", each behind a comma. */
static inline const char *executed(local_fixture *local, const char *statement, const char *parameters,
                                   const char *more)
{
    static char room[48000];
    snprintf(room, sizeof room, "%s%s}", statement_json(statement, parameters), quoted(more));
    return local_do(local, "ExecuteStatement", room);
}

/* The same of a statement alone, and of one with parameters. */
#define EXECUTES(local, statement, expected) EXECUTES_WITH(local, statement, NULL, expected)
#define EXECUTES_WITH(local, statement, parameters, expected)                                                          \
    do {                                                                                                               \
        const char *executes_said = executed(local, statement, parameters, "");                                        \
        if (strcmp(executes_said, quoted(expected)) != 0)                                                              \
            fail_msg("%s\n  said %.2000s\n  not  %s", statement, executes_said, quoted(expected));                     \
    } while (0)
#define REFUSES(local, statement, message)                                                                             \
    assert_string_equal(executed(local, statement, NULL, ""), "ValidationException: " message)
#define ILL_FORMED(local, statement, message)                                                                          \
    REFUSES(local, statement, "Statement wasn't well formed, can't be processed: " message)

#endif
