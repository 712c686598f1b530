/* The time to live of records that are at hand. */
#include "base/clock.h"
#include "model/record.h"

/* When, in seconds since 1970; 0: never. */
static int64_t expires_at(const dynox_model *declared, const void *record)
{
    dynox_error         error = {0};
    const dynox__model *model = record ? dynox__model_of(declared, &error) : NULL;
    dynox_error_clear(&error);
    if (!model || !model->ttl || dynox__member_absent(model->ttl, record)) return 0;
    return dynox__member_int(model->ttl, record);
}

bool dynox_model_is_expired(const dynox_model *model, const void *record)
{
    int64_t at = expires_at(model, record);
    return at && at <= dynox__wall_ms() / 1000;
}

int64_t dynox_model_expires_in(const dynox_model *model, const void *record)
{
    int64_t at = expires_at(model, record);
    return at ? at - dynox__wall_ms() / 1000 : INT64_MAX;
}
