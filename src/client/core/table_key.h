/* What a client has heard of the keys of tables: the names of their attributes, which never change while a table lives.
 */
#ifndef DYNOX_CLIENT_CORE_TABLE_KEY_H
#define DYNOX_CLIENT_CORE_TABLE_KEY_H

#include "client/core/client.h"

/* Copies of the names, the sort key second (NULL: none), to be freed. false: not known, or no memory. */
bool dynox__table_key_find(dynox_client *client, const char *table, char *names[2]);
/* Remembers it in the place of what was known before, or nothing if there is no memory. `names` NULL: forgets it. */
void dynox__table_key_learn(dynox_client *client, const char *table, char *const names[2]);
/* Of a client that ends. */
void dynox__table_keys_end(dynox_client *client);

#endif
