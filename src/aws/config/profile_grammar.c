/* Reads the lines of a config or credentials file.
 *
 * Names, keys and values stay where they are in the text and are ended there with a NUL. A value that is continued is
 * moved together in place: what is kept is never longer than what was written. Lines are never quoted in errors, for
 * they may hold secrets. */
#include "aws/config/profile_grammar.h"
#include "base/alloc.h"
#include "base/ascii.h"
#include <string.h>

enum { MOST_LINES = 65536 };

typedef struct reader {
    dynox__profile_entries    *entries;
    const dynox__profile_text *file;
    bool                       is_config;
    size_t                     line;
    bool                       in_section;
    const char                *kind, *name; /* of the section; kind NULL: one that is left out */
    char                      *value;       /* of the last property of the section; NULL: none yet */
    char                      *value_end;   /* its NUL */
    bool                       is_group;    /* it was empty: what continues it are sub-properties */
    dynox_error               *error;
} reader;

/* A piece of a line. */
typedef struct piece {
    char *at, *end;
} piece;

static dynox_status refuse(const reader *r, const char *what)
{
    return dynox_error_set(r->error, DYNOX_E_CONFIGURATION, "%.200s, line %zu: %s", r->file->path, r->line, what);
}

static bool is_white(char c)
{
    return c == ' ' || c == '\t';
}

static piece trim(piece text)
{
    while (text.at < text.end && is_white(*text.at))
        text.at++;
    while (text.end > text.at && is_white(text.end[-1]))
        text.end--;
    return text;
}

/* Leaves a comment, which white space must precede, out, and the white space around what is left. */
static piece cut_comment(piece text)
{
    text = trim(text);
    for (char *c = text.at; c < text.end; c++)
        if ((*c == '#' || *c == ';') && c > text.at && is_white(c[-1])) text.end = c;
    return trim(text);
}

/* Characters that names and keys may have. */
static bool is_name(const char *text)
{
    for (const char *c = text; *c; c++) {
        bool plain = (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');
        if (!plain && !strchr("-_/.%@:+", *c)) return false;
    }
    return text[0] != 0;
}

/* `key = value`. NULL: it is; else what it lacks, for a property and for a sub-property. */
typedef struct pair {
    piece key, value;
} pair;

static const char *const no_sign[] = {"Expected an '=' sign defining a property",
                                      "Expected an '=' sign defining a sub-property"};
static const char *const no_name[] = {"Property did not have a name", "Sub-property did not have a name"};

static const char *split(piece line, bool below, pair *found)
{
    line       = cut_comment(line);
    char *sign = line.at < line.end ? memchr(line.at, '=', (size_t)(line.end - line.at)) : NULL;
    if (!sign) return no_sign[below];
    found->key   = trim((piece){line.at, sign});
    found->value = trim((piece){sign + 1, line.end});
    return found->key.at < found->key.end ? NULL : no_name[below];
}

static dynox_status add(reader *r, const char *key, const char *value)
{
    dynox__profile_entries *entries = r->entries;
    if (!r->kind) return DYNOX_OK;
    if (entries->count == entries->capacity) {
        size_t                capacity = entries->capacity ? 2 * entries->capacity : 64;
        dynox__profile_entry *items    = dynox__realloc_array(entries->items, capacity, sizeof *items);
        if (!items) return dynox_error_set(r->error, DYNOX_E_NO_MEMORY, "out of memory");
        entries->items    = items;
        entries->capacity = capacity;
    }
    entries->items[entries->count] = (dynox__profile_entry){r->kind, r->name, key, value, entries->count};
    entries->count++;
    return DYNOX_OK;
}

/* ---- the kinds of lines ---- */

/* A name in quotes, as the AWS CLI writes those with blanks, may have any characters but the quotes. NULL: it is in
 * none. */
static const char *unquote(piece name)
{
    char quote = name.end - name.at > 2 ? *name.at : 0;
    if ((quote != '\'' && quote != '"') || name.end[-1] != quote) return NULL;
    if (memchr(name.at + 1, quote, (size_t)(name.end - name.at - 2))) return NULL;
    name.end[-1] = 0;
    return name.at + 1;
}

/* What the words in brackets mean; sets kind and name. */
static void name_section(reader *r, piece words)
{
    static const char *const kinds[] = {"profile", "sso-session", "services"};
    char                    *space   = words.at;
    r->kind = r->name = NULL;
    while (space < words.end && !is_white(*space))
        space++;
    *words.end = 0;
    if (!r->is_config) {
        r->kind = "profile";
        r->name = words.at;
    } else if (space == words.end) {
        r->kind = r->name = strcmp(words.at, "default") == 0 ? DYNOX__PROFILE_DEFAULT : NULL;
    } else {
        piece name = trim((piece){space, words.end});
        *space     = 0;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            if (strcmp(words.at, kinds[i]) == 0) r->kind = kinds[i];
        r->name = unquote(name);
        if (r->name) return;
        r->name = name.at;
    }
    if (r->kind && !is_name(r->name)) r->kind = NULL;
}

/* Where a comment behind a section begins; one inside quotes is part of the name. */
static piece cut_section_comment(piece line)
{
    char quote = 0;
    for (char *c = line.at; c < line.end; c++) {
        if (quote)
            quote = *c == quote ? 0 : quote;
        else if ((*c == '\'' || *c == '"') && c > line.at && is_white(c[-1]) &&
                 memchr(c + 1, *c, (size_t)(line.end - c - 1)))
            quote = *c;
        else if (*c == '#' || *c == ';')
            line.end = c;
    }
    return trim(line);
}

static dynox_status read_section(reader *r, piece line)
{
    line = cut_section_comment(line);
    if (line.end - line.at < 2 || line.end[-1] != ']') return refuse(r, "Profile definition must end with ']'");
    r->in_section = true;
    r->value      = NULL;
    name_section(r, trim((piece){line.at + 1, line.end - 1}));
    return add(r, "", "");
}

static dynox_status read_property(reader *r, piece line)
{
    pair        found;
    const char *wrong = split(line, false, &found);
    if (wrong) return refuse(r, wrong);
    *found.key.end   = 0;
    *found.value.end = 0;
    for (char *c = found.key.at; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c + 32);
    r->value     = found.value.at;
    r->value_end = found.value.end;
    r->is_group  = r->value == r->value_end;
    return is_name(found.key.at) ? add(r, found.key.at, r->value) : DYNOX_OK;
}

static dynox_status read_continuation(reader *r, piece line)
{
    pair        ignored;
    const char *wrong = r->is_group ? split(line, true, &ignored) : NULL;
    if (wrong) return refuse(r, wrong);
    line          = trim(line);
    size_t length = (size_t)(line.end - line.at);
    *r->value_end = '\n';
    memmove(r->value_end + 1, line.at, length);
    r->value_end += 1 + length;
    *r->value_end = 0;
    return DYNOX_OK;
}

static dynox_status read_line(reader *r, piece line)
{
    piece text = trim(line);
    if (text.at == text.end || *text.at == '#' || *text.at == ';') return DYNOX_OK; /* also when indented */
    if (memchr(text.at, 0, (size_t)(text.end - text.at))) return refuse(r, "this is no text: a byte of it is zero");
    if (*line.at == '[') return read_section(r, line);
    if (!r->in_section) return refuse(r, "Expected a profile definition");
    if (!is_white(*line.at)) return read_property(r, line);
    if (!r->value) return refuse(r, "Expected a property definition, found continuation");
    return read_continuation(r, line);
}

dynox_status dynox__profile_read(dynox__profile_entries *entries, const dynox__profile_text *file, bool is_config,
                                 dynox_error *error)
{
    reader       r  = {.entries = entries, .file = file, .is_config = is_config, .error = error};
    char        *at = file->text, *end = at ? at + file->size : NULL;
    dynox_status status = DYNOX_OK;
    while (at < end && status == DYNOX_OK) {
        char *newline = memchr(at, '\n', (size_t)(end - at));
        piece line    = {at, newline ? newline : end};
        if (newline && newline > at && newline[-1] == '\r') line.end--;
        at = newline ? newline + 1 : end;
        if (++r.line > MOST_LINES) return refuse(&r, "there are more than 65536 lines");
        status = read_line(&r, line);
    }
    return status;
}

/* ---- values with sub-properties ---- */

const char *dynox__profile_nested(const dynox__profile *profile, const char *group, const char *key, size_t *length)
{
    const char *text = dynox__profile_get(profile, group), *result = NULL;
    size_t      wanted = strlen(key);
    while (text && *text == '\n') {
        const char *end = strchr(text + 1, '\n');
        pair        found;
        /* only read here, as everywhere else once the file has been taken apart */
        piece line = {(char *)text + 1, (char *)(end ? end : text + strlen(text))};
        if (!split(line, true, &found) && (size_t)(found.key.end - found.key.at) == wanted &&
            dynox__ascii_same_n(found.key.at, key, wanted)) {
            *length = (size_t)(found.value.end - found.value.at);
            result  = *length ? found.value.at : NULL;
        }
        text = end;
    }
    return result;
}
