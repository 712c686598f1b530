#!/usr/bin/env bash
# alone.sh DYNOX: the command without a server: its arguments, and an environment without credentials.
set -euo pipefail
. "$(dirname "$0")/expect.sh"
dynox=$1
alone=(env -i HOME=/nonexistent AWS_EC2_METADATA_DISABLED=true)

expect 0 "$dynox" --version
shows "dynox "
expect 0 "$dynox" --help
shows "--endpoint-url"
expect 2 "$dynox"
says "usage: dynox"
expect 2 "$dynox" dance
says "no command dance"
expect 2 "$dynox" ping --loudly
says "no option --loudly"
expect 2 "$dynox" ping whoami
says "one command is enough"
expect 2 "$dynox" ping --region
says "behind --region"
expect 2 "$dynox" ping --region --profile x
says "behind --region"

expect 1 "${alone[@]}" "$dynox" whoami
shows "credentials  none"
shows "AWS_ACCESS_KEY_ID is not set"
shows 'there is no profile "default"'
shows "AWS_WEB_IDENTITY_TOKEN_FILE is not set"
shows "AWS_EC2_METADATA_DISABLED is true"
shows "set AWS_REGION, or give --region"
says "no credentials are set up"

expect 1 "${alone[@]}" "$dynox" whoami --profile=missing --region eu-west-1
says 'there is no profile "missing"'
shows "region       eu-west-1"
expect 1 "${alone[@]}" "$dynox" whoami --region eu-west-1
shows "https://dynamodb.eu-west-1.amazonaws.com"

# Nothing listens on port 1; half of a pair of keys is a mistake and not a reason to look elsewhere.
expect 1 "${alone[@]}" AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=verysecret \
    "$dynox" ping --region us-east-1 --endpoint-url=http://127.0.0.1:1
says "127.0.0.1"
hides verysecret
expect 1 "${alone[@]}" AWS_SECRET_ACCESS_KEY=verysecret "$dynox" whoami
says "AWS_ACCESS_KEY_ID is not"
hides verysecret

# A profile: what is shown of its key is the end of the id.
printf '[work]\naws_access_key_id = AKIDEXAMPLE00001234\naws_secret_access_key = verysecret\naws_session_token = verytoken\nregion = eu-central-1\n' \
    >"$work/credentials"
expect 1 "${alone[@]}" AWS_SHARED_CREDENTIALS_FILE="$work/credentials" AWS_ENDPOINT_URL=http://127.0.0.1:1 \
    "$dynox" whoami --profile work
shows 'profile "work"'
shows "...1234"
shows "eu-central-1"
says "127.0.0.1"
hides AKIDEXAMPLE
hides verysecret
hides verytoken
# Texts of files, the environment and the command line steer no terminal: an escape, a C1 control, a mark of direction.
for evil in $'\e[2J' $'\xc2\x9b2J' $'\xe2\x80\xae' $'\xe2\x81\xa6' $'\xd8\x9c' $'\xff'; do
    printf '[w%s]\nrole_arn = a\nsource_profile = x%s\nregion = eu-central-1\n[profile w%s]\nregion = r%s\n' \
        "$evil" "$evil" "$evil" "$evil" >"$work/credentials"
    for profile in "w$evil" "missing$evil"; do
        expect 1 "${alone[@]}" AWS_SHARED_CREDENTIALS_FILE="$work/credentials" AWS_ENDPOINT_URL="http://127.0.0.1:1" \
            "$dynox" whoami --profile "$profile"
        hides "$evil"
    done
    expect 1 "${alone[@]}" AWS_ACCESS_KEY_ID="AKIDEXAMPLE0000$evil" AWS_SECRET_ACCESS_KEY=s \
        "$dynox" whoami --region "r$evil" --endpoint-url "http://127.0.0.1:1/$evil"
    hides "$evil"
    expect 2 "$dynox" "dance$evil"
    hides "$evil"
done
echo "cli: all good"
