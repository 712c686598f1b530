/* Endpoints by wish, environment and profile. */
#include "aws/endpoint/endpoint.h"

static dynox_status read_accounts(dynox__endpoint_config *config, dynox_account_endpoints wish,
                                  const dynox__settings *settings, dynox_error *error)
{
    /* in the order of dynox_account_endpoints */
    static const char *const modes[] = {"preferred", "disabled", "required", NULL};
    unsigned                 mode    = 0;
    dynox_status             status  = DYNOX_OK;
    if (wish == DYNOX_ACCOUNT_ENDPOINTS_DEFAULT)
        status = dynox__settings_word(settings, DYNOX__SETTING_ACCOUNT_ENDPOINTS, modes, 0, &mode, error);
    else
        mode = (unsigned)wish - DYNOX_ACCOUNT_ENDPOINTS_PREFERRED;
    config->accounts = (dynox_account_endpoints)(DYNOX_ACCOUNT_ENDPOINTS_PREFERRED + mode);
    return status;
}

static dynox_status read_global(dynox__endpoint_config *config, const dynox__settings *settings, dynox_error *error)
{
    static const char *const words[] = {"regional", "legacy", NULL};
    unsigned                 word;
    if (!config->rules->global) return DYNOX_OK;
    dynox_status status = dynox__settings_word(settings, DYNOX__SETTING_STS_ENDPOINTS, words, 0, &word, error);
    config->global      = word == 1;
    return status;
}

static dynox_status read_url(dynox__endpoint_config *config, const char *wish, const dynox__settings *settings,
                             dynox_error *error)
{
    dynox__found    found    = {.source = "the endpoint"};
    dynox__endpoint endpoint = {0};
    dynox_status    status   = DYNOX_OK;
    if (dynox__is_blank(wish)) {
        status = dynox__settings_endpoint(settings, config->rules->id, &config->url, &found, error);
    } else {
        config->url = dynox__strdup(wish);
        if (!config->url) status = dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    }
    if (status != DYNOX_OK || !config->url) return status;
    memcpy(config->source, found.source, sizeof config->source);
    status = dynox__endpoint_parse(&endpoint, config->url, config->source, error);
    dynox__endpoint_free(&endpoint);
    return status;
}

/* Wishes that do not go together, whatever account calls, are found now and not at each request. */
static dynox_status check_together(const dynox__endpoint_config *config, dynox_error *error)
{
    dynox__endpoint_answer ignored;
    return dynox__endpoint_ask(config, "000000000000", NULL, false, &ignored, error);
}

dynox_status dynox__endpoint_configure(dynox__endpoint_config *config, const dynox__endpoint_rules *rules,
                                       const dynox__endpoint_wishes *wishes, const dynox__settings *settings,
                                       dynox_error *error)
{
    bool fips           = wishes->fips;
    *config             = (dynox__endpoint_config){.rules = rules};
    dynox_status status = dynox__settings_region(settings, wishes->region, &config->region, &fips, error);
    if (status == DYNOX_OK) status = dynox__settings_bool(settings, fips, DYNOX__SETTING_FIPS, &config->fips, error);
    if (status == DYNOX_OK)
        status =
            dynox__settings_bool(settings, wishes->dual_stack, DYNOX__SETTING_DUAL_STACK, &config->dual_stack, error);
    if (status == DYNOX_OK) status = read_accounts(config, wishes->accounts, settings, error);
    if (status == DYNOX_OK) status = read_global(config, settings, error);
    if (status == DYNOX_OK) status = read_url(config, wishes->url, settings, error);
    if (status == DYNOX_OK) status = check_together(config, error);
    return status;
}

void dynox__endpoint_config_free(dynox__endpoint_config *config)
{
    dynox__free(config->region);
    dynox__free(config->url);
    *config = (dynox__endpoint_config){0};
}

dynox_status dynox__endpoint_ask(const dynox__endpoint_config *config, const char *account_id, const char *resource,
                                 bool search, dynox__endpoint_answer *answer, dynox_error *error)
{
    dynox__endpoint_question question = {.region     = config->region,
                                         .url        = config->url,
                                         .fips       = config->fips,
                                         .dual_stack = config->dual_stack,
                                         .accounts   = config->accounts,
                                         .account_id = account_id,
                                         .resource   = resource,
                                         .search     = search,
                                         .global     = config->global};
    return dynox__endpoint_rule(config->rules, &question, answer, error);
}

dynox_status dynox__endpoint_make(dynox__endpoint *endpoint, const dynox__endpoint_config *config,
                                  const dynox__endpoint_answer *answer, dynox_error *error)
{
    *endpoint = (dynox__endpoint){
        .custom = !answer->url[0], .of_account = answer->of_account, .signing_region = answer->signing_region};
    return endpoint->custom ? dynox__endpoint_parse(endpoint, config->url, config->source, error)
                            : dynox__endpoint_parse(endpoint, answer->url, "the endpoint", error);
}

dynox_status dynox__endpoint_find(dynox__endpoint *endpoint, const dynox__endpoint_rules *rules,
                                  const dynox__endpoint_wishes *wishes, const dynox__settings *settings,
                                  dynox_error *error)
{
    dynox__endpoint_config config;
    dynox__endpoint_answer answer;
    *endpoint           = (dynox__endpoint){0};
    dynox_status status = dynox__endpoint_configure(&config, rules, wishes, settings, error);
    if (status == DYNOX_OK) status = dynox__endpoint_ask(&config, NULL, NULL, false, &answer, error);
    if (status == DYNOX_OK) status = dynox__endpoint_make(endpoint, &config, &answer, error);
    dynox__endpoint_config_free(&config);
    return status;
}
