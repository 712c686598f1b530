/* temporary */
#include "model/hooks.h"
#include "model/records.h"
dynox_stream *dynox__records_parallel_scan(dynox__typed_call *call)
{
    (void)call;
    return 0;
}
void dynox_model_list_free(dynox_records *l)
{
    (void)l;
}
void dynox_model_list_accept_(const dynox_model *m, dynox_records *l)
{
    (void)m;
    (void)l;
}
dynox_future *dynox_model_first(dynox_client *c, const dynox_model *m, const void *k, const dynox_with *w)
{
    (void)c;
    (void)m;
    (void)k;
    (void)w;
    return 0;
}
dynox_future *dynox_model_index_first(dynox_client *c, const dynox_model *m, const char *i, const void *k,
                                      const dynox_with *w)
{
    (void)c;
    (void)m;
    (void)k;
    (void)w;
    (void)i;
    return 0;
}
dynox_future *dynox_model_batch_get(dynox_client *c, const dynox_model *m, const void *const *k, size_t n,
                                    const dynox_with *w)
{
    (void)c;
    (void)m;
    (void)k;
    (void)w;
    (void)n;
    return 0;
}
dynox_future *dynox_model_collect(const dynox_model *m, dynox_stream *s, size_t n)
{
    (void)m;
    (void)s;
    (void)n;
    return 0;
}
dynox_future *dynox_model_count(dynox_client *c, const dynox_model *m, const void *k, const dynox_with *w)
{
    (void)c;
    (void)m;
    (void)k;
    (void)w;
    return 0;
}
dynox_stream *dynox_model_execute(dynox_client *c, const dynox_model *m, const dynox_expr *k, const dynox_with *w)
{
    (void)c;
    (void)m;
    (void)k;
    (void)w;
    return 0;
}
