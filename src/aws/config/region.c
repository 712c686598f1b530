/* Names of regions, and the table of partitions. */
#include "aws/config/region.h"
#include <string.h>

static const dynox__partition partitions[] = {
    {"aws", "amazonaws.com", "api.aws", "us eu ap sa ca me af il mx "},
    {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn "},
    {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de "},
    {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso "},
    {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob "},
    {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe "},
    {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof "},
    {"aws-us-gov", "amazonaws.com", "api.aws", "us-gov "},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "-west-1": a word and a number. */
static bool is_rest(const char *text)
{
    const char *word = text + 1;
    if (*text != '-') return false;
    for (text = word; is_letter(*text) || is_digit(*text) || *text == '_'; text++)
        continue;
    if (text == word || *text != '-' || !text[1]) return false;
    return text[1 + strspn(text + 1, "0123456789")] == 0;
}

static bool is_in(const dynox__partition *partition, const char *region)
{
    size_t length = strlen(partition->name);
    if (strncmp(region, partition->name, length) == 0 && strcmp(region + length, "-global") == 0) return true;
    for (const char *start = partition->starts; *start; start += length + 1) {
        length = strcspn(start, " ");
        if (strncmp(region, start, length) == 0 && is_rest(region + length)) return true;
    }
    return false;
}

const dynox__partition *dynox__partition_of(const char *region)
{
    for (size_t i = 0; i < sizeof partitions / sizeof partitions[0]; i++)
        if (is_in(&partitions[i], region)) return &partitions[i];
    return &partitions[0];
}

bool dynox__is_host_label(const char *text)
{
    size_t length = strlen(text);
    bool   other  = false; /* than digits */
    if (length < 1 || length > 63 || text[0] == '-' || text[length - 1] == '-') return false;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (!is_digit(c) && c != '-' && !is_letter(c)) return false;
        other = other || !is_digit(c);
    }
    return other;
}
