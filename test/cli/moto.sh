#!/usr/bin/env bash
# moto.sh DYNOX: the command against a server that verifies signatures; peers.py sets the environment.
set -euo pipefail
. "$(dirname "$0")/expect.sh"
dynox=$1

if [ "${EXPECT_REFUSED:-}" = 1 ]; then
    expect 1 "$dynox" whoami
    says "SignatureDoesNotMatch"
    shows "credentials  environment"
    hides "$AWS_SECRET_ACCESS_KEY"
    echo "cli: refused, as it should be"
    exit
fi
expect 0 "$dynox" whoami
shows "credentials  environment"
shows "...${AWS_ACCESS_KEY_ID: -4}"
shows "123456789012"
shows "arn:aws:iam::123456789012:user/tester"
shows "$AWS_REGION"
shows "$AWS_ENDPOINT_URL"
shows "these are used"
hides "$AWS_ACCESS_KEY_ID"
hides "$AWS_SECRET_ACCESS_KEY"

expect 0 "$dynox" ping
shows "$AWS_ENDPOINT_URL answers"
expect 0 env -u AWS_ENDPOINT_URL "$dynox" ping --endpoint-url "$AWS_ENDPOINT_URL" --region us-west-2
echo "cli: all good"
