/* Reading texts out of XML: what it finds, what it decodes, and what it refuses. */
#include "services/format/xml.h"
#include "support.h"

/* The text at a path; "(nothing)", or "(refused)". Static. */
static const char *at(const char *path, const char *document)
{
    static char      room[4096];
    dynox__xml_field field = {.path = path};
    size_t           size  = strlen(document);
    assert_true(size < sizeof room);
    char *copy = malloc(size + 1); /* of exactly that size: for the sanitizers */
    assert_non_null(copy);
    memcpy(copy, document, size);
    bool good = dynox__xml_read(copy, size, &field, 1);
    snprintf(room, sizeof room, "%s", !good ? "(refused)" : field.text ? field.text : "(nothing)");
    free(copy);
    return room;
}

static void a_text_is_found_by_its_path(void **state)
{
    (void)state;
    const char *document =
        "<?xml version=\"1.0\"?>\n<!-- - -->\n<a x='1>2'><b><c>no</c></b><b2 y=\"/\"><c>yes</c></b2></a>\n";
    assert_string_equal(at("a/b2/c", document), "yes");
    assert_string_equal(at("*/b2/*", document), "yes");
    assert_string_equal(at("a/b/c", document), "no");
    assert_string_equal(at("a/b", document), "(nothing)");
    assert_string_equal(at("b2/c", document), "(nothing)");
    assert_string_equal(at("a/b2/c/d", document), "(nothing)");
    assert_string_equal(at("a", "\xef\xbb\xbf<a>mark</a>"), "mark");
}

static void prefixes_of_namespaces_do_not_matter(void **state)
{
    (void)state;
    assert_string_equal(at("a/b", "<s:a xmlns:s='urn:x'><s:b>text</s:b></s:a>"), "text");
    assert_string_equal(at("a/b", "<s:a><t:bb>no</t:bb><t:b >text</t:b ></s:a >"), "text");
}

static void the_first_of_several_counts(void **state)
{
    (void)state;
    assert_string_equal(at("a/b", "<a><b>one</b><b>two</b></a>"), "one");
    assert_string_equal(at("a/b", "<a><b>one<c/></b><b>two</b></a>"), "two");
}

static void references_and_sections_are_decoded_and_comments_left_out(void **state)
{
    (void)state;
    assert_string_equal(at("a", "<a>&lt;&gt;&amp;&quot;&apos; &#65;&#x42;&#xe4;&#x20ac;&#x1F600;</a>"),
                        "<>&\"' AB\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    assert_string_equal(at("a", "<a>x<![CDATA[<&amp;]]]]>y<!-- <b> -->z<?p ?></a>"), "x<&amp;]]yz");
    assert_string_equal(at("a", "<a> keeps\n white space </a>"), " keeps\n white space ");
}

static void empty_elements_are_empty_texts(void **state)
{
    (void)state;
    assert_string_equal(at("a/b", "<a><b/></a>"), "");
    assert_string_equal(at("a/b", "<a><b x='/'/></a>"), "");
    assert_string_equal(at("a/b", "<a><b></b></a>"), "");
    assert_string_equal(at("a", "<a/>"), "");
}

static void what_is_not_well_formed_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        " ",
        "text",
        "<a>",
        "</a>",
        "<a></b>",
        "<a><b></a></b>",
        "<a/><b/>",
        "<a/>x",
        "x<a/>",
        "<a",
        "<a b='>",
        "<a b=\"'></a>",
        "<a>&nbsp;</a>",
        "<a>&amp</a>",
        "<a>&;</a>",
        "<a>&#;</a>",
        "<a>&#x;</a>",
        "<a>&#0;</a>",
        "<a>&#xd800;</a>",
        "<a>&#x110000;</a>",
        "<a>&#99999999999999;</a>",
        "<a>&#1;</a>",
        "<a>&#xg;</a>",
        "<a><![CDATA[</a>",
        "<![CDATA[]]><a/>",
        "<!-- <a/>",
        "<a></a",
        "<a></>",
        "<>x</>",
        "< a></a>",
        "<a/ >",
        "<a><b<c/></a>",
        "<a></a x>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (strcmp(at("a", wrong[i]), "(refused)") != 0) fail_msg("taken: %s", wrong[i]);
}

static void document_types_are_refused(void **state)
{
    (void)state;
    assert_string_equal(at("a", "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), "(refused)");
    assert_string_equal(at("a", "<!DOCTYPE a><a>x</a>"), "(refused)");
    assert_string_equal(at("a", "<a><!ELEMENT a ANY>x</a>"), "(refused)");
}

static void a_NUL_is_refused(void **state)
{
    char             document[] = "<a>x\0y</a>";
    dynox__xml_field field      = {.path = "a"};
    (void)state;
    assert_false(dynox__xml_read(document, sizeof document - 1, &field, 1));
}

static void what_is_too_deep_is_refused(void **state)
{
    char document[512];
    (void)state;
    for (int depth = 1; depth <= DYNOX__XML_DEPTH + 1; depth++) {
        size_t size = 0;
        for (int i = 0; i < 2 * depth; i++)
            size += (size_t)snprintf(document + size, sizeof document - size, i < depth ? "<a>" : "</a>");
        assert_string_equal(at("b", document), depth <= DYNOX__XML_DEPTH ? "(nothing)" : "(refused)");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_found_by_its_path),
        cmocka_unit_test(prefixes_of_namespaces_do_not_matter),
        cmocka_unit_test(the_first_of_several_counts),
        cmocka_unit_test(references_and_sections_are_decoded_and_comments_left_out),
        cmocka_unit_test(empty_elements_are_empty_texts),
        cmocka_unit_test(what_is_not_well_formed_is_refused),
        cmocka_unit_test(document_types_are_refused),
        cmocka_unit_test(a_NUL_is_refused),
        cmocka_unit_test(what_is_too_deep_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
