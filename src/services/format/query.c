/* Writing query bodies. */
#include "services/format/query.h"
#include "aws/crypto/sign_text.h"

static void add_encoded(dynox__buffer *to, const char *text)
{
    dynox__sign_encode(to, (dynox__span){text, strlen(text)}, false);
}

void dynox__query_start(dynox__buffer *to, const char *action, const char *version)
{
    dynox__buffer_text(to, "Action=");
    add_encoded(to, action);
    dynox__query_add(to, "Version", version);
}

void dynox__query_add(dynox__buffer *to, const char *key, const char *value)
{
    if (!value) return;
    dynox__buffer_byte(to, '&');
    add_encoded(to, key);
    dynox__buffer_byte(to, '=');
    add_encoded(to, value);
}
