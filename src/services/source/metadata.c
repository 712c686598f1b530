/* Which URLs have credentials of containers and instances. */
#include "services/source/metadata.h"
#include "aws/endpoint/endpoint.h"
#include "base/ascii.h"
#include <arpa/inet.h>

static const char relative_name[] = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
static const char full_name[]     = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

static dynox_status keep(char **url, const char *start, const char *rest, dynox_error *error)
{
    dynox__buffer whole = {0};
    dynox__buffer_text(&whole, start);
    dynox__buffer_text(&whole, rest);
    dynox__buffer_byte(&whole, 0);
    *url = whole.data;
    if (!whole.failed) return DYNOX_OK;
    dynox__buffer_free(&whole);
    *url = NULL;
    return dynox_error_set(error, DYNOX_E_NO_MEMORY, "out of memory");
}

/* Only as addresses, and only in their usual form: what a name stands for may change between the look and the use. */
static bool is_allowed_host(const char *host)
{
    static const char *const fours[] = {"169.254.170.2", "169.254.170.23"};
    static const char *const sixes[] = {"::1", "fd00:ec2::23"};
    struct in_addr           four, other;
    struct in6_addr          six, another;
    if (dynox__ascii_same(host, "localhost")) return true;
    if (inet_pton(AF_INET, host, &four) == 1) {
        bool allowed = ntohl(four.s_addr) >> 24 == 127;
        for (size_t i = 0; i < 2; i++)
            allowed |= inet_pton(AF_INET, fours[i], &other) == 1 && four.s_addr == other.s_addr;
        return allowed;
    }
    bool allowed = false;
    if (inet_pton(AF_INET6, host, &six) == 1)
        for (size_t i = 0; i < 2; i++)
            allowed |= inet_pton(AF_INET6, sixes[i], &another) == 1 && memcmp(&six, &another, sizeof six) == 0;
    return allowed;
}

static bool is_path(const char *text)
{
    for (const char *at = text; *at; at++)
        if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f || *at == '#' || *at == '\\') return false;
    return true;
}

static dynox_status check_full(const char *url, dynox_error *error)
{
    dynox__endpoint endpoint = {0};
    dynox_error     detail   = {0};
    if (url[0] == '/')
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%s: URI did not specify a host", full_name);
    char        *start  = dynox__strndup(url, strcspn(url, "?"));
    dynox_status status = start ? DYNOX_OK : DYNOX_E_NO_MEMORY;
    if (start) status = dynox__endpoint_parse(&endpoint, start, full_name, &detail);
    if (status == DYNOX_E_NO_MEMORY)
        dynox_error_set(error, status, "out of memory");
    else if (status != DYNOX_OK || !is_path(url))
        status = dynox_error_set(error, DYNOX_E_CONFIGURATION, "%s is not a http or https URL", full_name);
    else if (!endpoint.tls && !is_allowed_host(endpoint.host))
        status = dynox_error_set(error, DYNOX_E_CONFIGURATION,
                                 "%s: over http the host must be localhost, a loopback address, 169.254.170.2 (ECS), "
                                 "169.254.170.23 or fd00:ec2::23 (EKS)",
                                 full_name);
    dynox__endpoint_free(&endpoint);
    dynox__free(start);
    return status;
}

dynox_status dynox__container_url(char **url, dynox_error *error)
{
    const char *relative = dynox__setting(relative_name);
    const char *full     = dynox__setting(full_name);
    *url                 = NULL;
    if (relative && (relative[0] != '/' || !is_path(relative)))
        return dynox_error_set(error, DYNOX_E_CONFIGURATION, "%s is not a path that starts with a slash",
                               relative_name);
    if (relative) return keep(url, "http://169.254.170.2", relative, error);
    if (!full)
        return dynox_error_set(error, DYNOX_E_END, "neither %s nor %s is set: not in a container", relative_name,
                               full_name);
    dynox_status status = check_full(full, error);
    return status == DYNOX_OK ? keep(url, full, "", error) : status;
}

static const char *look(const dynox__profile *profile, const char *variable, const char *key)
{
    const char *value = dynox__setting(variable);
    return value ? value : dynox__profile_get(profile, key);
}

dynox_status dynox__imds_endpoint(const dynox__profile *profile, char **url, dynox_error *error)
{
    static const char endpoint_name[] = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    const char       *given           = look(profile, endpoint_name, "ec2_metadata_service_endpoint");
    const char *mode = look(profile, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    *url             = NULL;
    if (given) {
        dynox__endpoint endpoint = {0};
        dynox_status    status   = dynox__endpoint_parse(&endpoint, given, endpoint_name, error);
        if (status == DYNOX_OK) status = keep(url, endpoint.url, "", error);
        dynox__endpoint_free(&endpoint);
        return status;
    }
    if (!mode || dynox__ascii_same(mode, "IPv4")) return keep(url, "http://169.254.169.254", "", error);
    if (dynox__ascii_same(mode, "IPv6")) return keep(url, "http://[fd00:ec2::254]", "", error);
    return dynox_error_set(error, DYNOX_E_CONFIGURATION,
                           "the metadata service: `%.40s` is not a valid endpoint mode (IPv4 or IPv6)", mode);
}
