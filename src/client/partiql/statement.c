/* The text of a statement is the service's to judge. What is looked for here is only where its `?` are, since a value
 * too many or too few would be an answer about another one. */
#include "client/partiql/statement.h"
#include "base/ascii.h"
#include "value/json/encode.h"
#include <string.h>

enum { LONGEST = 8192 /* API reference, ExecuteStatement */, UNKNOWN = -1 };

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t\r\n");
}

dynox__statement_kind dynox__statement_kind_of(const dynox_expr *statement)
{
    const char *text = statement && statement->text ? skip_blanks(statement->text) : "";
    if (dynox__ascii_same_n(text, "select", 6)) return DYNOX__STATEMENT_READS;
    if (dynox__ascii_same_n(text, "exists", 6)) return DYNOX__STATEMENT_CHECKS;
    return dynox__ascii_same_n(text, "insert", 6) ? DYNOX__STATEMENT_INSERTS : DYNOX__STATEMENT_CHANGES;
}

/* How many `?` are outside of 'texts' and "names". UNKNOWN: there may be a comment or something else that this does not
 * know, or a quote is open at the end. */
static long count_places(const char *text)
{
    long places = 0;
    for (const char *at = text; *at; at++) {
        if (*at == '\'' || *at == '"') {
            at = strchr(at + 1, *at); /* a quote inside is two: another text right behind */
            if (!at) return UNKNOWN;
        }
        if (*at == '`' || (at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*')) return UNKNOWN;
        places += *at == '?';
    }
    return places;
}

static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static void check(dynox__request_writer *writer, const dynox_expr *statement)
{
    if (!statement || !statement->text || (statement->status_ == DYNOX_OK && !*skip_blanks(statement->text))) {
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the statement is missing");
        return;
    }
    if (statement->status_ != DYNOX_OK) {
        dynox__request_refuse(writer, statement->status_, "%s", statement->text);
        return;
    }
    long places = count_places(statement->text);
    if (count_characters(statement->text) > LONGEST)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT, "the statement has %zu characters: it may have %d",
                              count_characters(statement->text), LONGEST);
    else if (places != UNKNOWN && (size_t)places != statement->count)
        dynox__request_refuse(writer, DYNOX_E_EXPRESSION, "the statement has %ld `?`, and %zu values are given", places,
                              statement->count);
}

static void write_parameters(dynox__request_writer *writer, const dynox_expr *statement)
{
    if (!statement->count) return;
    dynox__request_open(writer, "Parameters", '[');
    for (size_t i = 0; i < statement->count && writer->error.status == DYNOX_OK; i++) {
        dynox_error why = {0};
        if (i) dynox__buffer_byte(writer->json, ',');
        if (dynox__encode_value(writer->json, &statement->values[i], &why) != DYNOX_OK)
            dynox__request_refuse(writer, why.status, "the value for ? number %zu: %s", i + 1, why.message);
    }
    dynox__request_close(writer, ']');
}

void dynox__request_statement(dynox__request_writer *writer, const dynox_expr *statement)
{
    check(writer, statement);
    if (writer->error.status != DYNOX_OK) return;
    dynox__request_text(writer, "Statement", statement->text);
    write_parameters(writer, statement);
}

void dynox__request_return_on_failure(dynox__request_writer *writer, dynox_return_values values)
{
    if ((unsigned)values > DYNOX_ALL_OLD)
        dynox__request_refuse(writer, DYNOX_E_ARGUMENT,
                              "return_on_condition_failure may be DYNOX_RETURN_NONE or DYNOX_ALL_OLD");
    else if (values)
        dynox__request_text(writer, "ReturnValuesOnConditionCheckFailure", "ALL_OLD");
}
