/* Cursors as strangers send them: none that was not made here is let in, whatever it looks like, and one that was made
 * brings its key back until anything of it is changed. Input: a byte that says where to change one, then a text, which
 * is read as a cursor, and as a key to make one of. */
#include "fuzz.h"
#include <dynox/cursor.h>
#include <dynox/memory.h>
#include <string.h>

#define SECRET "a secret of sixteen bytes or more"

/* A good one is a key that can be sent again. */
static void read_as_cursor(const char *text)
{
    dynox_error  error  = {0};
    dynox_item  *key    = NULL;
    dynox_status status = dynox_cursor_read(text, SECRET, &key, .scope = "fuzz", .error = &error);
    PROMISE(status == DYNOX_OK || status == DYNOX_E_VALUE);
    PROMISE(status == error.status);
    PROMISE(status == DYNOX_OK ? key || !*text : !key && error.message[0]);
    dynox_item_free(key);
    dynox_error_clear(&error);
}

static void change_and_read(char *text, size_t at)
{
    dynox_item *key = NULL;
    text[at]        = text[at] == 'A' ? 'B' : 'A';
    PROMISE(dynox_cursor_read(text, SECRET, &key, .scope = "fuzz") == DYNOX_E_VALUE && !key);
}

static void make_one(const char *json, size_t size, size_t change)
{
    dynox_error error = {0};
    dynox_item *key = dynox_item_from_text(json, size, &error), *back = NULL;
    char       *text = key ? dynox_cursor_new(key, SECRET, .scope = "fuzz", .error = &error) : NULL;
    if (text) {
        PROMISE(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(text));
        PROMISE(dynox_cursor_read(text, SECRET, &back, .scope = "fuzz") == DYNOX_OK && dynox_item_equal(key, back));
        change_and_read(text, change % strlen(text));
    }
    dynox_free(text);
    dynox_item_free(back);
    dynox_item_free(key);
    dynox_error_clear(&error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size) return 0;
    char *text = malloc(size);
    if (!text) abort();
    memcpy(text, data + 1, size - 1);
    text[size - 1] = 0;
    read_as_cursor(text);
    make_one(text, size - 1, data[0]);
    free(text);
    return 0;
}
