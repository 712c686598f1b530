/* XML from anywhere: the scanner ends, stays within the document, and what it finds is text inside it. */
#include "fuzz.h"
#include "services/format/xml.h"
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"*", "a", "a/b", "*/*/c", "*/Error/Code", "r/r/r/r/r/r/r/r/r/r/r/r/r/r/r/r"};
    enum { COUNT = sizeof paths / sizeof paths[0] };
    dynox__xml_field fields[COUNT] = {{0}};
    char            *document      = malloc(size ? size : 1); /* of exactly that size: an overrun is seen */
    if (!document) return 0;
    if (size) memcpy(document, data, size);
    for (size_t i = 0; i < COUNT; i++)
        fields[i].path = paths[i];
    bool good = dynox__xml_read(document, size, fields, COUNT);
    for (size_t i = 0; good && i < COUNT; i++) {
        if (!fields[i].text) continue;
        PROMISE(fields[i].text > document && fields[i].text < document + size);
        PROMISE(memchr(fields[i].text, 0, (size_t)(document + size - fields[i].text)) != NULL);
    }
    PROMISE(!good || size > 0);
    free(document);
    return 0;
}
