/* Where the credentials of a container and of an EC2 instance are to be had: what the environment says, checked. Pure
 * logic. Sources: AWS SDKs and Tools Reference Guide, "Container credential provider" and "IMDS credential provider";
 * the SDKs (Rust, botocore). */
#ifndef DYNOX_SERVICES_SOURCE_METADATA_H
#define DYNOX_SERVICES_SOURCE_METADATA_H

#include "aws/config/profile_file.h"

/* AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, else AWS_CONTAINER_CREDENTIALS_FULL_URI. Over plain HTTP the host must be
 * this machine or one of the addresses of ECS and EKS: credentials are not to be had from, nor the token sent to,
 * anybody else. *url is for dynox__free. DYNOX_E_END: neither is set. DYNOX_E_CONFIGURATION never shows the URL: its
 * path may be a secret. */
dynox_status dynox__container_url(char **url, dynox_error *error);

/* The start of the URLs of the instance metadata service, without a slash at its end:
 * AWS_EC2_METADATA_SERVICE_ENDPOINT, ec2_metadata_service_endpoint of the profile (NULL: none), or what
 * AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE or ec2_metadata_service_endpoint_mode says: IPv4 or IPv6.
 * DYNOX_E_CONFIGURATION. */
dynox_status dynox__imds_endpoint(const dynox__profile *profile, char **url, dynox_error *error);

#endif
