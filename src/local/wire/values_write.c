/* Values to JSON, by the encoder that writes requests: what is stored is what is sent. */
#include "local/wire/values.h"
#include "value/json/encode.h"

/* What has passed the check can be encoded; if it cannot, the answer is no good. */
void dynox__values_write(dynox__buffer *buffer, const dynox_value *value)
{
    if (dynox__encode_value(buffer, value, NULL) != DYNOX_OK) buffer->failed = true;
}

void dynox__values_write_item(dynox__buffer *buffer, const dynox_item *item)
{
    if (dynox__encode_item(buffer, item, NULL) != DYNOX_OK) buffer->failed = true;
}

void dynox__values_write_text(dynox__buffer *buffer, const char *text, size_t length)
{
    if (!dynox__encode_text(buffer, text, length)) buffer->failed = true;
}
