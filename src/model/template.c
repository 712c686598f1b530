/* Templates of keys: "USER#{email}" makes a key out of members, and fills members from a key. */
#include "base/buffer.h"
#include "model/model.h"
#include <stdio.h>
#include <string.h>

/* A literal text, or a member. */
typedef struct part {
    const dynox__member *member; /* NULL: a literal */
    const char          *text;   /* of a literal; in the template's memory */
    size_t               length;
} part;

struct dynox__template {
    const dynox__model  *model;
    const dynox__member *member; /* whose template it is */
    size_t               count;
    part                *parts; /* behind the struct */
};

/* ---- reading one ---- */

typedef struct reader {
    const dynox__model  *model;
    const dynox__member *member;
    const char          *text; /* the whole template */
    size_t               at;
    char                *literals; /* room for what is left of it without doubled braces */
    dynox__template     *made;
    dynox_error         *error;
} reader;

static bool refuse(const reader *self, size_t at, const char *format, const char *what)
{
    char words[200];
    snprintf(words, sizeof words, format, what);
    dynox_error_set(self->error, DYNOX_E_ARGUMENT, "model %s: template of %s, column %zu: %s", self->model->name,
                    self->member->attribute->member_, at + 1, words);
    return false;
}

static bool is_text(uint8_t kind)
{
    return kind == DYNOX_KIND_STRING_ || kind == DYNOX_KIND_CHARS_;
}

static bool can_be_part(const dynox__member *member)
{
    return is_text(member->kind) || member->kind == DYNOX_KIND_INT_ || member->kind == DYNOX_KIND_NUMBER_ ||
           member->kind == DYNOX_KIND_DATETIME_ || member->kind == DYNOX_KIND_EPOCH_ ||
           member->kind == DYNOX_KIND_ENUM_;
}

static part *last_part(const reader *self)
{
    return self->made->count ? &self->made->parts[self->made->count - 1] : NULL;
}

static bool refuse_name(const reader *self, size_t at, const char *name, size_t length)
{
    const char *closest = dynox__closest_member(self->model->shape, name, length);
    char        words[160];
    snprintf(words, sizeof words, "%s has no member \"%.*s\"%s%s%s", self->model->name,
             (int)(length < 60 ? length : 60), name, closest ? " (" : "", closest ? closest : "", closest ? "?)" : "");
    return refuse(self, at, "%s", words);
}

/* A placeholder, whose brace is at `at`. */
static bool read_member(reader *self)
{
    size_t      start = self->at + 1, length = strcspn(self->text + start, "{}");
    const char *name = self->text + start;
    if (name[length] != '}') return refuse(self, self->at, "%s", "this brace is not closed");
    if (!length) return refuse(self, self->at, "%s", "there is no name in the braces");
    const dynox__member *member = dynox__shape_member(self->model->shape, name, length);
    if (!member) return refuse_name(self, start, name, length);
    if (member->attribute->template_)
        return refuse(self, start, "%s has a template itself", member->attribute->member_);
    if (!can_be_part(member)) return refuse(self, start, "%s cannot be a part of a text", member->attribute->member_);
    part *last = last_part(self);
    if (last && last->member && (last->member->role == DYNOX_ROLE_KEY_PART_ || member->role == DYNOX_ROLE_KEY_PART_))
        return refuse(self, self->at, "nobody could tell where %s begins: put a text before it",
                      member->attribute->member_);
    self->made->parts[self->made->count++] = (part){.member = member};
    self->at                               = start + length + 1;
    return true;
}

static void read_literal(reader *self, char byte, size_t width)
{
    part *last = last_part(self);
    if (!last || last->member) {
        self->made->parts[self->made->count++] = (part){.text = self->literals};
        last                                   = last_part(self);
    }
    *self->literals++ = byte;
    last->length++;
    self->at += width;
}

static bool read_all(reader *self)
{
    while (self->text[self->at]) {
        char byte = self->text[self->at], next = self->text[self->at + 1];
        if ((byte == '{' || byte == '}') && next == byte)
            read_literal(self, byte, 2);
        else if (byte == '}')
            return refuse(self, self->at, "%s", "this brace closes nothing; write }} for one");
        else if (byte != '{')
            read_literal(self, byte, 1);
        else if (!read_member(self))
            return false;
    }
    return true;
}

const dynox__template *dynox__template_new(const dynox__model *model, const dynox__member *member, dynox_error *error)
{
    const char      *text   = member->attribute->template_;
    size_t           length = strlen(text), most = length + 1;
    dynox__template *made = dynox__calloc(sizeof *made + most * sizeof(part) + length + 1);
    if (!made) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    *made       = (dynox__template){.model = model, .member = member, .parts = (part *)(void *)(made + 1)};
    reader self = {model, member, text, 0, (char *)(made->parts + most), made, error};
    bool   ok   = is_text(member->kind) || refuse(&self, 0, "%s", "only a text can have a template");
    if (ok && read_all(&self)) return made;
    dynox__free(made);
    return NULL;
}

void dynox__template_free(const dynox__template *made)
{
    dynox__free((void *)(uintptr_t)made);
}

/* ---- building ---- */

/* The text of a part, as it is stored. false: `error` tells. */
static bool text_of(const dynox__template *self, const dynox__member *member, const void *record, dynox_room *room,
                    const char **text, size_t *length, dynox_error *error)
{
    dynox_value value;
    char        number[DYNOX_NUMBER_ROOM];
    if (dynox__bind_store_member(self->model->shape, member, record, room, &value, error) != DYNOX_OK) return false;
    const char *as_text = value.type == DYNOX_N ? dynox_value_as_number(&value, number) : dynox_value_as_string(&value);
    if (as_text == number) as_text = dynox__arena_copy(&room->arena, number, strlen(number));
    if (!as_text) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        return false;
    }
    *text   = as_text;
    *length = strlen(as_text);
    return true;
}

/* Whether a byte separates parts in this template. */
static bool separates(const dynox__template *self, char byte)
{
    for (size_t i = 1; i < self->count; i++)
        if (!self->parts[i].member && memchr(self->parts[i].text, byte, self->parts[i].length)) return true;
    return false;
}

static bool contains(const char *text, size_t length, const part *literal)
{
    for (size_t i = 0; literal->length && i + literal->length <= length; i++)
        if (memcmp(text + i, literal->text, literal->length) == 0) return true;
    return false;
}

static bool add_part(const dynox__template *self, size_t i, const char *text, size_t length, dynox__buffer *to,
                     dynox_error *error)
{
    static const char hex[] = "0123456789ABCDEF";
    const part       *next  = i + 1 < self->count ? &self->parts[i + 1] : NULL;
    if (!self->member->attribute->escape) {
        if (self->parts[i].member->role == DYNOX_ROLE_KEY_PART_ && next && !next->member &&
            contains(text, length, next)) {
            dynox_error_set(error, DYNOX_E_VALUE, "%s.%s: \"%.60s\" has the separator \"%.*s\" of its template in it",
                            self->model->name, self->parts[i].member->attribute->member_, text,
                            (int)(next->length < 40 ? next->length : 40), next->text);
            return false;
        }
        dynox__buffer_add(to, text, length);
        return true;
    }
    for (size_t k = 0; k < length; k++) {
        bool plain   = text[k] != '%' && !separates(self, text[k]);
        char code[3] = {'%', hex[(uint8_t)text[k] >> 4], hex[(uint8_t)text[k] & 15]};
        dynox__buffer_add(to, plain ? &text[k] : code, plain ? 1 : 3);
    }
    return true;
}

/* Of a key to be searched by, an integer that is zero was not given. */
static bool is_absent(const dynox__member *member, const void *record, bool zero_is_absent)
{
    if (zero_is_absent && member->kind == DYNOX_KIND_INT_ && !member->has) return !dynox__member_int(member, record);
    return dynox__member_absent(member, record);
}

/* As far as there are values: *missing is the first one that is not there. */
static bool build(const dynox__template *self, const void *record, bool zero_is_absent, dynox_room *room,
                  dynox__buffer *to, const dynox__member **missing, dynox_error *error)
{
    *missing = NULL;
    for (size_t i = 0; i < self->count; i++) {
        const part *one    = &self->parts[i];
        const char *text   = one->text;
        size_t      length = one->length;
        if (!one->member) {
            dynox__buffer_add(to, text, length);
            continue;
        }
        if (is_absent(one->member, record, zero_is_absent)) {
            *missing = one->member;
            return true;
        }
        if (!text_of(self, one->member, record, room, &text, &length, error)) return false;
        if (!length) {
            *missing = one->member;
            return true;
        }
        if (!add_part(self, i, text, length, to, error)) return false;
    }
    return true;
}

static const char *finish(dynox__buffer *text, dynox_room *room, bool ok, dynox_error *error)
{
    const char *made =
        ok && !text->failed ? dynox__arena_copy(&room->arena, text->data ? text->data : "", text->size) : NULL;
    dynox__buffer_free(text);
    if (ok && !made) dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return made;
}

const char *dynox__template_build(const dynox__template *from, const void *record, dynox_room *room,
                                  const dynox__member **missing, dynox_error *error)
{
    dynox__buffer text = {0};
    bool          ok   = build(from, record, false, room, &text, missing, error);
    if (ok && *missing) {
        dynox__buffer_free(&text);
        return NULL;
    }
    return finish(&text, room, ok, error);
}

const char *dynox__template_head(const dynox__template *from, const void *record, dynox_room *room, bool *whole,
                                 dynox_error *error)
{
    dynox__buffer        text = {0};
    const dynox__member *missing;
    bool                 ok = build(from, record, true, room, &text, &missing, error);
    *whole                  = ok && !missing;
    return finish(&text, room, ok, error);
}

/* ---- parsing back ---- */

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Undoes %XX, in place. */
static size_t unescape(char *text, size_t length)
{
    size_t to = 0;
    for (size_t i = 0; i < length; i++, to++) {
        bool code = text[i] == '%' && i + 2 < length && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        text[to]  = code ? (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
        if (code) i += 2;
    }
    text[to] = 0;
    return to;
}

static dynox_status fill(const dynox__template *self, const dynox__member *member, const char *text, size_t length,
                         dynox_room *room, void *record, dynox_error *error)
{
    char *copy = dynox__arena_copy(&room->arena, text, length);
    if (!copy) return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    if (self->member->attribute->escape) unescape(copy, length);
    dynox_value value = dynox_string(copy);
    bool        number =
        member->kind == DYNOX_KIND_INT_ || member->kind == DYNOX_KIND_EPOCH_ || member->kind == DYNOX_KIND_NUMBER_;
    if (number) value = dynox_number_text(copy);
    return dynox__bind_load_member(self->model->shape, member, &value, room, record, error);
}

/* Where a literal is next; `length` if it is the end that is looked for. */
static size_t find(const char *text, size_t length, const part *literal)
{
    if (!literal) return length;
    for (size_t i = 0; i + literal->length <= length; i++)
        if (memcmp(text + i, literal->text, literal->length) == 0) return i;
    return SIZE_MAX;
}

dynox_status dynox__template_parse(const dynox__template *from, const char *key, size_t length, dynox_room *room,
                                   void *record, dynox_error *error)
{
    bool any = false;
    for (size_t i = 0; i < from->count; i++)
        any = any || (from->parts[i].member && from->parts[i].member->role == DYNOX_ROLE_KEY_PART_);
    for (size_t i = 0, at = 0; any && i < from->count; i++) {
        const part *one = &from->parts[i], *next = i + 1 < from->count ? &from->parts[i + 1] : NULL;
        if (!one->member) {
            if (length - at < one->length || memcmp(key + at, one->text, one->length) != 0) return DYNOX_OK;
            at += one->length;
            continue;
        }
        size_t size = next && next->member ? 0 : find(key + at, length - at, next);
        if (size == SIZE_MAX) return DYNOX_OK;
        if (one->member->role == DYNOX_ROLE_KEY_PART_ &&
            fill(from, one->member, key + at, size, room, record, error) != DYNOX_OK)
            return error->status;
        at += size;
    }
    return DYNOX_OK;
}
