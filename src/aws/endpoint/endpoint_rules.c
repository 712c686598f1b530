/* URLs of services, by rule. */
#include "aws/endpoint/endpoint_rules.h"
#include "aws/config/region.h"
#include "base/ascii.h"
#include <string.h>

const dynox__endpoint_rules dynox__endpoint_dynamodb = {.id         = "dynamodb",
                                                        .plain      = "dynamodb",
                                                        .fips       = "dynamodb-fips",
                                                        .dual_stack = "dynamodb",
                                                        .both       = "dynamodb-fips",
                                                        .gov_fips   = "dynamodb",
                                                        .local      = true,
                                                        .accounts   = true};
const dynox__endpoint_rules dynox__endpoint_streams  = {.id         = "dynamodb_streams",
                                                        .plain      = "streams.dynamodb",
                                                        .fips       = "streams.dynamodb-fips",
                                                        .dual_stack = "streams-dynamodb",
                                                        .both       = "streams-dynamodb-fips",
                                                        .gov_fips   = "streams.dynamodb",
                                                        .local      = true};
const dynox__endpoint_rules dynox__endpoint_sts      = {.id         = "sts",
                                                        .plain      = "sts",
                                                        .fips       = "sts-fips",
                                                        .dual_stack = "sts",
                                                        .both       = "sts-fips",
                                                        .gov_fips   = "sts",
                                                        .global     = true};
const dynox__endpoint_rules dynox__endpoint_kms      = {
         .id = "kms", .plain = "kms", .fips = "kms-fips", .dual_stack = "kms", .both = "kms-fips", .gov_fips = "kms-fips"};
const dynox__endpoint_rules dynox__endpoint_sso      = {.id         = "sso",
                                                        .plain      = "portal.sso",
                                                        .fips       = "portal.sso-fips",
                                                        .dual_stack = "portal.sso",
                                                        .both       = "portal.sso-fips",
                                                        .gov_fips   = "portal.sso"};
const dynox__endpoint_rules dynox__endpoint_sso_oidc = {.id         = "sso_oidc",
                                                        .plain      = "oidc",
                                                        .fips       = "oidc-fips",
                                                        .dual_stack = "oidc",
                                                        .both       = "oidc-fips",
                                                        .gov_fips   = "oidc"};

const dynox__endpoint_rules dynox__endpoint_s3 = {.id         = "s3",
                                                  .plain      = "s3",
                                                  .fips       = "s3-fips",
                                                  .dual_stack = "s3.dualstack",
                                                  .both       = "s3-fips.dualstack",
                                                  .gov_fips   = "s3-fips",
                                                  .one_suffix = true};

static dynox_status refuse(dynox_error *error, const char *why)
{
    return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%s", why);
}

static dynox_status write_url(dynox__endpoint_answer *answer, dynox_error *error, const char *host, const char *region,
                              const char *suffix)
{
    int length = snprintf(answer->url, sizeof answer->url, "https://%s.%s.%s", host, region, suffix);
    if (length > 0 && (size_t)length < sizeof answer->url) return DYNOX_OK;
    return refuse(error, "Invalid Configuration: the name of the region is too long");
}

/* ---- a URL of the user ---- */

static bool is_dual_stack_host(const char *url, const char *region)
{
    char        host[320];
    const char *start = strstr(url, "://");
    if (!region || !start) return false;
    snprintf(host, sizeof host, "dynamodb.%s.%s", region, dynox__partition_of(region)->dual_stack_suffix);
    size_t length = strcspn(start += 3, "/");
    return length == strlen(host) && dynox__ascii_same_n(start, host, length);
}

static dynox_status check_custom(const dynox__endpoint_rules *rules, const dynox__endpoint_question *question,
                                 dynox_error *error)
{
    if (question->fips) return refuse(error, "Invalid Configuration: FIPS and custom endpoint are not supported");
    if (question->dual_stack)
        return refuse(error, "Invalid Configuration: Dualstack and custom endpoint are not supported");
    if (rules->accounts && is_dual_stack_host(question->url, question->region))
        return refuse(error, "Endpoint override is not supported for dual-stack endpoints. Please enable dual-stack "
                             "functionality by enabling the configuration. For more details, see: "
                             "https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html");
    return DYNOX_OK;
}

/* ---- accounts ---- */

static bool is_label(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c == '-' && i)) continue;
        return false;
    }
    return length > 0 && length <= 63;
}

/* The account of arn:partition:dynamodb:REGION:ACCOUNT:resource. */
static bool account_of(const char *arn, const char *region, const char **account, size_t *length)
{
    const char *parts[6] = {arn};
    size_t      lengths[6];
    for (size_t i = 0; i < 5; i++) {
        const char *colon = strchr(parts[i], ':');
        if (!colon) return false;
        lengths[i]   = (size_t)(colon - parts[i]);
        parts[i + 1] = colon + 1;
    }
    *account = parts[4];
    *length  = lengths[4];
    return lengths[0] == 3 && strncmp(arn, "arn", 3) == 0 && lengths[1] && lengths[2] == 8 &&
           strncmp(parts[2], "dynamodb", 8) == 0 && lengths[3] == strlen(region) &&
           strncmp(parts[3], region, lengths[3]) == 0 && parts[5][0] && is_label(*account, *length);
}

/* *answer->url stays empty where the ordinary host is right. */
static dynox_status by_account(const dynox__endpoint_question *question, const dynox__partition *partition,
                               dynox__endpoint_answer *answer, dynox_error *error)
{
    char        host[96];
    const char *account  = question->account_id;
    size_t      length   = account ? strlen(account) : 0;
    bool        required = question->accounts == DYNOX_ACCOUNT_ENDPOINTS_REQUIRED;
    if (!required && question->accounts != DYNOX_ACCOUNT_ENDPOINTS_PREFERRED) return DYNOX_OK;
    if (question->fips || strcmp(partition->name, "aws") != 0) {
        if (!required) return DYNOX_OK;
        return refuse(error, question->fips ? "Invalid Configuration: AccountIdEndpointMode is required and FIPS is "
                                              "enabled, but FIPS account endpoints are not supported"
                                            : "Invalid Configuration: AccountIdEndpointMode is required but account "
                                              "endpoints are not supported in this partition");
    }
    bool of_resource = question->resource && account_of(question->resource, question->region, &account, &length);
    if (!of_resource) {
        account = question->account_id;
        length  = account ? strlen(account) : 0;
    }
    if (account && !is_label(account, length))
        return refuse(error, "Credentials-sourced account ID parameter is invalid");
    if (!account && required)
        return refuse(error, "AccountIdEndpointMode is required but no AccountID was provided or able to be loaded");
    if (!account) return DYNOX_OK;
    snprintf(host, sizeof host, "%.*s.%s", (int)length, account, question->search ? "search-ddb" : "ddb");
    answer->of_account = true;
    return write_url(answer, error, host, question->region,
                     question->dual_stack ? partition->dual_stack_suffix : partition->dns_suffix);
}

/* ---- STS ---- */

/* Of the time before services had a host in every region. */
static bool is_global(const dynox__endpoint_question *question)
{
    static const char *const old[] = {"ap-northeast-1", "ap-south-1",   "ap-southeast-1", "ap-southeast-2",
                                      "ca-central-1",   "eu-central-1", "eu-north-1",     "eu-west-1",
                                      "eu-west-2",      "eu-west-3",    "sa-east-1",      "us-east-1",
                                      "us-east-2",      "us-west-1",    "us-west-2"};
    if (question->fips || question->dual_stack) return false;
    if (strcmp(question->region, "aws-global") == 0) return true;
    for (size_t i = 0; question->global && i < sizeof old / sizeof old[0]; i++)
        if (strcmp(question->region, old[i]) == 0) return true;
    return false;
}

/* ---- all together ---- */

static dynox_status use_local(const dynox__endpoint_question *question, dynox__endpoint_answer *answer,
                              dynox_error *error)
{
    if (question->fips) return refuse(error, "Invalid Configuration: FIPS and local endpoint are not supported");
    if (question->dual_stack)
        return refuse(error, "Invalid Configuration: Dualstack and local endpoint are not supported");
    answer->signing_region = "us-east-1";
    snprintf(answer->url, sizeof answer->url, "http://localhost:8000");
    return DYNOX_OK;
}

static dynox_status by_region(const dynox__endpoint_rules *rules, const dynox__endpoint_question *question,
                              const dynox__partition *partition, dynox__endpoint_answer *answer, dynox_error *error)
{
    char        host[64];
    bool        dual  = question->dual_stack && !rules->one_suffix;
    const char *start = question->dual_stack ? rules->dual_stack : rules->plain;
    if (rules->one_suffix && question->fips && strcmp(partition->name, "aws-cn") == 0)
        return refuse(error, "Partition does not support FIPS");
    if (question->fips && question->dual_stack)
        start = rules->both;
    else if (question->fips)
        start = strcmp(partition->name, "aws-us-gov") == 0 ? rules->gov_fips : rules->fips;
    snprintf(host, sizeof host, "%s%s", question->search ? "search-" : "", start);
    return write_url(answer, error, host, question->region,
                     dual ? partition->dual_stack_suffix : partition->dns_suffix);
}

dynox_status dynox__endpoint_rule(const dynox__endpoint_rules *rules, const dynox__endpoint_question *question,
                                  dynox__endpoint_answer *answer, dynox_error *error)
{
    *answer = (dynox__endpoint_answer){0};
    if (question->url) return check_custom(rules, question, error);
    if (!question->region) return refuse(error, "Invalid Configuration: Missing Region");
    if (rules->local && strcmp(question->region, "local") == 0) return use_local(question, answer, error);
    if (rules->global && is_global(question)) {
        answer->signing_region = "us-east-1";
        snprintf(answer->url, sizeof answer->url, "https://sts.amazonaws.com");
        return DYNOX_OK;
    }
    const dynox__partition *partition = dynox__partition_of(question->region);
    dynox_status            status    = DYNOX_OK;
    if (rules->accounts) status = by_account(question, partition, answer, error);
    if (status != DYNOX_OK || answer->of_account) return status;
    return by_region(rules, question, partition, answer, error);
}
