/* Answers of the control plane: table descriptions and lists of names. Rare and small, so json-c reads them. */
#ifndef DYNOX_VALUE_JSON_CONTROL_H
#define DYNOX_VALUE_JSON_CONTROL_H

#include "value/json/document.h"
#include <dynox/table.h>

/* The table that is described by the member `name` ("Table" or "TableDescription") of an answer. The caller frees it
 * with dynox_table_free; it lies in *document, of which the caller gets a reference of his own, too. */
dynox_status dynox__control_table(const char *body, size_t length, const char *name, dynox_table **table,
                                  dynox__document **document, dynox_error *error);

/* The same for an answer of ListTables. */
dynox_status dynox__control_table_names(const char *body, size_t length, dynox_table_names **names,
                                        dynox__document **document, dynox_error *error);

#endif
