/* What several PartiQL statements have come to: an item, an error, or nothing, each. */
#include "value/json/decode_reader.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static uint8_t *read_error(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {
        DYNOX__FIELD("Code", TEXT, dynox_cancellation_reason, code),
        DYNOX__FIELD("Message", TEXT, dynox_cancellation_reason, message),
        DYNOX__FIELD("message", TEXT, dynox_cancellation_reason, message),
        DYNOX__FIELD("Item", ITEM, dynox_cancellation_reason, item),
    };
    dynox_cancellation_reason *error = to;
    error->code                      = "Unknown";
    return dynox__read_object(reader, p, fields, COUNT(fields), error);
}

static uint8_t *read_statement(dynox__reader *reader, uint8_t *p, void *to)
{
    static const dynox__field fields[] = {
        DYNOX__FIELD("Item", ITEM, dynox__statement, item),
        {"Error", 5, read_error, offsetof(dynox__statement, error)},
    };
    if (dynox__at_null(p)) return p + 4; /* nothing there, as some emulators say it */
    return dynox__read_object(reader, p, fields, COUNT(fields), to);
}

uint8_t *dynox__field_statements(dynox__reader *reader, uint8_t *p, void *to)
{
    dynox__statements *statements = to;
    dynox__statement   statement;
    return dynox__read_array(reader, p, read_statement, &statement, sizeof statement, &statements->at,
                             &statements->count);
}
