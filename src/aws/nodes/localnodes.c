/* A list of nodes from a server, which may be anything: entries that are no hosts are left out. */
#include "aws/nodes/localnodes.h"
#include "aws/endpoint/endpoint.h"
#include "aws/nodes/nodes.h"
#include "base/printable.h"
#include "value/json/decode_reader.h"
#include <stdio.h>

_Static_assert(sizeof(((dynox__localnodes *)0)->urls) / sizeof(const char *) == DYNOX__MOST_NODES, "all that are used");

enum { LONGEST_ENTRY = 260 };

typedef struct entry {
    char    *text;
    uint32_t length;
} entry;

static uint8_t *read_entry(dynox__reader *reader, uint8_t *p, void *to)
{
    entry *it = to;
    return dynox__read_text(reader, p, &it->text, &it->length);
}

/* As a URL, if it is nothing but a host and perhaps a port. DYNOX_E_CONFIGURATION: it is not. */
static dynox_status make_url(const entry *it, dynox__localnodes_base base, dynox__arena *arena, const char **url)
{
    char            text[LONGEST_ENTRY + 32];
    dynox__endpoint endpoint = {0};
    const char     *colon    = memchr(it->text, ':', it->length);
    bool            port     = colon && !memchr(colon + 1, ':', it->length - (size_t)(colon + 1 - it->text));
    bool            ipv6     = colon && !port && it->text[0] != '[';
    if (it->length > LONGEST_ENTRY || memchr(it->text, 0, it->length) || memchr(it->text, '/', it->length))
        return DYNOX_E_CONFIGURATION;
    if (it->text[0] == '[') port = it->text[it->length - 1] != ']';
    int used = snprintf(text, sizeof text, "http%s://%s%.*s%s", base.tls ? "s" : "", ipv6 ? "[" : "", (int)it->length,
                        it->text, ipv6 ? "]" : "");
    if (!port) snprintf(text + used, sizeof text - (size_t)used, ":%u", (unsigned)base.port);
    dynox_status status = dynox__endpoint_parse(&endpoint, text, "a node", NULL);
    dynox__endpoint_free(&endpoint);
    if (status != DYNOX_OK) return status;
    dynox__node_url_plain(text);
    *url = dynox__arena_copy(arena, text, strlen(text));
    return *url ? DYNOX_OK : DYNOX_E_NO_MEMORY;
}

static void ignore(dynox__localnodes *nodes, const entry *it)
{
    if (!nodes->ignored++) snprintf(nodes->odd, sizeof nodes->odd, "%.*s", (int)(it->length & 0xff), it->text);
    dynox__make_visible(nodes->odd);
}

static dynox_status keep(const entry *entries, size_t count, dynox__localnodes_base base, dynox__arena *arena,
                         dynox__localnodes *nodes, dynox_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (nodes->count == DYNOX__MOST_NODES) {
            nodes->surplus = count - i;
            break;
        }
        dynox_status status = make_url(&entries[i], base, arena, &nodes->urls[nodes->count]);
        if (status == DYNOX_E_NO_MEMORY) return dynox_error_set(error, status, "out of memory");
        if (status == DYNOX_OK)
            nodes->count++;
        else
            ignore(nodes, &entries[i]);
    }
    if (nodes->count) return DYNOX_OK;
    if (!count) return dynox_error_set(error, DYNOX_E_DECODE, "the list is empty");
    return dynox_error_set(error, DYNOX_E_DECODE, "no entry is the name or address of a host: \"%s\"", nodes->odd);
}

dynox_status dynox__localnodes_read(char *body, size_t size, dynox__localnodes_base base, dynox__arena *arena,
                                    dynox__localnodes *nodes, dynox_error *error)
{
    dynox__reader reader;
    entry         one;
    const entry  *entries = NULL;
    size_t        count   = 0;
    *nodes                = (dynox__localnodes){.count = 0};
    dynox__reader_init(&reader, body, size, arena);
    uint8_t *p          = dynox__skip_space((uint8_t *)body);
    p                   = dynox__read_array(&reader, p, read_entry, &one, sizeof one, &entries, &count);
    dynox_status status = dynox__reader_end(&reader, p ? dynox__skip_space(p) : NULL, error);
    return status == DYNOX_OK ? keep(entries, count, base, arena, nodes, error) : status;
}
