/* Values, items and expressions as C expressions: DYNOX_VALUE(36), DYNOX_ITEM("pk", "USER#1", "age", 36),
 * DYNOX_LIST(1, "two", DYNOX_MAP("three", 3)). What they point to lives as long as the block they stand in. C only:
 * C++ calls the functions behind them. */
#ifndef DYNOX_LITERAL_H
#define DYNOX_LITERAL_H

#include <dynox/value.h>

#ifndef __cplusplus

/* true and false are bools in C23 and ints before, so that what {"admin", true} stores would depend on the compiler and
 * its options. This header makes them the bools of C23, which C11 (7.18) allows, and which #if can still read. */
#if defined(true) || __STDC_VERSION__ <= 201710L
#undef true
#define true ((_Bool) + 1u)
#endif
#if defined(false) || __STDC_VERSION__ <= 201710L
#undef false
#define false ((_Bool) + 0u)
#endif

/* A dynox_value of a C expression; the C type chooses the type of DynamoDB:
 *     char *                            S; NULL gives DYNOX_INVALID, which is refused when it is sent
 *     any integer, float, double        N; a float is written as the double it converts to. 'a' is an int in C, and so
 *                                       the number 97: write "a". So is what a comparison, !, &&, || or ?: gives: a
 *                                       number, unless it is cast or assigned to a bool
 *     bool, true, false                 BOOL. Where another header makes true an int again, no int compiles here, and
 *                                       the error names DYNOX_TRUE
 *     dynox_item *                      M, pointing at the item's attributes
 *     dynox_value, dynox_value *        itself; a NULL pointer gives DYNOX_INVALID
 * Everything else does not compile: bytes need a length (DYNOX_BYTES), sets need their names. */
#define DYNOX_VALUE(x)                                                                                                 \
    _Generic((x),                                                                                                      \
        char *: dynox_string,                                                                                          \
        const char *: dynox_string,                                                                                    \
        _Bool: dynox_bool,                                                                                             \
        DYNOX_NUMBER_TYPES_,                                                                                           \
        dynox_value: dynox_value_itself_,                                                                              \
        dynox_value *: dynox_value_at_,                                                                                \
        const dynox_value *: dynox_value_at_,                                                                          \
        dynox_item *: dynox_map_of_item,                                                                               \
        const dynox_item *: dynox_map_of_item)(x)

/* An item: names and values in turn, up to 32 pairs. A `const dynox_item *`. */
#define DYNOX_ITEM(...)                                                                                                \
    (&(const dynox_item){.attributes = DYNOX_NAMED_(__VA_ARGS__), .count = DYNOX_HALF_(__VA_ARGS__)})

/* A map: names and values in turn, up to 32 pairs or none. A dynox_value, as all that follow. */
#define DYNOX_MAP(...) dynox_map_of(DYNOX_NAMED_(__VA_ARGS__), DYNOX_HALF_(__VA_ARGS__))

/* A list of up to 64 values, or none. */
#define DYNOX_LIST(...) dynox_list_of(DYNOX_ARRAY_(DYNOX_VALUE, __VA_ARGS__), DYNOX_COUNT_(__VA_ARGS__))

/* Sets of up to 64 members; an empty one is refused when it is sent. Their members are texts; C numbers or
 * dynox_number_text(); DYNOX_BYTES(). */
#define DYNOX_STRING_SET(...)                                                                                          \
    dynox_string_set_of(DYNOX_ARRAY_(DYNOX_STRING_MEMBER_, __VA_ARGS__), DYNOX_COUNT_(__VA_ARGS__))
#define DYNOX_NUMBER_SET(...)                                                                                          \
    dynox_number_set_of(DYNOX_ARRAY_(DYNOX_NUMBER_MEMBER_, __VA_ARGS__), DYNOX_COUNT_(__VA_ARGS__))
#define DYNOX_BINARY_SET(...)                                                                                          \
    dynox_binary_set_of(DYNOX_ARRAY_(dynox_value_itself_, __VA_ARGS__), DYNOX_COUNT_(__VA_ARGS__))

#define DYNOX_BYTES(pointer, size) dynox_bytes((pointer), (size))

/* ---- how it is done ---- */

/* clang-format off */
#define DYNOX_NUMBER_TYPES_  \
    char: dynox_int, signed char: dynox_int, short: dynox_int, int: DYNOX_INT_MAKER_, long: dynox_int, long long: dynox_int,  \
    unsigned char: dynox_unsigned, unsigned short: dynox_unsigned, unsigned: dynox_unsigned, unsigned long: dynox_unsigned, unsigned long long: dynox_unsigned,  \
    float: dynox_double, double: dynox_double
/* clang-format on */

/* What makes a value of an int, if that cannot be a true or false; else a function that takes no int. */
#define DYNOX_INT_MAKER_                                                                                               \
    _Generic(true, _Bool                                                                                               \
             : _Generic(false, _Bool                                                                                   \
                        : dynox_int, default                                                                           \
                        : dynox_true_or_false_is_an_int_here_write_DYNOX_TRUE_or_DYNOX_FALSE),                         \
               default                                                                                                 \
             : dynox_true_or_false_is_an_int_here_write_DYNOX_TRUE_or_DYNOX_FALSE)
struct dynox_write_DYNOX_TRUE_or_DYNOX_FALSE {
    char nothing;
};
dynox_value
dynox_true_or_false_is_an_int_here_write_DYNOX_TRUE_or_DYNOX_FALSE(struct dynox_write_DYNOX_TRUE_or_DYNOX_FALSE value);

#define DYNOX_STRING_MEMBER_(x)                                                                                        \
    _Generic((x), char * : dynox_string, const char * : dynox_string, dynox_value : dynox_value_itself_)(x)
#define DYNOX_NUMBER_MEMBER_(x) _Generic((x), DYNOX_NUMBER_TYPES_, dynox_value : dynox_value_itself_)(x)

#define DYNOX_ARRAY_(make, ...)                                                                                        \
    ((const dynox_value[]){DYNOX_JOIN_(DYNOX_EACH_, DYNOX_COUNT_(__VA_ARGS__))(make, __VA_ARGS__)})
#define DYNOX_NAMED_(...)                                                                                              \
    ((const dynox_named_value[]){DYNOX_JOIN_(DYNOX_PAIRS_, DYNOX_COUNT_(__VA_ARGS__))(__VA_ARGS__)})
#define DYNOX_PAIR_(name, x) dynox_named(name, DYNOX_VALUE(x))
#define DYNOX_HALF_(...) (DYNOX_COUNT_(__VA_ARGS__) / 2)

/* The number of arguments, 0 to 64, as one token; DYNOX_MANY_ for a few more than that. */
#define DYNOX_COUNT_(...) DYNOX_JOIN_(DYNOX_COUNT_IF_EMPTY_, DYNOX_EMPTY_(__VA_ARGS__))(__VA_ARGS__)
#define DYNOX_COUNT_IF_EMPTY_1(...) 0
#define DYNOX_COUNT_IF_EMPTY_0(...)                                                                                    \
    DYNOX_PICK_(__VA_ARGS__, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_,             \
                DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_,             \
                DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_,             \
                DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_,             \
                DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, DYNOX_MANY_, 64, 63, 62, 61, 60, 59, 58, 57, 56,   \
                55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32, 31,    \
                30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4,  \
                3, 2, 1, 0)
#define DYNOX_PICK_(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21,    \
                    a22, a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, a33, a34, a35, a36, a37, a38, a39, a40,     \
                    a41, a42, a43, a44, a45, a46, a47, a48, a49, a50, a51, a52, a53, a54, a55, a56, a57, a58, a59,     \
                    a60, a61, a62, a63, a64, a65, a66, a67, a68, a69, a70, a71, a72, a73, a74, a75, a76, a77, a78,     \
                    a79, a80, a81, a82, a83, a84, a85, a86, a87, a88, a89, a90, a91, a92, a93, a94, a95, a96, picked,  \
                    ...)                                                                                               \
    picked

/* 1 if there are no arguments, else 0: an empty one is the only that has no comma of its own, none after
 * DYNOX_COMMA_, none before (), but one between them. */
#define DYNOX_EMPTY_(...)                                                                                              \
    DYNOX_EMPTY_OF_(DYNOX_HAS_COMMA_(__VA_ARGS__), DYNOX_HAS_COMMA_(DYNOX_COMMA_ __VA_ARGS__),                         \
                    DYNOX_HAS_COMMA_(__VA_ARGS__()), DYNOX_HAS_COMMA_(DYNOX_COMMA_ __VA_ARGS__()))
#define DYNOX_EMPTY_OF_(a, b, c, d) DYNOX_EMPTY_JOIN_(a, b, c, d)
#define DYNOX_EMPTY_JOIN_(a, b, c, d) DYNOX_HAS_COMMA_(DYNOX_EMPTY_##a##b##c##d)
#define DYNOX_EMPTY_0001 ,
#define DYNOX_COMMA_(...) ,
#define DYNOX_HAS_COMMA_(...)                                                                                          \
    DYNOX_PICK_(__VA_ARGS__, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, \
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  \
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0)
#define DYNOX_JOIN_(a, b) DYNOX_JOIN_OF_(a, b)
#define DYNOX_JOIN_OF_(a, b) a##b

enum { DYNOX_MANY_ = 0 };
#define DYNOX_REFUSE_(why)                                                                                             \
    {                                                                                                                  \
        .zero_ = (uint16_t)sizeof(struct {                                                                             \
            _Static_assert(0, why);                                                                                    \
            char c;                                                                                                    \
        })                                                                                                             \
    }

#define DYNOX_EACH_0(make, ...)                                                                                        \
    {                                                                                                                  \
        0                                                                                                              \
    }
#define DYNOX_EACH_1(make, x) make(x)
#define DYNOX_EACH_2(make, x, ...) make(x), DYNOX_EACH_1(make, __VA_ARGS__)
#define DYNOX_EACH_3(make, x, ...) make(x), DYNOX_EACH_2(make, __VA_ARGS__)
#define DYNOX_EACH_4(make, x, ...) make(x), DYNOX_EACH_3(make, __VA_ARGS__)
#define DYNOX_EACH_5(make, x, ...) make(x), DYNOX_EACH_4(make, __VA_ARGS__)
#define DYNOX_EACH_6(make, x, ...) make(x), DYNOX_EACH_5(make, __VA_ARGS__)
#define DYNOX_EACH_7(make, x, ...) make(x), DYNOX_EACH_6(make, __VA_ARGS__)
#define DYNOX_EACH_8(make, x, ...) make(x), DYNOX_EACH_7(make, __VA_ARGS__)
#define DYNOX_EACH_9(make, x, ...) make(x), DYNOX_EACH_8(make, __VA_ARGS__)
#define DYNOX_EACH_10(make, x, ...) make(x), DYNOX_EACH_9(make, __VA_ARGS__)
#define DYNOX_EACH_11(make, x, ...) make(x), DYNOX_EACH_10(make, __VA_ARGS__)
#define DYNOX_EACH_12(make, x, ...) make(x), DYNOX_EACH_11(make, __VA_ARGS__)
#define DYNOX_EACH_13(make, x, ...) make(x), DYNOX_EACH_12(make, __VA_ARGS__)
#define DYNOX_EACH_14(make, x, ...) make(x), DYNOX_EACH_13(make, __VA_ARGS__)
#define DYNOX_EACH_15(make, x, ...) make(x), DYNOX_EACH_14(make, __VA_ARGS__)
#define DYNOX_EACH_16(make, x, ...) make(x), DYNOX_EACH_15(make, __VA_ARGS__)
#define DYNOX_EACH_17(make, x, ...) make(x), DYNOX_EACH_16(make, __VA_ARGS__)
#define DYNOX_EACH_18(make, x, ...) make(x), DYNOX_EACH_17(make, __VA_ARGS__)
#define DYNOX_EACH_19(make, x, ...) make(x), DYNOX_EACH_18(make, __VA_ARGS__)
#define DYNOX_EACH_20(make, x, ...) make(x), DYNOX_EACH_19(make, __VA_ARGS__)
#define DYNOX_EACH_21(make, x, ...) make(x), DYNOX_EACH_20(make, __VA_ARGS__)
#define DYNOX_EACH_22(make, x, ...) make(x), DYNOX_EACH_21(make, __VA_ARGS__)
#define DYNOX_EACH_23(make, x, ...) make(x), DYNOX_EACH_22(make, __VA_ARGS__)
#define DYNOX_EACH_24(make, x, ...) make(x), DYNOX_EACH_23(make, __VA_ARGS__)
#define DYNOX_EACH_25(make, x, ...) make(x), DYNOX_EACH_24(make, __VA_ARGS__)
#define DYNOX_EACH_26(make, x, ...) make(x), DYNOX_EACH_25(make, __VA_ARGS__)
#define DYNOX_EACH_27(make, x, ...) make(x), DYNOX_EACH_26(make, __VA_ARGS__)
#define DYNOX_EACH_28(make, x, ...) make(x), DYNOX_EACH_27(make, __VA_ARGS__)
#define DYNOX_EACH_29(make, x, ...) make(x), DYNOX_EACH_28(make, __VA_ARGS__)
#define DYNOX_EACH_30(make, x, ...) make(x), DYNOX_EACH_29(make, __VA_ARGS__)
#define DYNOX_EACH_31(make, x, ...) make(x), DYNOX_EACH_30(make, __VA_ARGS__)
#define DYNOX_EACH_32(make, x, ...) make(x), DYNOX_EACH_31(make, __VA_ARGS__)
#define DYNOX_EACH_33(make, x, ...) make(x), DYNOX_EACH_32(make, __VA_ARGS__)
#define DYNOX_EACH_34(make, x, ...) make(x), DYNOX_EACH_33(make, __VA_ARGS__)
#define DYNOX_EACH_35(make, x, ...) make(x), DYNOX_EACH_34(make, __VA_ARGS__)
#define DYNOX_EACH_36(make, x, ...) make(x), DYNOX_EACH_35(make, __VA_ARGS__)
#define DYNOX_EACH_37(make, x, ...) make(x), DYNOX_EACH_36(make, __VA_ARGS__)
#define DYNOX_EACH_38(make, x, ...) make(x), DYNOX_EACH_37(make, __VA_ARGS__)
#define DYNOX_EACH_39(make, x, ...) make(x), DYNOX_EACH_38(make, __VA_ARGS__)
#define DYNOX_EACH_40(make, x, ...) make(x), DYNOX_EACH_39(make, __VA_ARGS__)
#define DYNOX_EACH_41(make, x, ...) make(x), DYNOX_EACH_40(make, __VA_ARGS__)
#define DYNOX_EACH_42(make, x, ...) make(x), DYNOX_EACH_41(make, __VA_ARGS__)
#define DYNOX_EACH_43(make, x, ...) make(x), DYNOX_EACH_42(make, __VA_ARGS__)
#define DYNOX_EACH_44(make, x, ...) make(x), DYNOX_EACH_43(make, __VA_ARGS__)
#define DYNOX_EACH_45(make, x, ...) make(x), DYNOX_EACH_44(make, __VA_ARGS__)
#define DYNOX_EACH_46(make, x, ...) make(x), DYNOX_EACH_45(make, __VA_ARGS__)
#define DYNOX_EACH_47(make, x, ...) make(x), DYNOX_EACH_46(make, __VA_ARGS__)
#define DYNOX_EACH_48(make, x, ...) make(x), DYNOX_EACH_47(make, __VA_ARGS__)
#define DYNOX_EACH_49(make, x, ...) make(x), DYNOX_EACH_48(make, __VA_ARGS__)
#define DYNOX_EACH_50(make, x, ...) make(x), DYNOX_EACH_49(make, __VA_ARGS__)
#define DYNOX_EACH_51(make, x, ...) make(x), DYNOX_EACH_50(make, __VA_ARGS__)
#define DYNOX_EACH_52(make, x, ...) make(x), DYNOX_EACH_51(make, __VA_ARGS__)
#define DYNOX_EACH_53(make, x, ...) make(x), DYNOX_EACH_52(make, __VA_ARGS__)
#define DYNOX_EACH_54(make, x, ...) make(x), DYNOX_EACH_53(make, __VA_ARGS__)
#define DYNOX_EACH_55(make, x, ...) make(x), DYNOX_EACH_54(make, __VA_ARGS__)
#define DYNOX_EACH_56(make, x, ...) make(x), DYNOX_EACH_55(make, __VA_ARGS__)
#define DYNOX_EACH_57(make, x, ...) make(x), DYNOX_EACH_56(make, __VA_ARGS__)
#define DYNOX_EACH_58(make, x, ...) make(x), DYNOX_EACH_57(make, __VA_ARGS__)
#define DYNOX_EACH_59(make, x, ...) make(x), DYNOX_EACH_58(make, __VA_ARGS__)
#define DYNOX_EACH_60(make, x, ...) make(x), DYNOX_EACH_59(make, __VA_ARGS__)
#define DYNOX_EACH_61(make, x, ...) make(x), DYNOX_EACH_60(make, __VA_ARGS__)
#define DYNOX_EACH_62(make, x, ...) make(x), DYNOX_EACH_61(make, __VA_ARGS__)
#define DYNOX_EACH_63(make, x, ...) make(x), DYNOX_EACH_62(make, __VA_ARGS__)
#define DYNOX_EACH_64(make, x, ...) make(x), DYNOX_EACH_63(make, __VA_ARGS__)
#define DYNOX_EACH_DYNOX_MANY_(...) DYNOX_REFUSE_("at most 64 values")

#define DYNOX_PAIRS_0(...)                                                                                             \
    {                                                                                                                  \
        0                                                                                                              \
    }
#define DYNOX_PAIRS_2(name, x) DYNOX_PAIR_(name, x)
#define DYNOX_PAIRS_4(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_2(__VA_ARGS__)
#define DYNOX_PAIRS_6(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_4(__VA_ARGS__)
#define DYNOX_PAIRS_8(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_6(__VA_ARGS__)
#define DYNOX_PAIRS_10(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_8(__VA_ARGS__)
#define DYNOX_PAIRS_12(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_10(__VA_ARGS__)
#define DYNOX_PAIRS_14(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_12(__VA_ARGS__)
#define DYNOX_PAIRS_16(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_14(__VA_ARGS__)
#define DYNOX_PAIRS_18(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_16(__VA_ARGS__)
#define DYNOX_PAIRS_20(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_18(__VA_ARGS__)
#define DYNOX_PAIRS_22(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_20(__VA_ARGS__)
#define DYNOX_PAIRS_24(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_22(__VA_ARGS__)
#define DYNOX_PAIRS_26(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_24(__VA_ARGS__)
#define DYNOX_PAIRS_28(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_26(__VA_ARGS__)
#define DYNOX_PAIRS_30(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_28(__VA_ARGS__)
#define DYNOX_PAIRS_32(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_30(__VA_ARGS__)
#define DYNOX_PAIRS_34(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_32(__VA_ARGS__)
#define DYNOX_PAIRS_36(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_34(__VA_ARGS__)
#define DYNOX_PAIRS_38(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_36(__VA_ARGS__)
#define DYNOX_PAIRS_40(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_38(__VA_ARGS__)
#define DYNOX_PAIRS_42(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_40(__VA_ARGS__)
#define DYNOX_PAIRS_44(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_42(__VA_ARGS__)
#define DYNOX_PAIRS_46(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_44(__VA_ARGS__)
#define DYNOX_PAIRS_48(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_46(__VA_ARGS__)
#define DYNOX_PAIRS_50(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_48(__VA_ARGS__)
#define DYNOX_PAIRS_52(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_50(__VA_ARGS__)
#define DYNOX_PAIRS_54(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_52(__VA_ARGS__)
#define DYNOX_PAIRS_56(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_54(__VA_ARGS__)
#define DYNOX_PAIRS_58(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_56(__VA_ARGS__)
#define DYNOX_PAIRS_60(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_58(__VA_ARGS__)
#define DYNOX_PAIRS_62(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_60(__VA_ARGS__)
#define DYNOX_PAIRS_64(name, x, ...) DYNOX_PAIR_(name, x), DYNOX_PAIRS_62(__VA_ARGS__)
#define DYNOX_PAIRS_DYNOX_MANY_(...) DYNOX_REFUSE_("at most 32 names and values")
#define DYNOX_PAIRS_ODD_ DYNOX_REFUSE_("every name needs a value, and only names have values")
#define DYNOX_PAIRS_1(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_3(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_5(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_7(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_9(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_11(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_13(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_15(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_17(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_19(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_21(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_23(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_25(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_27(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_29(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_31(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_33(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_35(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_37(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_39(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_41(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_43(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_45(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_47(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_49(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_51(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_53(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_55(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_57(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_59(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_61(...) DYNOX_PAIRS_ODD_
#define DYNOX_PAIRS_63(...) DYNOX_PAIRS_ODD_

#endif
#endif
