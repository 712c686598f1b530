/* Running hooks. */
#include "model/hooks.h"
#include "model/record.h"

static const char *const names[] = {[DYNOX_BEFORE_SAVE] = "before_save",     [DYNOX_AFTER_SAVE] = "after_save",
                                    [DYNOX_BEFORE_UPDATE] = "before_update", [DYNOX_AFTER_UPDATE] = "after_update",
                                    [DYNOX_BEFORE_DELETE] = "before_delete", [DYNOX_AFTER_DELETE] = "after_delete",
                                    [DYNOX_AFTER_LOAD] = "after_load"};

static bool has(const dynox__model *model, dynox_hook hook)
{
    return model->declared->hook(hook, NULL, NULL) == DYNOX_OK;
}

static dynox_status run_one(const dynox__model *model, dynox_hook hook, void *record, dynox_error *error)
{
    dynox_status status = model->declared->hook(hook, record, error);
    if (status == DYNOX_OK) {
        dynox_error_clear(error); /* it may have used it on the way */
        return DYNOX_OK;
    }
    if (error->status != status) dynox_error_set(error, status, "%s: its %s refused", model->name, names[hook]);
    return status;
}

/* A parent's runs first. */
static dynox_status run_all(const dynox__model *model, dynox_hook hook, void *record, dynox_error *error)
{
    dynox_error ignored = {0};
    if (!error) error = &ignored;
    dynox_status status = DYNOX_OK;
    if (model->parent) status = run_all(model->parent, hook, record, error);
    if (status == DYNOX_OK && has(model, hook)) status = run_one(model, hook, record, error);
    if (error == &ignored) dynox_error_clear(&ignored);
    return status;
}

static bool has_any(const dynox__model *model, dynox_hook hook)
{
    for (; model; model = model->parent)
        if (has(model, hook)) return true;
    return false;
}

/* Run for each record that is read: where there is none, not even an error is made. */
dynox_status dynox__hooks_run(const dynox__model *model, dynox_hook hook, void *record, dynox_error *error)
{
    return has_any(model, hook) ? run_all(model, hook, record, error) : DYNOX_OK;
}

bool dynox__hooks_has_async(const dynox__model *model, dynox_hook hook)
{
    for (; model; model = model->parent)
        if (model->declared->hook_async(hook, NULL, NULL)) return true;
    return false;
}

/* The child's stands in for its parents'. */
dynox_future *dynox__hooks_start(const dynox__model *model, dynox_hook hook, dynox_client *client, void *record)
{
    for (; model; model = model->parent)
        if (model->declared->hook_async(hook, NULL, NULL)) return model->declared->hook_async(hook, client, record);
    return NULL;
}

void dynox__hooks_loaded(void *record)
{
    const dynox__block *block = dynox__record_block(record);
    if (!block || !block->records || block->skips_hooks) return;
    dynox__hooks_run(dynox__record_model(block->model, record), DYNOX_AFTER_LOAD, record, NULL);
}

void dynox_model_accept_(const dynox_model *model, void *record)
{
    (void)model;
    dynox__hooks_loaded(record);
}
