/* The element scanner. It goes through the document once; `at` never goes back, and what is decoded is written behind
 * it, never before the start of its element's content. */
#include "services/format/xml.h"
#include <stdint.h>
#include <string.h>

typedef struct name {
    const char *text; /* with its prefix */
    size_t      size;
} name;

typedef struct scanner {
    char             *at, *end;
    name              open[DYNOX__XML_DEPTH];
    size_t            depth;
    dynox__xml_field *fields;
    size_t            count;
    dynox__xml_field *wanted; /* what the innermost element is; NULL: nothing, or it has elements inside */
    char             *start;  /* of its decoded text */
    char             *write;  /* and its end */
} scanner;

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == ':' || (unsigned char)c >= 0x80;
}

static bool starts_with(const scanner *s, const char *text)
{
    size_t size = strlen(text);
    return (size_t)(s->end - s->at) >= size && memcmp(s->at, text, size) == 0;
}

/* Behind the next `text`; false: there is none. */
static bool skip_past(scanner *s, const char *text)
{
    for (; s->at < s->end; s->at++) {
        if (!starts_with(s, text)) continue;
        s->at += strlen(text);
        return true;
    }
    return false;
}

static void skip_space(scanner *s)
{
    while (s->at < s->end && is_space(*s->at))
        s->at++;
}

static bool read_name(scanner *s, name *found)
{
    found->text = s->at;
    while (s->at < s->end && is_name_byte(*s->at))
        s->at++;
    found->size = (size_t)(s->at - found->text);
    return found->size > 0;
}

/* ---- which text is wanted ---- */

static bool name_is(name element, const char *step, size_t size)
{
    const char *colon = memchr(element.text, ':', element.size);
    size_t      skip  = colon ? (size_t)(colon - element.text) + 1 : 0;
    if (size == 1 && *step == '*') return true;
    return element.size - skip == size && memcmp(element.text + skip, step, size) == 0;
}

static bool path_is_here(const scanner *s, const char *path)
{
    for (size_t i = 0; i < s->depth; i++) {
        size_t size = strcspn(path, "/");
        if (!size || !name_is(s->open[i], path, size)) return false;
        path += size;
        if (*path == '/') path++;
    }
    return *path == 0;
}

static dynox__xml_field *field_here(const scanner *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!s->fields[i].text && path_is_here(s, s->fields[i].path)) return &s->fields[i];
    return NULL;
}

/* ---- text ---- */

static void keep(scanner *s, const char *bytes, size_t size)
{
    if (!s->wanted) return;
    memmove(s->write, bytes, size);
    s->write += size;
}

static void keep_code_point(scanner *s, uint32_t code)
{
    char   bytes[4];
    size_t size = 0;
    if (code < 0x80) {
        bytes[size++] = (char)code;
    } else if (code < 0x800) {
        bytes[size++] = (char)(0xc0 | code >> 6);
    } else if (code < 0x10000) {
        bytes[size++] = (char)(0xe0 | code >> 12);
        bytes[size++] = (char)(0x80 | (code >> 6 & 0x3f));
    } else {
        bytes[size++] = (char)(0xf0 | code >> 18);
        bytes[size++] = (char)(0x80 | (code >> 12 & 0x3f));
        bytes[size++] = (char)(0x80 | (code >> 6 & 0x3f));
    }
    if (code >= 0x80) bytes[size++] = (char)(0x80 | (code & 0x3f));
    keep(s, bytes, size);
}

/* Of "&#65;" or "&#x41;"; always shorter when it is decoded. */
static bool read_number(const char *text, size_t size, uint32_t *code)
{
    bool hex = size && *text == 'x';
    *code    = 0;
    if (size <= (size_t)hex) return false;
    for (size_t i = hex; i < size; i++) {
        char     c     = text[i];
        uint32_t digit = 99;
        if (c >= '0' && c <= '9') digit = (uint32_t)(c - '0');
        if (hex && c >= 'a' && c <= 'f') digit = (uint32_t)(c - 'a') + 10;
        if (hex && c >= 'A' && c <= 'F') digit = (uint32_t)(c - 'A') + 10;
        if (digit > 15) return false;
        *code = *code * (hex ? 16 : 10) + digit;
        if (*code > 0x10ffff) return false;
    }
    bool control = *code < 0x20 && *code != '\t' && *code != '\n' && *code != '\r';
    return !control && (*code < 0xd800 || *code > 0xdfff);
}

static bool read_reference(scanner *s)
{
    static const struct {
        const char *text;
        char        byte;
    } known[]         = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    const char *text  = s->at + 1;
    const char *close = memchr(text, ';', (size_t)(s->end - text));
    if (!close) return false;
    size_t   size = (size_t)(close - text);
    uint32_t code = 0;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strlen(known[i].text) == size && memcmp(known[i].text, text, size) == 0)
            code = (unsigned char)known[i].byte;
    if (!code && !(size && *text == '#' && read_number(text + 1, size - 1, &code))) return false;
    s->at += size + 2;
    keep_code_point(s, code);
    return true;
}

/* Up to the next "<"; outside the root there may be white space only. */
static bool read_text(scanner *s)
{
    while (s->at < s->end && *s->at != '<') {
        if (s->depth == 0) {
            if (!is_space(*s->at++)) return false;
        } else if (*s->at == '&') {
            if (!read_reference(s)) return false;
        } else {
            char *start = s->at;
            while (s->at < s->end && *s->at != '<' && *s->at != '&')
                s->at++;
            keep(s, start, (size_t)(s->at - start));
        }
    }
    return true;
}

/* ---- tags ---- */

/* Over the attributes to the end of the tag, which may be "/>". */
static bool skip_attributes(scanner *s, bool *empty)
{
    *empty = false;
    while (s->at < s->end) {
        char c = *s->at++;
        if (c == '<') return false;
        if (c == '>') return true;
        if (c == '/') {
            *empty = s->at < s->end && *s->at == '>';
            if (!*empty) return false;
        } else if (c == '"' || c == '\'') {
            char *close = memchr(s->at, c, (size_t)(s->end - s->at));
            if (!close) return false;
            s->at = close + 1;
        }
    }
    return false;
}

static void close_element(scanner *s)
{
    if (s->wanted) {
        *s->write       = 0;
        s->wanted->text = s->start;
        s->wanted       = NULL;
    }
    s->depth--;
}

static bool read_start(scanner *s)
{
    bool empty;
    s->at++;
    s->wanted = NULL; /* the one around it has elements inside */
    if (s->depth == DYNOX__XML_DEPTH || !read_name(s, &s->open[s->depth])) return false;
    s->depth++;
    if (!skip_attributes(s, &empty)) return false;
    s->wanted = field_here(s);
    /* an empty element has no content to write the NUL to: its ">" has had its day */
    s->start = s->write = empty ? s->at - 1 : s->at;
    if (empty) close_element(s);
    return true;
}

static bool read_end(scanner *s)
{
    name element;
    s->at += 2;
    if (!s->depth || !read_name(s, &element)) return false;
    const name *open = &s->open[s->depth - 1];
    if (open->size != element.size || memcmp(open->text, element.text, element.size) != 0) return false;
    skip_space(s);
    if (s->at == s->end || *s->at++ != '>') return false;
    close_element(s);
    return true;
}

static bool read_cdata(scanner *s)
{
    s->at += strlen("<![CDATA[");
    char *start = s->at;
    if (!s->depth || !skip_past(s, "]]>")) return false;
    keep(s, start, (size_t)(s->at - start) - 3);
    return true;
}

static bool read_markup(scanner *s)
{
    if (starts_with(s, "</")) return read_end(s);
    if (starts_with(s, "<![CDATA[")) return read_cdata(s);
    if (starts_with(s, "<?")) return skip_past(s, "?>");
    if (starts_with(s, "<!--")) {
        s->at += 4;
        return skip_past(s, "-->");
    }
    return read_start(s); /* also what refuses <!DOCTYPE: that is no name */
}

bool dynox__xml_read(char *document, size_t size, dynox__xml_field *fields, size_t count)
{
    scanner s    = {.at = document, .end = document + size, .fields = fields, .count = count};
    bool    root = false;
    if (size && memchr(document, 0, size)) return false;
    if (starts_with(&s, "\xef\xbb\xbf")) s.at += 3;
    while (read_text(&s)) {
        if (s.at == s.end) return root && s.depth == 0;
        bool outside = s.depth == 0, closed = root;
        char second = s.at + 1 < s.end ? s.at[1] : 0;
        if (outside && second != '?' && second != '!') {
            if (closed) return false; /* a second root */
            root = true;
        }
        if (!read_markup(&s)) return false;
    }
    return false;
}
