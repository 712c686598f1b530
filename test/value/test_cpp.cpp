// The headers of values, items and expressions from C++17: everything but the literals of <dynox/literal.h>.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dynox/expr.h>
#include <dynox/item.h>
#include <dynox/json.h>

static void require(bool condition, const char *what)
{
    if (condition) return;
    std::fprintf(stderr, "FAILED: %s\n", what);
    std::exit(1);
}

int main()
{
    const dynox_value       tags[]       = {dynox_string("a"), dynox_string("b")};
    const dynox_named_value inner[]      = {dynox_named("city", dynox_string("Oslo"))};
    const dynox_named_value attributes[] = {
        dynox_named("pk", dynox_string("USER#1")),
        dynox_named("age", dynox_int(36)),
        dynox_named("tags", dynox_string_set_of(tags, 2)),
        dynox_named("address", dynox_map_of(inner, 1)),
        dynox_named("ok", DYNOX_TRUE),
    };
    const dynox_item item = dynox_item_of(attributes, 5);
    require(dynox_get_int(&item, "age") == 36, "an item of named values is read");
    require(!std::strcmp(dynox_value_as_string(dynox_item_path(&item, "address.city")), "Oslo"), "and its paths");

    dynox_item *copy = dynox_item_copy(&item);
    require(dynox_item_set(copy, "ratio", dynox_double(0.5)) == DYNOX_OK, "a copy can be changed");
    require(copy->count == 6, "and grows");
    dynox_error error = {};
    char       *text  = dynox_item_to_text(&item, &error);
    dynox_item *back  = dynox_item_from_text(text, std::strlen(text), &error);
    require(dynox_item_equal(&item, back), "text reads back");
    dynox_free(text);
    dynox_item_free(back);
    dynox_item_free(copy);

    const dynox_value number = dynox_int(18);
    dynox_expr       *adult  = dynox_expr_new("age > ?", 1, &number);
    dynox_expr       *both   = dynox_expr_and(adult, adult);
    require(both->count == 2, "expressions are combined");
    dynox_expr_free(adult);
    dynox_expr_free(both);
    std::puts("ok");
}
