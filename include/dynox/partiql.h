/* PartiQL: statements in the service's SQL, with `?` for values.
 *
 *     DYNOX_EXPR("SELECT * FROM users WHERE pk = ?", "USER#1")
 *     DYNOX_EXPR("UPDATE users SET age = ? WHERE pk = ?", 37, "USER#1")
 *
 * A statement is sent as it is: names with a minus or a dot, and reserved words, stand in double quotes. Its values go
 * beside it, so that nothing in them is taken for a part of it: never write one into the text. Refused before anything
 * is sent: an empty statement, one of more than 8192 characters, a wrong count of values, and several of which some
 * read and others write. Everything else is for the service to judge. */
#ifndef DYNOX_PARTIQL_H
#define DYNOX_PARTIQL_H

#include <dynox/items.h>
#include <dynox/query.h>

DYNOX_EXTERN_C_BEGIN

/* ---- one statement ---- */

typedef struct dynox_execute_statement_args {
    size_t                 size DYNOX_SIZE_(dynox_execute_statement_args);
    const dynox_expr      *statement;
    dynox_page           **out; /* sync_execute_statement_page only: the page, yours to free */
    bool                   consistent_read;
    size_t                 limit; /* streams only: how many items at most; 0: all. It is not sent: give a page_size */
    size_t                 page_size;  /* how many items the service looks at for one answer; 0: up to 1 MB */
    const char            *next_token; /* where an earlier one stopped; NULL or "": at the start */
    bool                   prefetch;   /* streams only: fetch the next page while this one is consumed */
    dynox_return_values    return_on_condition_failure; /* DYNOX_ALL_OLD: error.item is the stored item */
    dynox_return_capacity  return_capacity;
    dynox_ambiguous_writes ambiguous_writes; /* of UPDATE and DELETE; a repeated INSERT inserts once */
    DYNOX_CALL_FIELDS_
} dynox_execute_statement_args;

/* The items that a statement gives as a stream of `const dynox_item *`; otherwise as dynox_query. What changes
 * something is sent with the first step, too, and gives items only if it says RETURNING: dynox_execute_statement_page
 * is better for it. dynox_collect, dynox_first and dynox_stream_get_totals take the stream. */
DYNOX_API DYNOX_MUST_USE dynox_stream *dynox_execute_statement_with(dynox_client                       *client,
                                                                    const dynox_execute_statement_args *args);

/* One answer. The future's value is a dynox_page, whose next_token says where to go on; NULL: this was the last one. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_execute_statement_page_with(dynox_client                       *client,
                                                                         const dynox_execute_statement_args *args);
DYNOX_API dynox_status                 dynox_sync_execute_statement_page_with(dynox_client                       *client,
                                                                              const dynox_execute_statement_args *args);

/* Where to go on later: the .next_token for the same statement, which continues behind the last item that was handed
 * out. *token is borrowed until the next step; NULL: the end, or not started. Tokens lie between pages: in the middle
 * of one DYNOX_E_ARGUMENT (read on, or make pages as large as the .limit). `error` may be NULL. */
DYNOX_API dynox_status dynox_stream_next_token(const dynox_stream *stream, const char **token, dynox_error *error);

/* ---- several ---- */

typedef struct dynox_statement {
    const dynox_expr   *statement;
    bool                consistent_read;             /* in batches only */
    dynox_return_values return_on_condition_failure; /* DYNOX_ALL_OLD: the error's reason has the stored item */
} dynox_statement;

/* An array of them; also any array of yours. Borrowed. */
typedef struct dynox_statements {
    const dynox_statement *at;
    size_t                 count;
} dynox_statements;

typedef struct dynox_batch_execute_statement_args {
    size_t                 size DYNOX_SIZE_(dynox_batch_execute_statement_args);
    dynox_statements       statements; /* up to 25, all of them SELECT or none */
    dynox_items          **out;        /* sync_ only: yours to free */
    dynox_return_capacity  return_capacity;
    dynox_ambiguous_writes ambiguous_writes;
    DYNOX_CALL_FIELDS_
} dynox_batch_execute_statement_args;

/* Statements that are each about one item, each done or not by itself. The future's value is a dynox_items with the
 * item that each one gave; NULL: none. No statements at all: none, and nothing is sent.
 *
 * DYNOX_E_PARTIAL: some of them failed; if all did, it is the status of the first. The message names each by its number
 * (from 1) with its code; error.reasons[i] belongs to statements.at[i]: its code and message or, with the code "None",
 * the item that it gave. */
DYNOX_API DYNOX_MUST_USE dynox_future *
dynox_batch_execute_statement_with(dynox_client *client, const dynox_batch_execute_statement_args *args);
DYNOX_API dynox_status dynox_sync_batch_execute_statement_with(dynox_client                             *client,
                                                               const dynox_batch_execute_statement_args *args);

typedef struct dynox_execute_transaction_args {
    size_t                size DYNOX_SIZE_(dynox_execute_transaction_args);
    dynox_statements      statements; /* up to 100, all of them SELECT or none; EXISTS(...) checks among the others */
    dynox_items         **out;        /* sync_ only: yours to free */
    const char           *token;      /* these two: see dynox_transact_write_args */
    unsigned              conflict_retries;
    dynox_return_capacity return_capacity;
    DYNOX_CALL_FIELDS_
} dynox_execute_transaction_args;

/* All of the statements, or none. The future's value is a dynox_items with the item that each one gave; NULL: none. No
 * statements at all: done, and nothing is sent. Every attempt of a call has the same token, so it is never applied
 * twice. DYNOX_E_TRANSACTION_CANCELLED: the message names each statement that stood in the way by its number (from 1)
 * and its reason; error.reasons[i] belongs to statements.at[i]. */
DYNOX_API DYNOX_MUST_USE dynox_future *dynox_execute_transaction_with(dynox_client                         *client,
                                                                      const dynox_execute_transaction_args *args);
DYNOX_API dynox_status                 dynox_sync_execute_transaction_with(dynox_client                         *client,
                                                                           const dynox_execute_transaction_args *args);

/* Behind DYNOX_STATEMENTS. Internal. */
static inline dynox_statement dynox_statement_itself_(dynox_statement statement)
{
    return statement;
}
static inline dynox_statement dynox_statement_of_(const dynox_expr *text)
{
    dynox_statement statement = {text, false, DYNOX_RETURN_NONE};
    return statement;
}

DYNOX_EXTERN_C_END

#ifndef __cplusplus
/* DYNOX_STATEMENT(DYNOX_EXPR("SELECT ..."), .consistent_read = true): a part with more than its text. */
#define DYNOX_STATEMENT(...) ((dynox_statement){.statement = __VA_ARGS__})
/* DYNOX_STATEMENTS(DYNOX_EXPR("..."), DYNOX_STATEMENT(...)): up to 64 of either. They live as long as the block they
 * stand in. */
#define DYNOX_STATEMENTS(...)                                                                                          \
    ((dynox_statements){(const dynox_statement[]){                                                                     \
                            DYNOX_JOIN_(DYNOX_EACH_, DYNOX_COUNT_(__VA_ARGS__))(DYNOX_STATEMENT_OF_, __VA_ARGS__)},    \
                        DYNOX_COUNT_(__VA_ARGS__)})
#define DYNOX_STATEMENT_OF_(x)                                                                                         \
    _Generic((x), dynox_statement                                                                                      \
             : dynox_statement_itself_, dynox_expr *                                                                   \
             : dynox_statement_of_, const dynox_expr *                                                                 \
             : dynox_statement_of_)(x)

/* dynox_execute_statement(db, DYNOX_EXPR("SELECT * FROM users WHERE pk = ?", pk), .consistent_read = true)
 * dynox_sync_execute_statement_page(db, DYNOX_EXPR("DELETE FROM users WHERE pk = ?", pk), NULL, .error = &err)
 * dynox_sync_execute_transaction(db, DYNOX_STATEMENTS(DYNOX_EXPR(...), ...), &items, .token = "transfer-7") */
#define DYNOX_PARTIQL_ARGS_(type, member, ...) (&(type){.size = sizeof(type), .member = __VA_ARGS__})
#define dynox_execute_statement(client, ...)                                                                           \
    dynox_execute_statement_with((client), DYNOX_PARTIQL_ARGS_(dynox_execute_statement_args, statement, __VA_ARGS__))
#define dynox_execute_statement_page(client, ...)                                                                      \
    dynox_at_(dynox_execute_statement_page_with(                                                                       \
                  (client), DYNOX_PARTIQL_ARGS_(dynox_execute_statement_args, statement, __VA_ARGS__)),                \
              DYNOX_HERE_)
#define dynox_sync_execute_statement_page(client, ...)                                                                 \
    dynox_sync_execute_statement_page_with((client),                                                                   \
                                           DYNOX_PARTIQL_ARGS_(dynox_execute_statement_args, statement, __VA_ARGS__))
#define dynox_batch_execute_statement(client, ...)                                                                     \
    dynox_at_(dynox_batch_execute_statement_with(                                                                      \
                  (client), DYNOX_PARTIQL_ARGS_(dynox_batch_execute_statement_args, statements, __VA_ARGS__)),         \
              DYNOX_HERE_)
#define dynox_sync_batch_execute_statement(client, ...)                                                                \
    dynox_sync_batch_execute_statement_with(                                                                           \
        (client), DYNOX_PARTIQL_ARGS_(dynox_batch_execute_statement_args, statements, __VA_ARGS__))
#define dynox_execute_transaction(client, ...)                                                                         \
    dynox_at_(dynox_execute_transaction_with(                                                                          \
                  (client), DYNOX_PARTIQL_ARGS_(dynox_execute_transaction_args, statements, __VA_ARGS__)),             \
              DYNOX_HERE_)
#define dynox_sync_execute_transaction(client, ...)                                                                    \
    dynox_sync_execute_transaction_with((client),                                                                      \
                                        DYNOX_PARTIQL_ARGS_(dynox_execute_transaction_args, statements, __VA_ARGS__))
#endif
#endif
