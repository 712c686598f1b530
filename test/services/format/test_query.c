/* The bodies of the query protocol. */
#include "services/format/query.h"
#include "support.h"

static void a_query_body_is_encoded_like_parts_of_a_URL(void **state)
{
    dynox__buffer body = {0};
    (void)state;
    dynox__query_start(&body, "Assume Role", "2011-06-15");
    dynox__query_add(&body, "RoleArn", "arn:aws:iam::1:role/a+b=c&d");
    dynox__query_add(&body, "Absent", NULL);
    dynox__query_add(&body, "Empty", "");
    dynox__query_add(&body, "Tags.member.1.Key", "\xc3\xa4 ~*%\n");
    dynox__buffer_byte(&body, 0);
    assert_string_equal(body.data,
                        "Action=Assume%20Role&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fa%2Bb"
                        "%3Dc%26d&Empty=&Tags.member.1.Key=%C3%A4%20~%2A%25%0A");
    dynox__buffer_free(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_query_body_is_encoded_like_parts_of_a_URL)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
