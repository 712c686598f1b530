/* Hooks: a model's own, and those of its parents first, unless the child has named one of the same kind. */
#ifndef DYNOX_MODEL_HOOKS_H
#define DYNOX_MODEL_HOOKS_H

#include "model/model.h"

/* Runs them. Any status but DYNOX_OK is a veto: `error` has the hook's words, or says which one it was. */
dynox_status dynox__hooks_run(const dynox__model *model, dynox_hook hook, void *record, dynox_error *error);
/* after_load of a record that has come to the program, unless its call skipped hooks. */
void dynox__hooks_loaded(void *record);
/* Is there an async one? And its future. */
bool          dynox__hooks_has_async(const dynox__model *model, dynox_hook hook);
dynox_future *dynox__hooks_start(const dynox__model *model, dynox_hook hook, dynox_client *client, void *record);

#endif
