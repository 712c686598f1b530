/* What one statement is, for a table: the write of one item, the reading of one, or pages. */
#ifndef DYNOX_LOCAL_OPERATION_STATEMENT_H
#define DYNOX_LOCAL_OPERATION_STATEMENT_H

#include "local/operation/transact.h"
#include "local/partiql/partiql.h"

/* Reads the members Statement and Parameters of the request, or of one of its statements. */
bool dynox__statement_read(dynox__local_call *call, const dynox__tree *request, dynox__partiql *statement);

static inline bool dynox__statement_selects(const dynox__partiql *statement)
{
    return statement->kind == DYNOX__PARTIQL_SELECT;
}

/* What a statement that changes or checks an item does: to be checked, prepared and applied as any action. */
bool dynox__statement_action(dynox__local_call *call, const dynox__tree *request, const dynox__partiql *statement,
                             dynox__action *action);
/* A SELECT of one item by its whole key. `refusal`: what to say of one of several. */
bool dynox__statement_get(dynox__local_call *call, const dynox__tree *request, const dynox__partiql *statement,
                          const char *refusal, dynox__get *get);

#endif
