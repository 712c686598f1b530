/* Trees as text again. */
#ifndef DYNOX_LOCAL_ENGINE_TREE_TEXT_H
#define DYNOX_LOCAL_ENGINE_TREE_TEXT_H

#include "local/wire/tree.h"

void dynox__tree_write(dynox__buffer *to, const dynox__tree *tree);

/* An item in DynamoDB JSON, {"pk": {"S": "a"}}? */
bool dynox__tree_is_typed(const dynox__tree *item);
/* Of an item in plain JSON, {"pk": "a"}: the same in DynamoDB JSON. */
void dynox__tree_write_plain(dynox__buffer *to, const dynox__tree *item);

#endif
