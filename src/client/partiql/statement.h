/* Statements in requests. */
#ifndef DYNOX_CLIENT_PARTIQL_STATEMENT_H
#define DYNOX_CLIENT_PARTIQL_STATEMENT_H

#include "client/core/request.h"
#include <dynox/partiql.h>

/* In the order of what may go wrong when one is repeated. */
typedef enum dynox__statement_kind {
    DYNOX__STATEMENT_CHECKS, /* EXISTS(...), among writes */
    DYNOX__STATEMENT_READS,
    DYNOX__STATEMENT_INSERTS, /* repeated, it finds the item there: it is conditioned by itself */
    DYNOX__STATEMENT_CHANGES
} dynox__statement_kind;

static inline bool dynox__statement_writes(dynox__statement_kind kind)
{
    return kind >= DYNOX__STATEMENT_INSERTS;
}

/* As far as its first word tells. */
dynox__statement_kind dynox__statement_kind_of(const dynox_expr *statement);

/* Adds "Statement" and "Parameters". */
void dynox__request_statement(dynox__request_writer *writer, const dynox_expr *statement);
void dynox__request_return_on_failure(dynox__request_writer *writer, dynox_return_values values);

#endif
