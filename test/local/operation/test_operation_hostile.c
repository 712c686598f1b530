/* Requests of every wrong shape, straight to the operations: whatever comes, they answer, refuse, and stay whole.
 * Nothing checks members before them here, as validate/ does in an engine. */
#include "tables.h"

#define ARN "'arn:aws:dynamodb:ddblocal:000000000000:table/songs'"

static const char *const requests[][2] = {
    {"CreateTable",
     "{'TableName':'t','AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'},{'AttributeName':'g',"
     "'AttributeType':'N'}],'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'g','KeyType':'RANGE'"
     "}],"
     "'ProvisionedThroughput':{'ReadCapacityUnits':1,'WriteCapacityUnits':1},'LocalSecondaryIndexes':[{'IndexName':'"
     "loc',"
     "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'},{'AttributeName':'g','KeyType':'RANGE'}],'Projection':{"
     "'ProjectionType':'ALL'}}],'GlobalSecondaryIndexes':[{'IndexName':'idx','KeySchema':[{'AttributeName':'g','"
     "KeyType':"
     "'HASH'}],'Projection':{'ProjectionType':'INCLUDE','NonKeyAttributes':['x']},'ProvisionedThroughput':{"
     "'ReadCapacityUnits':1,'WriteCapacityUnits':1}}],'StreamSpecification':{'StreamEnabled':true,'StreamViewType':"
     "'KEYS_ONLY'},'SSESpecification':{'Enabled':true,'KMSMasterKeyId':'k'},'Tags':[{'Key':'k','Value':'v'}],"
     "'OnDemandThroughput':{'MaxReadRequestUnits':1},'TableClass':'STANDARD','DeletionProtectionEnabled':false}"},
    {"UpdateTable",
     "{'TableName':'songs','AttributeDefinitions':[{'AttributeName':'g','AttributeType':'S'}],'BillingMode':"
     "'PAY_PER_REQUEST','GlobalSecondaryIndexUpdates':[{'Create':{'IndexName':'idx','KeySchema':[{'AttributeName':'g',"
     "'KeyType':'HASH'}],'Projection':{'ProjectionType':'ALL'}}}],'StreamSpecification':{'StreamEnabled':true,"
     "'StreamViewType':'KEYS_ONLY'},'SSESpecification':{'Enabled':false},'TableClass':'STANDARD'}"},
    {"UpdateTable",
     "{'TableName':'songs','GlobalSecondaryIndexUpdates':[{'Update':{'IndexName':'x','OnDemandThroughput':{"
     "'MaxReadRequestUnits':1}}},{'Delete':{'IndexName':'y'}}]}"},
    {"DescribeTable", "{'TableName':'songs'}"},
    {"DeleteTable", "{'TableName':'songs'}"},
    {"ListTables", "{'Limit':2,'ExclusiveStartTableName':'a'}"},
    {"UpdateTimeToLive", "{'TableName':'songs','TimeToLiveSpecification':{'Enabled':true,'AttributeName':'ttl'}}"},
    {"DescribeTimeToLive", "{'TableName':'songs'}"},
    {"TagResource", "{'ResourceArn':" ARN ",'Tags':[{'Key':'a','Value':'b'},{'Key':'c','Value':'d'}]}"},
    {"UntagResource", "{'ResourceArn':" ARN ",'TagKeys':['a','c']}"},
    {"ListTagsOfResource", "{'ResourceArn':" ARN "}"},
    {"PutResourcePolicy", "{'ResourceArn':" ARN ",'Policy':'{}'}"},
    {"GetResourcePolicy", "{'ResourceArn':" ARN "}"},
    {"UpdateContinuousBackups",
     "{'TableName':'songs','PointInTimeRecoverySpecification':{'PointInTimeRecoveryEnabled':true}}"},
    {"DescribeContinuousBackups", "{'TableName':'songs'}"},
    {"CreateBackup", "{'TableName':'songs','BackupName':'b'}"},
    {"ListBackups", "{'TableName':'songs','Limit':1,'TimeRangeLowerBound':1,'TimeRangeUpperBound':2,"
                    "'ExclusiveStartBackupArn':'a','BackupType':'ALL'}"},
    {"DescribeBackup", "{'BackupArn':'a:table/songs/backup/x'}"},
    {"RestoreTableFromBackup", "{'TargetTableName':'t','BackupArn':'a:table/songs/backup/x'}"},
    {"RestoreTableToPointInTime",
     "{'SourceTableName':'songs','TargetTableName':'t','RestoreDateTime':1700000000,'BillingModeOverride':'PROVISIONED'"
     ","
     "'ProvisionedThroughputOverride':{'ReadCapacityUnits':1},'GlobalSecondaryIndexOverride':[{'IndexName':'x'}],"
     "'LocalSecondaryIndexOverride':[],'SSESpecificationOverride':{'Enabled':true}}"},
    {"ListStreams", "{'TableName':'songs','Limit':1,'ExclusiveStartStreamArn':'a:table/songs/stream/x'}"},
    {"DescribeStream",
     "{'StreamArn':'a:table/songs/stream/x','Limit':1,'ExclusiveStartShardId':'s','ShardFilter':{'Type':"
     "'CHILD_SHARDS'}}"},
    {"GetShardIterator", "{'StreamArn':'a:table/songs/stream/x','ShardId':'s','ShardIteratorType':'LATEST',"
                         "'SequenceNumber':'1'}"},
    {"GetRecords", "{'ShardIterator':'a:table/songs/stream/x|1|1|1','Limit':1}"},
    {"DescribeContributorInsights", "{'TableName':'songs'}"},
    {"DescribeKinesisStreamingDestination", "{'TableName':'songs'}"},
    {"DescribeGlobalTable", "{'GlobalTableName':'songs'}"},
};

static const char *const instead[] = {"null", "true",       "0",           "-1",    "1e400", "99999999999999999999",
                                      "\"\"", "\"x\"",      "\"\\u0000\"", "[]",    "[[]]",  "[1]",
                                      "{}",   "{\"a\":{}}", "[{}]",        "[null]"};

/* How far a value goes that begins here: quotes and brackets are those of this file's own texts. */
static size_t length_of(const char *json)
{
    size_t depth = 0, at = 0;
    bool   text = false;
    do {
        char is = json[at];
        if (is == '"') text = !text;
        if (!text && (is == '{' || is == '[')) depth++;
        if (!text && (is == '}' || is == ']') && depth-- == 0) return at;
        if (!text && !depth && is == ',') return at;
        at++;
    } while (json[at]);
    return at;
}

static unsigned tried;

static void try_one(local_fixture *local, const char *operation, const char *json, size_t from, size_t length)
{
    static char changed[8192];
    for (size_t i = 0; i < sizeof instead / sizeof *instead; i++) {
        snprintf(changed, sizeof changed, "%.*s%s%s", (int)from, json, instead[i], json + from + length);
        const char *said = local_do(local, operation, changed);
        tried++;
        if (strstr(said, "InternalServerError")) fail_msg("%s %s: %s", operation, changed, said);
    }
}

static void any_member_may_be_anything(void **state)
{
    local_fixture *local = *state;
    create_songs(local);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        static char json[8192];
        snprintf(json, sizeof json, "%s", quoted(requests[i][1]));
        for (size_t at = 0; json[at]; at++) {
            bool begins =
                at == 0 || json[at - 1] == ':' || json[at - 1] == '[' || (json[at - 1] == ',' && json[at] == '{');
            /* Colons within a text are no places where a value begins; what comes of them is no JSON. */
            if (!begins || (at > 0 && json[at - 1] == ':' && json[at - 2] != '"')) continue;
            size_t length = length_of(json + at);
            if (length) try_one(local, requests[i][0], json, at, length);
        }
        bool more = true;
        while (more)
            assert_true(local_end(local, dynox__table_upkeep(local_begin(local, "", "{}", true), 100, &more)));
        if (strstr(local_do(local, "DescribeTable", "{\"TableName\":\"songs\"}"), "NotFound")) create_songs(local);
    }
    assert_true(tried > 1500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OPERATION_TEST(any_member_may_be_anything),
    };
    return cmocka_run_group_tests_name("hostile requests", tests, NULL, NULL);
}
