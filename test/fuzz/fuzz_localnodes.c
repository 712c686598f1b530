/* Whatever is taken as the list of nodes gives URLs of hosts, which can be parsed and hold nothing else. */
#include "aws/endpoint/endpoint.h"
#include "aws/nodes/localnodes.h"
#include "fuzz.h"
#include "value/json/decode.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dynox__localnodes list;
    dynox__arena             arena = {0};
    dynox_error              error = {0};
    char                    *body  = calloc(1, size + DYNOX__DECODE_PADDING);
    memcpy(body, data, size);
    dynox_status status =
        dynox__localnodes_read(body, size, (dynox__localnodes_base){.port = 8000}, &arena, &list, &error);
    PROMISE((status == DYNOX_OK) == (list.count > 0 && error.status == DYNOX_OK));
    for (size_t i = 0; i < list.count; i++) {
        dynox__endpoint endpoint = {0};
        PROMISE(dynox__endpoint_parse(&endpoint, list.urls[i], "a node", NULL) == DYNOX_OK);
        PROMISE(strcmp(endpoint.path, "/") == 0 && !endpoint.tls && !strpbrk(endpoint.authority, " \r\n/"));
        dynox__endpoint_free(&endpoint);
    }
    dynox_error_clear(&error);
    dynox__arena_free(&arena);
    free(body);
    return 0;
}
