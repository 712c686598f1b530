/* Credentials that a command of the user's writes to its standard output: credential_process. */
#include "services/format/json_credentials.h"
#include "services/source/secret_file.h"
#include "services/source/source.h"
#include "services/source/subprocess.h"

enum { LONGEST_RUN_MS = 60000, LONGEST_WORD = 64 };

typedef struct process_provider {
    dynox_credentials_provider provider;
    dynox__kept_context        kept;
} process_provider;

/* All of a command that may be shown: what follows may be a secret, and so may what is assigned to a variable. */
static void first_word(char word[LONGEST_WORD], const char *command)
{
    size_t blanks = strspn(command, " \t\r\n\"'");
    size_t length = strcspn(command + blanks, " \t\r\n\"'=;&|<>()$`");
    if (length >= LONGEST_WORD) length = LONGEST_WORD - 1;
    memcpy(word, command + blanks, length);
    word[length] = 0;
}

static dynox_status explain(dynox_status status, const dynox__subprocess *run, const char *word, dynox_error *error)
{
    const char *colon = run->words[0] ? ": " : "";
    if (status == DYNOX_E_NO_MEMORY) return dynox_error_set(error, status, "out of memory");
    if (status == DYNOX_E_TIMEOUT)
        return dynox_error_set(error, DYNOX_E_CREDENTIALS,
                               "credential_process (%s ...) did not end within %d s and was killed%s%s", word,
                               LONGEST_RUN_MS / 1000, colon, run->words);
    if (status == DYNOX_E_TOO_LARGE)
        return dynox_error_set(error, DYNOX_E_CREDENTIALS,
                               "credential_process (%s ...) wrote more than 64 KiB and was killed", word);
    if (status == DYNOX_E_SYSTEM)
        return dynox_error_set(error, DYNOX_E_CREDENTIALS, "credential_process (%s ...) could not be run%s%s", word,
                               colon, run->words);
    return dynox_error_set(error, DYNOX_E_CREDENTIALS, "credential_process (%s ...) ended with exit code %d%s%s", word,
                           run->exit_code, colon, run->words);
}

static dynox_status process_fetch(dynox_credentials_provider *provider, dynox_credentials **credentials,
                                  dynox_error *error)
{
    const dynox__profile *profile = ((process_provider *)provider)->kept.context.profile;
    const char           *command = dynox__profile_get(profile, "credential_process");
    char                  word[LONGEST_WORD], what[LONGEST_WORD + 64];
    dynox__subprocess     run;
    first_word(word, command);
    snprintf(what, sizeof what, "the output of credential_process (%s ...)", word);
    dynox_status status = dynox__subprocess_run(&run, command, LONGEST_RUN_MS);
    /* -1: nobody knows how it ended, so the output has to speak for itself */
    if (status != DYNOX_OK || run.exit_code > 0)
        status = explain(status, &run, word, error);
    else
        status = dynox__json_credentials_process(
            run.output.data, run.output.size, dynox__profile_get(profile, "aws_account_id"), what, credentials, error);
    dynox__secret_free(&run.output);
    return status;
}

static void process_destroy(dynox_credentials_provider *provider)
{
    dynox__context_free(&((process_provider *)provider)->kept);
}

static const dynox__source_class process_class = {.provider = {.name    = "credential_process",
                                                               .feature = "v,w",
                                                               .load    = dynox__source_load,
                                                               .destroy = process_destroy},
                                                  .fetch    = process_fetch};

dynox_credentials_provider *dynox__provider_process(const dynox__source_context *context, dynox_error *error)
{
    if (!dynox__profile_get(context->profile, "credential_process")) {
        dynox_error_set(error, DYNOX_E_CONFIGURATION, "the profile has no credential_process");
        return NULL;
    }
    process_provider *made = dynox__provider_new(&process_class.provider, sizeof *made);
    if (made && dynox__context_keep(&made->kept, context)) return &made->provider;
    if (made) dynox_credentials_provider_release(&made->provider);
    dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
    return NULL;
}
