/* Declarations of templates, and what can be wrong with them. */
#include "model/template.h"
#include "base/alloc.h"
#include <stdio.h>

typedef struct reader {
    dynox__template     *made;
    const char          *text, *at;
    const dynox__member *member;
    char                *literal; /* where the next byte of a literal goes */
    dynox_error         *error;
} reader;

static bool refuse(const reader *in, const char *at, const char *format, ...) DYNOX_PRINTF(3, 4);
static bool refuse(const reader *in, const char *at, const char *format, ...)
{
    char    what[300];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    dynox_error_set(in->error, DYNOX_E_ARGUMENT, "model %s: template of %s, column %zu: %s", in->made->shape->name,
                    in->member->attribute->member_, (size_t)(at - in->text) + 1, what);
    return false;
}

static bool is_text(const dynox__member *member)
{
    return member->kind == DYNOX_KIND_STRING_ || member->kind == DYNOX_KIND_CHARS_;
}

static bool is_possible(const dynox__member *member)
{
    switch (member->kind) {
    case DYNOX_KIND_STRING_:
    case DYNOX_KIND_CHARS_:
    case DYNOX_KIND_INT_:
    case DYNOX_KIND_NUMBER_:
    case DYNOX_KIND_DATETIME_:
    case DYNOX_KIND_EPOCH_:
    case DYNOX_KIND_ENUM_: return true;
    default: return false;
    }
}

static bool check_placeholder(const reader *in, const char *name, size_t length)
{
    const dynox__shape  *shape   = in->made->shape;
    const dynox__member *member  = dynox__shape_member(shape, name, length);
    const char          *closest = member ? NULL : dynox__closest_member(shape, name, length);
    const char          *own     = member ? member->attribute->member_ : NULL;
    if (!length) return refuse(in, name, "{} is without a name; a brace is {{");
    if (!member)
        return refuse(in, name, "%s has no member \"%.*s\"%s%s%s", shape->name, (int)(length < 80 ? length : 80), name,
                      closest ? " (" : "", closest ? closest : "", closest ? "?)" : "");
    if (member == in->member) return refuse(in, name, "%s is made of itself", own);
    if (member->attribute->template_) return refuse(in, name, "%s has a template of its own", own);
    if (member->role == DYNOX_ROLE_WRITE_ID_) return refuse(in, name, "%s is the write id, keys do not change", own);
    if (member->role == DYNOX_ROLE_VERSION_) return refuse(in, name, "%s is the version, keys do not change", own);
    if (!is_possible(member)) return refuse(in, name, "%s is no text, integer, number, date or enum", own);
    return true;
}

static bool read_placeholder(reader *in, dynox__template_part *to)
{
    const char *name   = in->at + 1;
    size_t      length = strcspn(name, "{}");
    if (name[length] != '}') return refuse(in, in->at, "this { is not closed; a brace is {{");
    if (!check_placeholder(in, name, length)) return false;
    to->member = dynox__shape_member(in->made->shape, name, length);
    if (to->member->role == DYNOX_ROLE_KEY_PART_) in->made->parsed = in->made->count + 1;
    in->at = name + length + 1;
    return true;
}

/* Literal text up to the next placeholder or the end. */
static bool read_literal(reader *in, dynox__template_part *to)
{
    to->literal = in->literal;
    while (*in->at && !(in->at[0] == '{' && in->at[1] != '{')) {
        if (*in->at == '{' || *in->at == '}') {
            if (in->at[0] != in->at[1]) return refuse(in, in->at, "this } closes nothing; a brace is }}");
            in->at++;
        }
        *in->literal++ = *in->at++;
    }
    to->length = (size_t)(in->literal - to->literal);
    return true;
}

static bool read_template(reader *in)
{
    dynox__template *made     = in->made;
    const char      *adjacent = NULL; /* the first placeholder without a literal before it, but for the first of all */
    size_t           place    = 0;
    for (;; made->count++) {
        dynox__template_part *to      = &made->parts[made->count];
        const char           *literal = in->at;
        if (!read_literal(in, to)) return false;
        /* Where the first byte of a separator is not, none begins; but what escapes it must not have it either. */
        if (made->count && to->length) {
            if (in->member->attribute->escape && strchr("%0123456789ABCDEF", *to->literal))
                return refuse(in, literal, "with .escape, what follows a placeholder begins with none of %% 0-9 A-F");
            made->escapes[(uint8_t)*to->literal] = true;
        }
        if (!*in->at) break;
        if (made->count && !to->length && !adjacent) {
            adjacent = in->at;
            place    = made->count;
        }
        if (!read_placeholder(in, to)) return false;
    }
    if (adjacent && place <= made->parsed)
        return refuse(in, adjacent, "a literal has to be before this placeholder, to tell the parts of a key apart");
    made->escapes['%'] = true;
    if (!in->member->attribute->escape) memset(made->escapes, 0, sizeof made->escapes);
    return true;
}

static bool check_member(const dynox__shape *shape, const dynox__member *member, dynox_error *error)
{
    const dynox_attribute *attribute = member->attribute;
    const char            *wrong     = !is_text(member)                                   ? "is no text"
                                       : member->role == DYNOX_ROLE_KEY_PART_             ? "is a part of a key itself"
                                       : attribute->generate || attribute->default_string ? "has a generator or a default"
                                                                                          : NULL;
    if (wrong)
        dynox_error_set(error, DYNOX_E_ARGUMENT, "model %s: %s has a template and %s", shape->name, attribute->member_,
                        wrong);
    return !wrong;
}

static size_t count_braces(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '{';
    return count;
}

const dynox__template *dynox__template_new(const dynox__model *model, const dynox__member *member, dynox_error *error)
{
    const char *text = member->attribute->template_;
    if (!check_member(model->shape, member, error)) return NULL;
    dynox__template      *made     = dynox__calloc(sizeof *made);
    dynox__template_part *parts    = dynox__malloc_array(count_braces(text) + 1, sizeof *parts);
    char                 *literals = dynox__malloc(strlen(text) + 1);
    if (!made || !parts || !literals) {
        dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
        dynox__free(made);
        dynox__free(parts);
        dynox__free(literals);
        return NULL;
    }
    memset(parts, 0, (count_braces(text) + 1) * sizeof *parts);
    *made     = (dynox__template){.shape = model->shape, .member = member, .parts = parts, .literals = literals};
    reader in = {.made = made, .text = text, .at = text, .member = member, .literal = literals, .error = error};
    if (read_template(&in)) return made;
    dynox__template_free(made);
    return NULL;
}

void dynox__template_free(const dynox__template *made)
{
    if (!made) return;
    dynox__free(made->parts);
    dynox__free(made->literals);
    dynox__free((void *)(uintptr_t)made);
}
