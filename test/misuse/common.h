/* What the programs of this folder share: calls that return futures, as a user sees them. */
#ifndef DYNOX_TEST_MISUSE_COMMON_H
#define DYNOX_TEST_MISUSE_COMMON_H

#include <dynox/async.h>

typedef struct client     client;
typedef struct dynox_item dynox_item;
typedef struct dynox_page dynox_page;

dynox_future *get_item(client *db);
void          use(int value);
int           make(void);

#endif
