/* Reading JSON in tests: the official cases, and files that were written. */
#ifndef DYNOX_TEST_JSON_DATA_H
#define DYNOX_TEST_JSON_DATA_H

#include "support.h"
#include <json-c/json.h>

/* The caller ends the result with json_object_put. */
static inline json_object *json_file(const char *path)
{
    char        *text = test_read_file(path, NULL);
    json_object *root = json_tokener_parse(text);
    if (!root) fail_msg("no JSON: %s", path);
    free(text);
    return root;
}

/* Borrowed. NULL: it is not there. */
static inline json_object *member(json_object *object, const char *name)
{
    json_object *found = NULL;
    json_object_object_get_ex(object, name, &found);
    return found;
}

static inline const char *text_of(json_object *object, const char *name)
{
    return json_object_get_string(member(object, name));
}

#endif
