/* Copies of writes, for what keeps them after the call that gave them. */
#include "client/item/write.h"
#include "value/expr/expr.h"

void dynox__write_end(dynox_write *write)
{
    dynox__free((char *)(uintptr_t)write->table);
    dynox_item_free((dynox_item *)(uintptr_t)write->item);
    dynox_expr_free((dynox_expr *)(uintptr_t)write->update);
    dynox_expr_free((dynox_expr *)(uintptr_t)write->condition);
    dynox__free((char *)(uintptr_t)write->key[0]);
    dynox__free((char *)(uintptr_t)write->key[1]);
}

/* NULL stays NULL: what is missing is said by whoever sends it. */
static bool copy_text(const char **to, const char *from)
{
    *to = dynox__strdup(from);
    return *to || !from;
}

static bool copy_expr(const dynox_expr **to, const dynox_expr *from)
{
    if (!from) return true;
    *to = dynox__expr_copy(from);
    return (*to)->status_ != DYNOX_E_NO_MEMORY;
}

bool dynox__write_copy(dynox_write *to, const dynox_write *from)
{
    *to = (dynox_write){.kind                        = from->kind,
                        .return_on_condition_failure = from->return_on_condition_failure,
                        .form_                       = from->form_, /* of records: they stay the program's */
                        .model_                      = from->model_,
                        .with_                       = from->with_,
                        .record_                     = from->record_};
    if (copy_text(&to->table, from->table) && copy_text(&to->key[0], from->key[0]) &&
        copy_text(&to->key[1], from->key[1]) && (!from->item || (to->item = dynox_item_copy(from->item)) != NULL) &&
        copy_expr(&to->update, from->update) && copy_expr(&to->condition, from->condition))
        return true;
    dynox__write_end(to);
    return false;
}
