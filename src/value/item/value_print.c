/* Values and items for people to read, on one line. */
#include "base/printable.h"
#include "value/item/value.h"
#include <dynox/item.h>

enum { BYTES_SHOWN = 32 };

/* What is not printable is written as its code or its bytes. */
static void print_plain(FILE *to, const char *text, size_t size)
{
    for (size_t length; size; text += length, size -= length) {
        bool plain = dynox__is_printable(text, size, &length);
        if (*text == '"' || *text == '\\') fputc('\\', to);
        if (plain)
            fwrite(text, 1, length, to);
        else if (*text == '\n')
            fputs("\\n", to);
        else if ((unsigned char)*text < 0x80)
            fprintf(to, "\\u%04x", (unsigned)*text);
        else
            for (size_t i = 0; i < length; i++)
                fprintf(to, "\\x%02x", (unsigned char)text[i]);
    }
}

static void print_text(FILE *to, const char *text, size_t length)
{
    fputc('"', to);
    print_plain(to, text, length);
    fputc('"', to);
}

static void print_bytes(FILE *to, const uint8_t *bytes, size_t size)
{
    fprintf(to, "bytes(%zu)", size);
    for (size_t i = 0; i < size && i < BYTES_SHOWN; i++)
        fprintf(to, i ? "%02x" : " %02x", bytes[i]);
    if (size > BYTES_SHOWN) fputs("...", to);
}

static void print_number(FILE *to, const dynox_value *value)
{
    char        room[DYNOX_NUMBER_ROOM];
    const char *text = dynox_value_as_number(value, room);
    if (!text)
        fputs("invalid", to);
    else if (text == room)
        fputs(text, to);
    else
        print_plain(to, text, value->length);
}

static void print(FILE *to, const dynox_value *value, unsigned depth);

static void print_list(FILE *to, const dynox_value *list, size_t count, unsigned depth)
{
    for (size_t i = 0; i < count; i++) {
        if (i) fputs(", ", to);
        print(to, &list[i], depth);
    }
}

static void print_map(FILE *to, const dynox_named_value *map, size_t count, unsigned depth)
{
    fputc('{', to);
    for (size_t i = 0; i < count; i++) {
        if (i) fputs(", ", to);
        print_text(to, map[i].name, map[i].name_length);
        fputs(": ", to);
        print(to, &map[i].value, depth);
    }
    fputc('}', to);
}

static void print(FILE *to, const dynox_value *value, unsigned depth)
{
    if (depth > DYNOX__VALUE_DEPTH) {
        fputs("...", to);
        return;
    }
    switch (dynox_value_type_of(value)) {
    case DYNOX_S: print_text(to, value->as.text, value->length); break;
    case DYNOX_N: print_number(to, value); break;
    case DYNOX_B: print_bytes(to, value->as.bytes, value->length); break;
    case DYNOX_BOOL: fputs(value->as.boolean ? "true" : "false", to); break;
    case DYNOX_NULL: fputs("null", to); break;
    case DYNOX_M: print_map(to, value->as.map, value->length, depth + 1); break;
    case DYNOX_L:
        fputc('[', to);
        print_list(to, value->as.list, value->length, depth + 1);
        fputc(']', to);
        break;
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS:
        fputs("set(", to);
        print_list(to, value->as.list, value->length, depth + 1);
        fputc(')', to);
        break;
    case DYNOX_UNKNOWN: fputs("unknown", to); break;
    case DYNOX_INVALID: fputs("invalid", to); break;
    }
}

void dynox_value_print(FILE *to, const dynox_value *value)
{
    print(to, value, 0);
    fputc('\n', to);
}

void dynox_item_print(FILE *to, const dynox_item *item)
{
    if (item)
        print_map(to, item->attributes, item->count, 1);
    else
        fputs("none", to);
    fputc('\n', to);
}
