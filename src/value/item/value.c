/* Reading values as C values. */
#include "value/text/number.h"

_Static_assert(sizeof(dynox_value) == 16, "values are passed by value");

/* A number that is held as text; else it is one of the C forms. */
static bool is_number_text(const dynox_value *value)
{
    return value->number_ == DYNOX_NUMBER_TEXT_;
}

bool dynox_value_read_int(const dynox_value *value, int64_t *out)
{
    if (dynox_value_type_of(value) != DYNOX_N) return false;
    switch (value->number_) {
    case DYNOX_NUMBER_INT_: *out = value->as.integer_; return true;
    case DYNOX_NUMBER_UINT_:
        if (value->as.unsigned_ > INT64_MAX) return false;
        *out = (int64_t)value->as.unsigned_;
        return true;
    case DYNOX_NUMBER_DOUBLE_:
        /* The upper bound is 2^63, which a double holds exactly; the comparisons are false for NaN. */
        if (!(value->as.real_ >= -0x1p63 && value->as.real_ < 0x1p63)) return false;
        if ((double)(int64_t)value->as.real_ != value->as.real_) return false;
        *out = (int64_t)value->as.real_;
        return true;
    default: return dynox__number_to_int(value->as.text, value->length, out);
    }
}

bool dynox_value_read_unsigned(const dynox_value *value, uint64_t *out)
{
    if (dynox_value_type_of(value) != DYNOX_N) return false;
    switch (value->number_) {
    case DYNOX_NUMBER_INT_:
        if (value->as.integer_ < 0) return false;
        *out = (uint64_t)value->as.integer_;
        return true;
    case DYNOX_NUMBER_UINT_: *out = value->as.unsigned_; return true;
    case DYNOX_NUMBER_DOUBLE_:
        if (!(value->as.real_ >= 0 && value->as.real_ < 0x1p64)) return false;
        if ((double)(uint64_t)value->as.real_ != value->as.real_) return false;
        *out = (uint64_t)value->as.real_;
        return true;
    default: return dynox__number_to_unsigned(value->as.text, value->length, out);
    }
}

bool dynox_value_read_double(const dynox_value *value, double *out)
{
    if (dynox_value_type_of(value) != DYNOX_N) return false;
    switch (value->number_) {
    case DYNOX_NUMBER_INT_: *out = (double)value->as.integer_; return true;
    case DYNOX_NUMBER_UINT_: *out = (double)value->as.unsigned_; return true;
    case DYNOX_NUMBER_DOUBLE_: *out = value->as.real_; return true;
    default: return dynox__number_to_double(value->as.text, value->length, out);
    }
}

bool dynox_value_read_bool(const dynox_value *value, bool *out)
{
    if (dynox_value_type_of(value) != DYNOX_BOOL) return false;
    *out = value->as.boolean;
    return true;
}

bool dynox_value_read_string(const dynox_value *value, const char **text, size_t *length)
{
    if (dynox_value_type_of(value) != DYNOX_S) return false;
    *text   = value->as.text;
    *length = value->length;
    return true;
}

bool dynox_value_read_bytes(const dynox_value *value, const uint8_t **bytes, size_t *size)
{
    if (dynox_value_type_of(value) != DYNOX_B) return false;
    *bytes = value->as.bytes;
    *size  = value->length;
    return true;
}

const char *dynox_value_as_string(const dynox_value *value)
{
    return dynox_value_type_of(value) == DYNOX_S ? value->as.text : NULL;
}

int64_t dynox_value_as_int(const dynox_value *value)
{
    int64_t number = 0;
    dynox_value_read_int(value, &number);
    return number;
}

double dynox_value_as_double(const dynox_value *value)
{
    double number = 0;
    dynox_value_read_double(value, &number);
    return number;
}

bool dynox_value_as_bool(const dynox_value *value)
{
    return dynox_value_type_of(value) == DYNOX_BOOL && value->as.boolean;
}

const uint8_t *dynox_value_as_bytes(const dynox_value *value, size_t *size)
{
    bool is = dynox_value_type_of(value) == DYNOX_B;
    *size   = is ? value->length : 0;
    return is ? value->as.bytes : NULL;
}

const dynox_value *dynox_value_as_list(const dynox_value *value, size_t *count)
{
    switch (dynox_value_type_of(value)) {
    case DYNOX_L:
    case DYNOX_SS:
    case DYNOX_NS:
    case DYNOX_BS: *count = value->length; return value->as.list;
    default: *count = 0; return NULL;
    }
}

dynox_item dynox_value_as_map(const dynox_value *value)
{
    bool is = dynox_value_type_of(value) == DYNOX_M;
    return dynox_item_of(is ? value->as.map : NULL, is ? value->length : 0);
}

const char *dynox_value_as_number(const dynox_value *value, char room[DYNOX_NUMBER_ROOM])
{
    _Static_assert((int)DYNOX_NUMBER_ROOM >= (int)DYNOX__NUMBER_TEXT, "any C number fits");
    if (dynox_value_type_of(value) != DYNOX_N) return NULL;
    if (is_number_text(value)) return value->as.text;
    size_t length = 0;
    switch (value->number_) {
    case DYNOX_NUMBER_INT_: length = dynox__number_from_int(value->as.integer_, room); break;
    case DYNOX_NUMBER_UINT_: length = dynox__number_from_unsigned(value->as.unsigned_, room); break;
    case DYNOX_NUMBER_DOUBLE_: length = dynox__number_from_double(value->as.real_, room); break;
    default: break;
    }
    return length ? room : NULL;
}
