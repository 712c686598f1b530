/* What the types of C store, which must not depend on the compiler nor on the standard. Needs no library. */
#include <dynox/dynox.h>
#include <stdbool.h> /* behind it, too */
#include <stdio.h>

#define ON true
#define OFF (false)

#if !true || false
#error "the preprocessor must be able to read them"
#endif

static int failures;

static void expect(int line, const dynox_value *value, dynox_value_type type, int worth)
{
    bool right = value->type == type &&
                 (type == DYNOX_BOOL ? value->as.boolean == (worth != 0) : value->as.integer_ == worth);
    if (!right) {
        fprintf(stderr, "%s:%d: type %d\n", __FILE__, line, value->type);
        failures++;
    }
}

#define EXPECT(made, type, worth) expect(__LINE__, &(const dynox_value[]){made}[0], type, worth)

int main(void)
{
    int            one = 1;
    bool           yes = true;
    const bool     constant = true;
    volatile bool  restless = true;
    enum { A = true } chosen = A;
    struct {
        bool flag : 1;
    } bits = {true};

    EXPECT(DYNOX_VALUE(true), DYNOX_BOOL, 1);
    EXPECT(DYNOX_VALUE(false), DYNOX_BOOL, 0);
    EXPECT(DYNOX_VALUE((true)), DYNOX_BOOL, 1);
    EXPECT(DYNOX_VALUE(ON), DYNOX_BOOL, 1);
    EXPECT(DYNOX_VALUE(OFF), DYNOX_BOOL, 0);
    EXPECT(DYNOX_VALUE(yes), DYNOX_BOOL, 1);
    EXPECT(DYNOX_VALUE(constant), DYNOX_BOOL, 1);
    EXPECT(DYNOX_VALUE(restless), DYNOX_BOOL, 1);
    EXPECT(DYNOX_VALUE(bits.flag), DYNOX_BOOL, 1);
    EXPECT(DYNOX_VALUE((bool)(one > 0)), DYNOX_BOOL, 1);
    EXPECT(DYNOX_TRUE, DYNOX_BOOL, 1);
    EXPECT(DYNOX_FALSE, DYNOX_BOOL, 0);
    EXPECT(DYNOX_ITEM("a", true)->attributes[0].value, DYNOX_BOOL, 1);
    EXPECT(DYNOX_ITEM("m", DYNOX_MAP("a", 1, "b", ON))->attributes[0].value.as.map[1].value, DYNOX_BOOL, 1);
    EXPECT(DYNOX_LIST(1, DYNOX_LIST(false)).as.list[1].as.list[0], DYNOX_BOOL, 0);
    EXPECT(DYNOX_EXPR("a = ? AND b = ?", true, 1)->values[0], DYNOX_BOOL, 1);

    EXPECT(DYNOX_VALUE(1), DYNOX_N, 1);
    EXPECT(DYNOX_VALUE(one), DYNOX_N, 1);
    EXPECT(DYNOX_VALUE(A), DYNOX_N, 1);
    EXPECT(DYNOX_VALUE((int)chosen), DYNOX_N, 1);
    EXPECT(DYNOX_VALUE(one > 0), DYNOX_N, 1);
    EXPECT(DYNOX_VALUE(!one), DYNOX_N, 0);
    EXPECT(DYNOX_VALUE(yes ? true : false), DYNOX_N, 1); /* the arms of ?: become ints, in each standard */
    EXPECT(DYNOX_VALUE('a'), DYNOX_N, 'a');
    EXPECT(DYNOX_EXPR("a = ? AND b = ?", true, 1)->values[1], DYNOX_N, 1);
    return failures != 0;
}
