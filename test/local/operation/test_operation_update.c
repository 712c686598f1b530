/* UpdateItem: what it makes, what it returns, what it leaves alone. */
#include "tables.h"

#define NOTE "'TableName':'notes','Key':{'pk':{'S':'a'}}"
#define GET "{" NOTE "}"
#define VALUE(text) "'ExpressionAttributeValues':{':v':" text "}"

static void an_update_of_nothing_makes_an_item(void **state)
{
    create_notes(*state);
    SAYS(*state, "UpdateItem", "{" NOTE "}", "{}");
    SAYS(*state, "GetItem", GET, "{'Item':{'pk':{'S':'a'}}}");
    SAYS(*state, "UpdateItem", "{" NOTE ",'UpdateExpression':'SET x = :v'," VALUE("{'N':'1'}") "}", "{}");
    SAYS(*state, "GetItem", GET, "{'Item':{'pk':{'S':'a'},'x':{'N':'1'}}}");
}

static void all_five_return_values(void **state)
{
    create_notes(*state);
    SAYS(*state, "PutItem",
         "{'TableName':'notes','Item':{'pk':{'S':'a'},'x':{'N':'1'},'m':{'M':{'p':{'N':'1'},'q':{'N':'2'}}}}}", "{}");
#define UPDATE(returned)                                                                                               \
    "{" NOTE ",'UpdateExpression':'SET m.p = :v, y = :v','ReturnValues':'" returned "'," VALUE("{'N':'5'}") "}"
    SAYS(*state, "UpdateItem", UPDATE("UPDATED_OLD"), "{'Attributes':{'m':{'M':{'p':{'N':'1'}}}}}");
    SAYS(*state, "UpdateItem", UPDATE("UPDATED_NEW"), "{'Attributes':{'m':{'M':{'p':{'N':'5'}}},'y':{'N':'5'}}}");
    SAYS(*state, "UpdateItem", UPDATE("ALL_OLD"),
         "{'Attributes':{'pk':{'S':'a'},'x':{'N':'1'},'m':{'M':{'p':{'N':'5'},'q':{'N':'2'}}},'y':{'N':'5'}}}");
    SAYS(*state, "UpdateItem", UPDATE("ALL_NEW"),
         "{'Attributes':{'pk':{'S':'a'},'x':{'N':'1'},'m':{'M':{'p':{'N':'5'},'q':{'N':'2'}}},'y':{'N':'5'}}}");
    SAYS(*state, "UpdateItem", UPDATE("NONE"), "{}");
}

static void nothing_to_return_is_no_member(void **state)
{
    create_notes(*state);
    SAYS(*state, "UpdateItem",
         "{" NOTE ",'UpdateExpression':'SET x = :v','ReturnValues':'ALL_OLD'," VALUE("{'N':'5'}") "}", "{}");
    SAYS(*state, "UpdateItem", "{" NOTE ",'UpdateExpression':'REMOVE x','ReturnValues':'UPDATED_NEW'}", "{}");
    SAYS(*state, "UpdateItem", "{" NOTE ",'ReturnValues':'UPDATED_NEW'}", "{}");
}

static void a_key_is_never_updated(void **state)
{
    create_notes(*state);
    SAYS(
        *state, "UpdateItem", "{" NOTE ",'UpdateExpression':'SET x = :v, pk = :v'," VALUE("{'S':'a'}") "}",
        "ValidationException: One or more parameter values were invalid: Cannot update attribute pk. This attribute is "
        "part of the key");
}

static void a_failed_condition_leaves_the_item(void **state)
{
    create_notes(*state);
    SAYS(*state, "UpdateItem", "{" NOTE ",'UpdateExpression':'SET x = :v'," VALUE("{'N':'1'}") "}", "{}");
    SAYS(*state, "UpdateItem",
         "{" NOTE ",'UpdateExpression':'SET x = :v','ConditionExpression':'x > :v',"
         "'ReturnValuesOnConditionCheckFailure':'ALL_OLD'," VALUE("{'N':'3'}") "}",
         "ConditionalCheckFailedException: The conditional request failed,'Item':{'pk':{'S':'a'},'x':{'N':'1'}}");
    SAYS(*state, "GetItem", GET, "{'Item':{'pk':{'S':'a'},'x':{'N':'1'}}}");
}

static void an_update_that_cannot_be_is_refused_whole(void **state)
{
    create_notes(*state);
    SAYS(*state, "UpdateItem", "{" NOTE ",'UpdateExpression':'SET x = :v, y = z'," VALUE("{'N':'1'}") "}",
         "ValidationException: The provided expression refers to an attribute that does not exist in the item");
    SAYS(*state, "GetItem", GET, "{}");
}

static void keys_of_indexes_keep_their_types(void **state)
{
    create_posts(*state);
    HAS(*state, "UpdateItem",
        "{'TableName':'posts','Key':{'pk':{'S':'a'},'sk':{'S':'1'}},'UpdateExpression':'SET #d = "
        ":v','ExpressionAttributeNames':{'#d':'day'}," VALUE("{'S':'x'}") "}",
        "ValidationException");
    HAS(*state, "UpdateItem",
        "{'TableName':'posts','Key':{'pk':{'S':'a'},'sk':{'S':'1'}},'UpdateExpression':'SET #d = "
        ":v','ExpressionAttributeNames':{'#d':'day'}," VALUE("{'N':'7'}") "}",
        "{}");
}

static void an_updated_item_has_at_most_400_kilobytes(void **state)
{
    create_songs(*state);
    put_song(*state, "a", 1, 409600 - 3 - 4 - 1);
    SAYS(*state, "UpdateItem",
         "{'TableName':'songs','Key':{'pk':{'S':'a'},'sk':{'N':'1'}},'UpdateExpression':'SET x = :v'," VALUE(
             "{'NULL':true}") "}",
         "ValidationException: Item size to update has exceeded the maximum allowed size");
}

static void an_index_follows(void **state)
{
    create_posts(*state);
#define SET_AUTHOR(name)                                                                                               \
    "{'TableName':'posts','Key':{'pk':{'S':'a'},'sk':{'S':'1'}},'UpdateExpression':'SET author = :v'," VALUE(          \
        "{'S':'" name "'}") ",'ReturnConsumedCapacity':'INDEXES'}"
#define BY_AUTHOR(name)                                                                                                \
    "{'TableName':'posts','IndexName':'by_all','KeyConditionExpression':'author = :v'," VALUE("{'S':'" name "'}") "}"
    HAS(*state, "UpdateItem", SET_AUTHOR("me"), "'by_all':{'CapacityUnits':1.0}");
    HAS(*state, "UpdateItem", SET_AUTHOR("you"), "'by_all':{'CapacityUnits':2.0}");
    HAS(*state, "Query", BY_AUTHOR("me"), "'Count':0");
    HAS(*state, "Query", BY_AUTHOR("you"), "'Count':1");
}

static void older_updates_still_work(void **state)
{
    create_notes(*state);
    SAYS(*state, "UpdateItem",
         "{" NOTE ",'AttributeUpdates':{'n':{'Action':'ADD','Value':{'N':'2'}},'s':{'Value':{'S':'t'}}},"
         "'ReturnValues':'UPDATED_NEW'}",
         "{'Attributes':{'n':{'N':'2'},'s':{'S':'t'}}}");
    SAYS(*state, "UpdateItem",
         "{" NOTE ",'AttributeUpdates':{'n':{'Action':'ADD','Value':{'N':'3'}},'s':{'Action':'DELETE'}},"
         "'Expected':{'n':{'Value':{'N':'2'}}},'ReturnValues':'ALL_NEW'}",
         "{'Attributes':{'pk':{'S':'a'},'n':{'N':'5'}}}");
    HAS(*state, "UpdateItem", "{" NOTE ",'AttributeUpdates':{'pk':{'Action':'DELETE'}}}",
        "Cannot update attribute pk. This attribute is part of the key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(an_update_of_nothing_makes_an_item),
        OPERATION_TEST(all_five_return_values),
        OPERATION_TEST(nothing_to_return_is_no_member),
        OPERATION_TEST(a_key_is_never_updated),
        OPERATION_TEST(a_failed_condition_leaves_the_item),
        OPERATION_TEST(an_update_that_cannot_be_is_refused_whole),
        OPERATION_TEST(keys_of_indexes_keep_their_types),
        OPERATION_TEST(an_updated_item_has_at_most_400_kilobytes),
        OPERATION_TEST(an_index_follows),
        OPERATION_TEST(older_updates_still_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
