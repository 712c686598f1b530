/* What requests say of tables besides keys and indexes: throughput, streams, encryption, tags. */
#include "local/operation/define.h"
#include "local/table/definition.h"
#include "value/json/decode.h"

#define MOST_UNITS INT64_C(1000000000000)

enum { MOST_TAGS = 50 };

bool dynox__define_throughput(dynox__local_call *call, const dynox__tree *throughput, dynox__throughput *defined)
{
    int64_t read = 0, write = 0;
    dynox__tree_integer(throughput, "ReadCapacityUnits", &read);
    dynox__tree_integer(throughput, "WriteCapacityUnits", &write);
    if (read <= 0 || write <= 0)
        return dynox__invalid(call,
                              DYNOX__INVALID "ReadCapacityUnits and WriteCapacityUnits must both be specified when "
                                             "BillingMode is PROVISIONED");
    if (read > MOST_UNITS)
        return dynox__invalid(call, "Given value %lld for ReadCapacityUnits is out of bounds", (long long)read);
    if (write > MOST_UNITS)
        return dynox__invalid(call, "Given value %lld for WriteCapacityUnits is out of bounds", (long long)write);
    defined->read  = read;
    defined->write = write;
    return true;
}

void dynox__define_on_demand(const dynox__tree *throughput, dynox__on_demand *defined)
{
    dynox__tree_integer(throughput, "MaxReadRequestUnits", &defined->read);
    dynox__tree_integer(throughput, "MaxWriteRequestUnits", &defined->write);
}

bool dynox__define_stream(dynox__local_call *call, const dynox__tree *specification, dynox__stream_view *view)
{
    const char *wanted  = dynox__tree_text(specification, "StreamViewType");
    bool        enabled = dynox__tree_true(specification, "StreamEnabled");
    *view               = DYNOX__STREAM_NONE;
    if (enabled && !wanted)
        return dynox__invalid(call, DYNOX__INVALID
                              "Table is being created with a stream enabled, UpdateViewType should be specified");
    if (!enabled && wanted)
        return dynox__invalid(call, DYNOX__INVALID
                              "Table is being created with a stream disabled, UpdateViewType should not be specified");
    for (dynox__stream_view at = DYNOX__STREAM_KEYS; enabled && at <= DYNOX__STREAM_BOTH; at++)
        if (strcmp(dynox__stream_view_name(at), wanted) == 0) *view = at;
    return true;
}

bool dynox__define_encryption(dynox__defining *defining, const dynox__tree *specification)
{
    dynox__local_call *call = defining->call;
    const char        *key = dynox__tree_text(specification, "KMSMasterKeyId"), *region = call->settings->region;
    if (!specification) return true;
    defining->table.encryption_key = NULL;
    if (!dynox__tree_true(specification, "Enabled")) return true;
    char          id[37];
    dynox__buffer text = {0};
    dynox__seeded_uuid(call->settings, DYNOX__SPACE_TABLES, 0, id);
    dynox__buffer_format(&text, "arn:aws:kms:%s:%s:key/%s", *region ? region : "ddblocal",
                         *call->settings->account ? call->settings->account : "000000000000", id);
    defining->table.encryption_key = key           ? key
                                     : text.failed ? NULL
                                                   : dynox__arena_copy(call->arena, text.data, text.size);
    dynox__buffer_free(&text);
    return defining->table.encryption_key || dynox__refuse_memory(&call->refusal);
}

/* ---- tags ---- */

static bool check_tag(dynox__local_call *call, const dynox__tree *tag)
{
    const dynox__tree *key = dynox__tree_member(tag, "Key"), *value = dynox__tree_member(tag, "Value");
    if (!key || key->kind != DYNOX__TREE_TEXT || !key->length || key->length > 4 * 128)
        return dynox__invalid(call, DYNOX__INVALID "The Key of a Tag must have 1 to 128 characters");
    if (!value || value->kind != DYNOX__TREE_TEXT || value->length > 4 * 256)
        return dynox__invalid(call, DYNOX__INVALID "The Value of a Tag must have 0 to 256 characters");
    if (strncmp(key->text, "aws:", 4) == 0)
        return dynox__invalid(call, DYNOX__INVALID "The prefix aws: of the Key of a Tag is reserved: %s", key->text);
    return true;
}

static bool has_key(const dynox__tree *tags, const dynox__tree *key)
{
    for (const dynox__tree *at = tags ? tags->first : NULL; at; at = at->next) {
        const dynox__tree *other = dynox__tree_member(at, "Key");
        if (other && other->length == key->length && memcmp(other->text, key->text, key->length) == 0) return true;
    }
    return false;
}

static void write_tag(dynox__buffer *text, const dynox__tree *tag, size_t *count)
{
    const dynox__tree *key = dynox__tree_member(tag, "Key"), *value = dynox__tree_member(tag, "Value");
    if (!key || !value) return;
    dynox__buffer_text(text, (*count)++ ? ",{\"Key\":" : "{\"Key\":");
    dynox__values_write_text(text, key->text, key->length);
    dynox__buffer_text(text, ",\"Value\":");
    dynox__values_write_text(text, value->text, value->length);
    dynox__buffer_byte(text, '}');
}

static bool too_many_tags(dynox__local_call *call)
{
    return dynox__invalid(call, DYNOX__INVALID "Too many tags: tag limit is 50");
}

bool dynox__define_tags(dynox__local_call *call, const char *old, const dynox__tree *tags, const char **merged)
{
    const dynox__tree *before = NULL;
    const char        *why;
    size_t             count = 0;
    if (tags->count > MOST_TAGS) return too_many_tags(call);
    if (old) {
        char *copy = dynox__decode_copy(call->arena, old, strlen(old));
        before     = copy ? dynox__tree_parse(copy, strlen(old), call->arena, &why) : NULL;
        if (!before) return dynox__refuse_memory(&call->refusal);
    }
    for (const dynox__tree *at = tags->first; at; at = at->next) {
        if (!check_tag(call, at)) return false;
        const dynox__tree rest = {.kind = DYNOX__TREE_ARRAY, .first = at->next};
        if (has_key(&rest, dynox__tree_member(at, "Key")))
            return dynox__invalid(call, DYNOX__INVALID "Two Tags have the same Key: %s", dynox__tree_text(at, "Key"));
    }
    dynox__buffer text = {0};
    dynox__buffer_byte(&text, '[');
    for (const dynox__tree *at = before ? before->first : NULL; at; at = at->next)
        if (dynox__tree_member(at, "Key") && !has_key(tags, dynox__tree_member(at, "Key")))
            write_tag(&text, at, &count);
    for (const dynox__tree *at = tags->first; at; at = at->next)
        write_tag(&text, at, &count);
    dynox__buffer_byte(&text, ']');
    *merged = text.failed ? NULL : dynox__arena_copy(call->arena, text.data, text.size);
    dynox__buffer_free(&text);
    if (!*merged) return dynox__refuse_memory(&call->refusal);
    return count <= MOST_TAGS || too_many_tags(call);
}
