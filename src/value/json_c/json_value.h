/* One value as an object of json-c. */
#ifndef DYNOX_VALUE_JSON_C_JSON_VALUE_H
#define DYNOX_VALUE_JSON_C_JSON_VALUE_H

#include <dynox/item.h>
#include <json-c/json_object.h>

/* As dynox_item_to_json; *json is for json_object_put, NULL after a failure, and for a NULL. */
dynox_status dynox__value_to_json(const dynox_value *value, struct json_object **json, dynox_error *error);

#endif
