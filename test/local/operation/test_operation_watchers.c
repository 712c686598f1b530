/* Contributor insights and Kinesis streams of tables: kept and told. */
#include "tables.h"

static void insights_are_switched_on_and_off(void **state)
{
    local_fixture *local = *state;
    create_posts(local);
    create_notes(local);
    SAYS(local, "DescribeContributorInsights", "{'TableName':'posts'}",
         "{'TableName':'posts','ContributorInsightsStatus':'DISABLED'}");
    SAYS(local, "UpdateContributorInsights", "{'TableName':'posts','ContributorInsightsAction':'ENABLE'}",
         "{'TableName':'posts','ContributorInsightsStatus':'ENABLING'}");
    SAYS(local, "UpdateContributorInsights",
         "{'TableName':'posts','IndexName':'by_all','ContributorInsightsAction':'ENABLE'}",
         "{'TableName':'posts','IndexName':'by_all','ContributorInsightsStatus':'ENABLING'}");
    SAYS(local, "DescribeContributorInsights", "{'TableName':'posts','IndexName':'by_all'}",
         "{'TableName':'posts','IndexName':'by_all','ContributorInsightsStatus':'ENABLED'}");
    SAYS(local, "ListContributorInsights", "{}",
         "{'ContributorInsightsSummaries':[{'TableName':'posts','ContributorInsightsStatus':'ENABLED'},{'TableName':"
         "'posts','IndexName':'by_all','ContributorInsightsStatus':'ENABLED'}]}");
    SAYS(local, "ListContributorInsights", "{'TableName':'notes'}", "{'ContributorInsightsSummaries':[]}");
    HAS(local, "UpdateContributorInsights", "{'TableName':'posts','ContributorInsightsAction':'DISABLE'}", "DISABLING");
    HAS(local, "DescribeContributorInsights", "{'TableName':'posts'}", "DISABLED");
    HAS(local, "DescribeContributorInsights", "{'TableName':'posts','IndexName':'by_all'}", "ENABLED");
    HAS(local, "UpdateContributorInsights",
        "{'TableName':'posts','IndexName':'none','ContributorInsightsAction':'ENABLE'}", "ResourceNotFoundException");
}

static void streams_of_kinesis_are_switched_on_and_off(void **state)
{
    local_fixture *local = *state;
    create_notes(local);
#define OF(arn) "{'TableName':'notes','StreamArn':'" arn "'}"
    SAYS(local, "EnableKinesisStreamingDestination", OF("arn:1"),
         "{'TableName':'notes','StreamArn':'arn:1','DestinationStatus':'ENABLING'}");
    HAS(local, "EnableKinesisStreamingDestination", OF("arn:12"), "ENABLING");
    HAS(local, "EnableKinesisStreamingDestination", OF("arn:1"), "must be DISABLED or ENABLE_FAILED");
    SAYS(local, "DescribeKinesisStreamingDestination", "{'TableName':'notes'}",
         "{'TableName':'notes','KinesisDataStreamDestinations':[{'StreamArn':'arn:1','DestinationStatus':'ACTIVE'},{"
         "'StreamArn':'arn:12','DestinationStatus':'ACTIVE'}]}");
    HAS(local, "UpdateKinesisStreamingDestination", OF("arn:12"), "UPDATING");
    HAS(local, "DisableKinesisStreamingDestination", OF("arn:1"), "DISABLING");
    HAS(local, "DisableKinesisStreamingDestination", OF("arn:1"), "must be ACTIVE");
    HAS(local, "DisableKinesisStreamingDestination", OF("arn:12"), "DISABLING");
    SAYS(local, "DescribeKinesisStreamingDestination", "{'TableName':'notes'}",
         "{'TableName':'notes','KinesisDataStreamDestinations':[]}");
    HAS(local, "EnableKinesisStreamingDestination", OF("a,b"), "ValidationException");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(insights_are_switched_on_and_off),
        OPERATION_TEST(streams_of_kinesis_are_switched_on_and_off),
    };
    return cmocka_run_group_tests_name("watchers", tests, NULL, NULL);
}
