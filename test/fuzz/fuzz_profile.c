/* Config and credentials files made of any bytes: no crash, sorted sections, and values that can be looked up. The
 * first byte that is zero parts the two files. */
#include "aws/config/profile_file.h"
#include "base/alloc.h"
#include "fuzz/fuzz.h"
#include <string.h>

static dynox__profile_text copy(const uint8_t *data, size_t size)
{
    dynox__profile_text file = {.path = "file", .text = dynox__malloc(size + 1), .size = size};
    if (!file.text) abort();
    if (size) memcpy(file.text, data, size);
    return file;
}

static void check_section(const dynox__profiles *profiles, const dynox__profile *section)
{
    size_t length;
    PROMISE(dynox__profiles_section(profiles, section->kind, section->name) == section);
    for (size_t i = 0; i < section->count; i++) {
        const dynox__property *property = &section->properties[i];
        const char            *value    = dynox__profile_get(section, property->key);
        PROMISE(value ? value == property->value : !property->value[0]);
        if (i) PROMISE(strcmp(section->properties[i - 1].key, property->key) < 0);
        const char *nested = dynox__profile_nested(section, property->key, "endpoint_url", &length);
        if (nested) PROMISE(length > 0 && nested + length <= property->value + strlen(property->value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t      *zero  = size ? memchr(data, 0, size) : NULL;
    size_t              first = zero ? (size_t)(zero - data) : size;
    dynox__profiles    *profiles;
    dynox_error         error  = {0};
    dynox__profile_text config = copy(data, first);
    dynox__profile_text other  = zero ? copy(zero + 1, size - first - 1) : copy(data, 0);
    dynox_status        status = dynox__profiles_parse(&profiles, config, other, &error);
    PROMISE(status == (profiles ? DYNOX_OK : DYNOX_E_CONFIGURATION));
    for (size_t i = 0; profiles && i < profiles->count; i++)
        check_section(profiles, &profiles->sections[i]);
    dynox__profiles_release(profiles);
    return 0;
}
