/* The sync twins: the async form, joined. */
#include "model/with.h"

#define NO_RESULT(start) DYNOX__TYPED_SYNC(model, client, NULL, NULL, with, start)

dynox_status dynox_model_sync_save(dynox_client *client, const dynox_model *model, void *record, const dynox_with *with)
{
    NO_RESULT(dynox_model_save(self.client, model, record, &self.with));
}

dynox_status dynox_model_sync_delete(dynox_client *client, const dynox_model *model, void *record,
                                     const dynox_with *with)
{
    NO_RESULT(dynox_model_delete(self.client, model, record, &self.with));
}

dynox_status dynox_model_sync_update(dynox_client *client, const dynox_model *model, void *record,
                                     const dynox_expr *update, const dynox_with *with)
{
    NO_RESULT(dynox_model_update(self.client, model, record, update, &self.with));
}

dynox_status dynox_model_sync_update_by_key(dynox_client *client, const dynox_model *model, const void *key,
                                            const dynox_expr *update, const dynox_with *with)
{
    NO_RESULT(dynox_model_update_by_key(self.client, model, key, update, &self.with));
}

dynox_status dynox_model_sync_delete_by_key(dynox_client *client, const dynox_model *model, const void *key,
                                            const dynox_with *with)
{
    NO_RESULT(dynox_model_delete_by_key(self.client, model, key, &self.with));
}

dynox_status dynox_model_sync_reload(dynox_client *client, const dynox_model *model, void *record,
                                     const dynox_with *with)
{
    NO_RESULT(dynox_model_reload(self.client, model, record, &self.with));
}

dynox_status dynox_model_sync_extend_ttl(dynox_client *client, const dynox_model *model, void *record,
                                         time_t expires_at, const dynox_with *with)
{
    NO_RESULT(dynox_model_extend_ttl(self.client, model, record, expires_at, &self.with));
}

dynox_status dynox_model_sync_create_table(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    NO_RESULT(dynox_model_create_table(self.client, model, &self.with));
}

dynox_status dynox_model_sync_delete_table(dynox_client *client, const dynox_model *model, const dynox_with *with)
{
    NO_RESULT(dynox_model_delete_table(self.client, model, &self.with));
}

/* ---- with a result ---- */

dynox_status dynox_model_sync_get(dynox_client *client, const dynox_model *model, const void *key, void *out,
                                  const dynox_with *with)
{
    DYNOX__TYPED_SYNC(model, client, out, model ? model->type : NULL, with,
                      dynox_model_get(self.client, model, key, &self.with));
}

dynox_status dynox_model_sync_first(dynox_client *client, const dynox_model *model, const void *key, void *out,
                                    const dynox_with *with)
{
    DYNOX__TYPED_SYNC(model, client, out, model ? model->type : NULL, with,
                      dynox_model_first(self.client, model, key, &self.with));
}

dynox_status dynox_model_sync_index_first(dynox_client *client, const dynox_model *model, const char *index,
                                          const void *key, void *out, const dynox_with *with)
{
    DYNOX__TYPED_SYNC(model, client, out, model ? model->type : NULL, with,
                      dynox_model_index_first(self.client, model, index, key, &self.with));
}

dynox_status dynox_model_sync_batch_get(dynox_client *client, const dynox_model *model, const void *const *keys,
                                        size_t count, void *out, const dynox_with *with)
{
    DYNOX__TYPED_SYNC(model, client, out, model ? model->list_type : NULL, with,
                      dynox_model_batch_get(self.client, model, keys, count, &self.with));
}

dynox_status dynox_model_sync_count(dynox_client *client, const dynox_model *model, const void *key, int64_t *out,
                                    const dynox_with *with)
{
    DYNOX__TYPED_SYNC(model, client, out, DYNOX_TYPE_OF(*out), with,
                      dynox_model_count(self.client, model, key, &self.with));
}

dynox_status dynox_model_sync_table_exists(dynox_client *client, const dynox_model *model, bool *out,
                                           const dynox_with *with)
{
    DYNOX__TYPED_SYNC(model, client, out, &dynox_type_bool, with,
                      dynox_model_table_exists(self.client, model, &self.with));
}

/* Its stream has a client already. */
dynox_status dynox_model_sync_collect(const dynox_model *model, dynox_stream *consumed, size_t max, void *out,
                                      dynox_error *error)
{
    return dynox_join_with(dynox_model_collect(model, consumed, max), model ? model->list_type : NULL,
                           &(dynox_join_args){.size = sizeof(dynox_join_args), .out = out, .error = error});
}
