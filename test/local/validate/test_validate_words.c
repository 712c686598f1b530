/* What requests are refused with, word for word, in both generations. */
#include "validate_call.h"

#define FAILED "' failed to satisfy constraint: Member must "
#define AT_LEAST "have length greater than or equal to "
#define AT_MOST "have length less than or equal to "

static void says_in(bool old_words, const char *operation, const char *json, const char *expected,
                    dynox__refusal_type type)
{
    validation  v       = {.settings.old_words = old_words};
    const char *message = validate_n(&v, operation, json, strlen(json));
    if (strcmp(message, expected) != 0) fail_msg("%s %s\n  says %s\n  not  %s", operation, json, message, expected);
    assert_int_equal(v.refusal.type, *expected ? type : DYNOX__REFUSAL_NONE);
    validation_end(&v);
}

static void old_says(const char *operation, const char *json, const char *expected)
{
    says_in(true, operation, json, expected, DYNOX__REFUSAL_VALIDATION);
}

static void new_says(const char *operation, const char *json, const char *expected)
{
    says_in(false, operation, json, expected, DYNOX__REFUSAL_VALIDATION);
}

static void malformed(const char *operation, const char *json, const char *expected)
{
    says_in(false, operation, json, expected, DYNOX__REFUSAL_SERIALIZATION);
    says_in(true, operation, json, expected, DYNOX__REFUSAL_SERIALIZATION);
}

static void good_requests_pass(void **state)
{
    (void)state;
    new_says("GetItem", "{\"TableName\":\"abc\",\"Key\":{\"a\":{\"S\":\"x\"}}}", "");
    new_says("GetItem", "{\"TableName\":\"arn:aws:dynamodb:a:1:table/x\",\"Key\":{},\"Unknown\":[5]}", "");
    old_says("GetItem", "{\"TableName\":\"arn:aws:dynamodb:a:1:table/x\",\"Key\":{},\"ConsistentRead\":\"true\"}", "");
    new_says("GetRecords", "{\"ShardIterator\":\"x\",\"Limit\":null}", "");
    new_says("DescribeLimits", "{}", "");
    new_says("BatchGetItem", "{\"RequestItems\":{\"abc\":{\"Keys\":[{}]}}}", "");
    new_says("Scan", "{\"TableName\":\"abc\",\"Segment\":0,\"TotalSegments\":1000000}", "");
}

static void all_faults_are_told_in_the_old_words(void **state)
{
    (void)state;
    old_says("GetItem", "{}",
             "2 validation errors detected: Value null at 'tableName" FAILED "not be null; Value null at 'key" FAILED
             "not be null");
    old_says(
        "ListTables", "{\"Limit\":101,\"ExclusiveStartTableName\":\"a;\"}",
        "3 validation errors detected: Value '101' at 'limit" FAILED
        "have value less than or equal to 100; Value 'a;' at 'exclusiveStartTableName" FAILED
        "satisfy regular expression pattern: [a-zA-Z0-9_.-]+; Value 'a;' at 'exclusiveStartTableName" FAILED AT_LEAST
        "3");
    old_says("PutItem", "{\"TableName\":\"ab\",\"Item\":{},\"ReturnValues\":\"x\"}",
             "2 validation errors detected: Value 'ab' at 'tableName" FAILED AT_LEAST
             "3; Value 'x' at 'returnValues" FAILED
             "satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]");
}

static void ten_faults_are_enough(void **state)
{
    (void)state;
    validation    v    = {.settings.old_words = true};
    dynox__buffer json = {0};
    DYNOX__BUFFER_LITERAL(&json, "{\"TransactItems\":[");
    for (int i = 0; i < 20; i++)
        dynox__buffer_text(&json, i ? ",{}" : "{}");
    DYNOX__BUFFER_LITERAL(&json, "]}");
    assert_memory_equal(validate_n(&v, "TransactGetItems", json.data, json.size),
                        "10 validation errors detected: Value null at 'transactItems.1.member.get'", 70);
    validation_end(&v);
    dynox__buffer_free(&json);
}

static void the_first_fault_is_told_in_the_new_words(void **state)
{
    (void)state;
    new_says("GetItem", "{}", "1 validation error detected: Value null at 'TableName" FAILED "not be null");
    new_says("GetItem", "{\"TableName\":\"\",\"Key\":{}}",
             "1 validation error detected: Value '' at 'TableName" FAILED AT_LEAST "1");
    new_says("GetItem", "{\"TableName\":\"ab*\",\"Key\":{}}",
             "1 validation error detected: Value 'ab*' at 'TableName" FAILED
             "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
    new_says("Query", "{\"TableName\":\"abc\",\"Limit\":0}",
             "1 validation error detected: Value at 'Limit" FAILED "have value greater than or equal to 1");
    new_says("BatchGetItem", "{\"RequestItems\":{}}",
             "1 validation error detected: Value at 'RequestItems" FAILED AT_LEAST "1");
    new_says("BatchGetItem", "{\"RequestItems\":{\"abc\":{\"Keys\":[]}}}",
             "1 validation error detected: Value at 'RequestItems.abc.member.Keys" FAILED AT_LEAST "1");
    new_says("BatchWriteItem", "{\"RequestItems\":{\"abc\":[{\"PutRequest\":{}}]}}",
             "1 validation error detected: Value null at 'RequestItems.abc.member.1.member.PutRequest.Item" FAILED
             "not be null");
}

static void values_are_shown_as_the_service_shows_them(void **state)
{
    (void)state;
    old_says(
        "CreateTable",
        "{\"TableName\":\"abcd\",\"AttributeDefinitions\":[],\"KeySchema\":[{\"AttributeName\":\"a\",\"KeyType\":"
        "\"HASH\"},{\"AttributeName\":\"b\",\"KeyType\":\"RANGE\"},{\"AttributeName\":\"c\",\"KeyType\":\"HASH\"}]}",
        "1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), "
        "KeySchemaElement(attributeName=b, keyType=RANGE), KeySchemaElement(attributeName=c, keyType=HASH)]' at "
        "'keySchema" FAILED AT_MOST "2");
    old_says("CreateTable",
             "{\"TableName\":\"abcd\",\"AttributeDefinitions\":[],\"KeySchema\":[{\"AttributeName\":\"a\",\"KeyType\":"
             "\"X\"}],\"ProvisionedThroughput\":{\"ReadCapacityUnits\":0.5,\"WriteCapacityUnits\":-1}}",
             "3 validation errors detected: Value '-1' at 'provisionedThroughput.writeCapacityUnits" FAILED
             "have value greater than or equal to 1; Value '0' at 'provisionedThroughput.readCapacityUnits" FAILED
             "have value greater than or equal to 1; Value 'X' at 'keySchema.1.member.keyType" FAILED
             "satisfy enum value set: [HASH, RANGE]");
    old_says("BatchGetItem", "{\"RequestItems\":{\"ab\":{\"Keys\":[{}]}}}",
             "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: Map keys must satisfy "
             "constraint: [Member must " AT_MOST "255, Member must " AT_LEAST
             "3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]");
    old_says("TransactGetItems", "{\"TransactItems\":[]}",
             "1 validation error detected: Value '[]' at 'transactItems" FAILED AT_LEAST "1");
    old_says("BatchGetItem", "{\"RequestItems\":{}}",
             "1 validation error detected: Value '{}' at 'requestItems" FAILED AT_LEAST "1");
    old_says("TransactGetItems", "{\"TransactItems\":[null]}",
             "1 validation error detected: Value null at 'transactItems.1.member" FAILED "not be null");
}

static void names_of_tables_come_first_where_the_service_has_them_first(void **state)
{
    (void)state;
    new_says("DescribeTable", "{}", "The parameter 'TableName' is required but was not present in the request");
    old_says("DescribeTable", "{\"TableName\":\"ab\"}",
             "TableName must be at least 3 characters long and at most 255 characters long");
    old_says("CreateTable", "{\"TableName\":\"a\"}",
             "TableName must be at least 3 characters long and at most 255 characters long");
    old_says("CreateTable", "{\"TableName\":\"abc\"}",
             "2 validation errors detected: Value null at 'attributeDefinitions" FAILED
             "not be null; Value null at 'keySchema" FAILED "not be null");
}

static void json_of_the_wrong_kind_is_told_first(void **state)
{
    (void)state;
    malformed("GetItem", "{\"TableName\":5}", "NUMBER_VALUE cannot be converted to String");
    malformed("GetItem", "{\"TableName\":\"abc\",\"Key\":5}", "Unexpected field type");
    malformed("GetItem", "{\"TableName\":\"abc\",\"Key\":[]}",
              "Unrecognized collection type java.util.Map<java.lang.String, "
              "com.amazonaws.dynamodb.v20120810.AttributeValue>");
    malformed("GetItem", "{\"TableName\":\"abc\",\"Key\":{\"a\":5}}", "Unexpected value type in payload");
    malformed("GetItem", "{\"TableName\":\"abc\",\"Key\":{\"a\":{\"S\":5}}}",
              "NUMBER_VALUE cannot be converted to String");
    malformed("PutItem", "{\"TableName\":\"*\",\"Item\":{\"a\":{\"N\":\"x\"},\"b\":{\"BS\":[\"AAA\"]}}}",
              "Base64 encoded length is expected a multiple of 4 bytes but found: 3");
    malformed("GetItem", "{\"ConsistentRead\":5}", "NUMBER_VALUE cannot be converted to Boolean");
    malformed("GetItem", "{\"AttributesToGet\":\"a\"}", "Unexpected field type");
    malformed("GetItem", "{\"ExpressionAttributeNames\":[]}",
              "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>");
    malformed("Query", "{\"Limit\":\"1\"}", "STRING_VALUE cannot be converted to Integer");
    malformed("UpdateTimeToLive", "{\"TimeToLiveSpecification\":true}", "Unexpected field type");
    malformed("UpdateTimeToLive", "{\"TimeToLiveSpecification\":[]}",
              "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.TimeToLiveSpecification");
    malformed("BatchWriteItem", "{\"RequestItems\":[]}",
              "Unrecognized collection type java.util.Map<java.lang.String, "
              "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>");
    malformed("BatchWriteItem", "{\"RequestItems\":{\"abc\":{}}}",
              "Start of structure or map found where not expected");
    malformed(
        "BatchWriteItem", "{\"RequestItems\":{\"abc\":7}}",
        "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class "
        "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in "
        "module java.base of loader 'bootstrap')");
    malformed("PutItem", "{\"Expected\":{\"a\":{\"Value\":5}}}", "Unexpected field type");
    malformed("GetItem", "null", "Unexpected value type in payload");
    malformed("GetItem", "7", "Unexpected value type in payload");
    malformed("GetItem", "[]", "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.GetItemInput");
}

static void the_last_of_several_members_is_looked_at(void **state)
{
    (void)state;
    new_says("ListTables", "{\"Limit\":0,\"Limit\":5}", "");
    new_says("GetItem", "{\"TableName\":\"abc\",\"Key\":{},\"Key\":null}",
             "1 validation error detected: Value null at 'Key" FAILED "not be null");
}

static void lengths_are_counted_in_utf_16(void **state)
{
    (void)state;
    char clef[4 * 19 + 1] = "";
    for (int i = 0; i < 19; i++)
        memcpy(clef + (size_t)i * 4, "\xf0\x9d\x84\x9e", 5);
    char json[256];
    snprintf(json, sizeof json, "{\"TransactItems\":[{}],\"ClientRequestToken\":\"%.72s\"}", clef);
    old_says("TransactWriteItems", json, "");
    snprintf(json, sizeof json, "{\"TransactItems\":[{}],\"ClientRequestToken\":\"%s\"}", clef);
    validation v = {.settings.old_words = true};
    assert_non_null(strstr(validate_n(&v, "TransactWriteItems", json, strlen(json)), AT_MOST "36"));
    validation_end(&v);
}

static void operations_are_found_in_their_own_service(void **state)
{
    (void)state;
    assert_non_null(dynox__request_shape_of("PutItem", 7, false));
    assert_null(dynox__request_shape_of("PutItem", 7, true));
    assert_null(dynox__request_shape_of("PutItemx", 8, false));
    assert_null(dynox__request_shape_of("PutIte", 6, false));
    assert_null(dynox__request_shape_of("", 0, false));
    assert_non_null(dynox__request_shape_of("GetRecords", 10, true));
    assert_null(dynox__request_shape_of("GetRecords", 10, false));
}

static void reworded(bool old_words, const char *operation, const char *message, const char *expected)
{
    dynox__local_settings settings = {.old_words = old_words};
    dynox__arena          arena    = {0};
    dynox__refusal        refusal  = {0};
    dynox__refuse(&refusal, &arena, DYNOX__REFUSAL_VALIDATION, "%s", message);
    dynox__request_reword(operation, &settings, &arena, &refusal);
    assert_string_equal(refusal.message, expected);
    assert_int_equal(refusal.length, strlen(expected));
    assert_int_equal(refusal.type, DYNOX__REFUSAL_VALIDATION);
    dynox__arena_free(&arena);
}

static void writes_of_one_item_have_a_prefix_in_the_new_words(void **state)
{
    (void)state;
    static const char empty[]   = "One or more parameter values were invalid: An number set  may not be empty";
    static const char missing[] = "One or more parameter values were invalid: Missing the key a in the item";
    reworded(false, "PutItem", empty,
             "1 validation error detected: One or more parameter values were invalid: An number set  may not be empty");
    reworded(false, "UpdateItem", "Invalid UpdateExpression: x",
             "1 validation error detected: Invalid UpdateExpression: x");
    reworded(false, "PutItem", missing, missing);
    reworded(false, "GetItem", empty, empty);
    reworded(false, "TransactWriteItems", empty, empty);
    reworded(true, "PutItem", empty, empty);
    reworded(false, "PutItem", "1 validation error detected: x", "1 validation error detected: x");
    dynox__refusal none = {0};
    dynox__request_reword("PutItem", &(dynox__local_settings){0}, NULL, &none);
    assert_int_equal(none.type, DYNOX__REFUSAL_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_requests_pass),
        cmocka_unit_test(all_faults_are_told_in_the_old_words),
        cmocka_unit_test(ten_faults_are_enough),
        cmocka_unit_test(the_first_fault_is_told_in_the_new_words),
        cmocka_unit_test(values_are_shown_as_the_service_shows_them),
        cmocka_unit_test(names_of_tables_come_first_where_the_service_has_them_first),
        cmocka_unit_test(json_of_the_wrong_kind_is_told_first),
        cmocka_unit_test(the_last_of_several_members_is_looked_at),
        cmocka_unit_test(lengths_are_counted_in_utf_16),
        cmocka_unit_test(operations_are_found_in_their_own_service),
        cmocka_unit_test(writes_of_one_item_have_a_prefix_in_the_new_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
