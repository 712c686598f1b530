/* Credentials and signatures without DynamoDB: what libdynox-aws (pkg-config dynox-aws, CMake dynox::aws) offers. All
 * of it is in libdynox, too: link one of the two. */
#ifndef DYNOX_AWS_H
#define DYNOX_AWS_H

#include <dynox/credentials.h>
#include <dynox/error.h>
#include <dynox/executor.h>
#include <dynox/future.h>
#include <dynox/log.h>
#include <dynox/memory.h>
#include <dynox/sign.h>
#include <dynox/status.h>
#include <dynox/version.h>

#endif
