"""A table's whole life as boto3 asks for it, on the server of AWS_ENDPOINT_URL: every operation on tables and items once
at least, with what can go wrong with it. Run by peers.py; each part can be run alone: boto3_life.py PART..."""
import decimal
import gzip
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
import zlib

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions

URL = os.environ["AWS_ENDPOINT_URL"]
TABLE = "life"


def client(**more):
    config = botocore.config.Config(retries={"total_max_attempts": 1})
    return boto3.client("dynamodb", endpoint_url=URL, region_name="us-east-1", config=config, **more)


db = client()


def fails(code, call, **arguments):
    """The error of a call that must fail with that code."""
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error.response
    raise AssertionError(f"{code} was expected")


def same(left, right):
    assert left == right, f"{left!r} != {right!r}"


def create():
    described = db.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
                              {"AttributeName": "kind", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[{"IndexName": "by_kind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"},
                                                                      {"AttributeName": "sk", "KeyType": "RANGE"}],
                                 "Projection": {"ProjectionType": "ALL"}}],
        BillingMode="PAY_PER_REQUEST")["TableDescription"]
    same(described["TableName"], TABLE)
    db.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    same(db.describe_table(TableName=TABLE)["Table"]["TableStatus"], "ACTIVE")
    assert TABLE in db.list_tables()["TableNames"]
    fails("ResourceInUseException", db.create_table, TableName=TABLE,
          KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
          AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
    fails("ResourceNotFoundException", db.describe_table, TableName="there_is_none")


def key(pk, sk):
    return {"pk": {"S": pk}, "sk": {"N": str(sk)}}


def items():
    everything = {**key("a", 1), "s": {"S": "é𝄞\0\""}, "n": {"N": "-12.50"}, "b": {"B": b"\0\xff"}, "t": {"BOOL": True},
                  "z": {"NULL": True}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": [b"x"]},
                  "l": {"L": [{"S": "x"}, {"M": {}}]}, "m": {"M": {"k": {"L": []}}}}
    db.put_item(TableName=TABLE, Item=everything)
    got = db.get_item(TableName=TABLE, Key=key("a", 1), ConsistentRead=True, ReturnConsumedCapacity="TOTAL")
    same(got["Item"], {**everything, "n": {"N": "-12.5"}})
    same(got["ConsumedCapacity"]["CapacityUnits"], 1.0)
    assert "Item" not in db.get_item(TableName=TABLE, Key=key("a", 2))
    same(db.get_item(TableName=TABLE, Key=key("a", 1), ProjectionExpression="l[0], #m",
                     ExpressionAttributeNames={"#m": "m"})["Item"], {"l": {"L": [{"S": "x"}]}, "m": {"M": {"k": {"L": []}}}})
    old = db.put_item(TableName=TABLE, Item={**key("a", 1), "n": {"N": "1"}}, ReturnValues="ALL_OLD")
    same(old["Attributes"]["t"], {"BOOL": True})
    failed = fails("ConditionalCheckFailedException", db.put_item, TableName=TABLE, Item=key("a", 1),
                   ConditionExpression="attribute_not_exists(pk)", ReturnValuesOnConditionCheckFailure="ALL_OLD")
    same(failed["Item"], {**key("a", 1), "n": {"N": "1"}})
    new = db.update_item(TableName=TABLE, Key=key("a", 1), UpdateExpression="SET n = n + :one, l = :l ADD c :one REMOVE x",
                         ConditionExpression="n = :one", ExpressionAttributeValues={":one": {"N": "1"}, ":l": {"L": []}},
                         ReturnValues="ALL_NEW")
    same(new["Attributes"], {**key("a", 1), "n": {"N": "2"}, "c": {"N": "1"}, "l": {"L": []}})
    fails("ConditionalCheckFailedException", db.delete_item, TableName=TABLE, Key=key("a", 1),
          ConditionExpression="n > :n", ExpressionAttributeValues={":n": {"N": "9"}})
    same(db.delete_item(TableName=TABLE, Key=key("a", 1), ReturnValues="ALL_OLD")["Attributes"]["c"], {"N": "1"})
    fails("ValidationException", db.get_item, TableName=TABLE, Key={"pk": {"S": "a"}})
    fails("ResourceNotFoundException", db.get_item, TableName="there_is_none", Key={"pk": {"S": "a"}})


def resources():
    table = boto3.resource("dynamodb", endpoint_url=URL, region_name="us-east-1").Table(TABLE)
    table.put_item(Item={"pk": "r", "sk": 1, "n": decimal.Decimal("1.25"), "list": [1, "two", None, True], "set": {1, 2}})
    same(table.get_item(Key={"pk": "r", "sk": 1})["Item"]["n"], decimal.Decimal("1.25"))
    with table.batch_writer() as batch:
        for i in range(60):
            batch.put_item(Item={"pk": "many", "sk": i, "kind": "even" if i % 2 == 0 else "odd", "text": "x" * 100})
    condition = boto3.dynamodb.conditions.Key("pk").eq("many") & boto3.dynamodb.conditions.Key("sk").between(10, 19)
    same(table.query(KeyConditionExpression=condition)["Count"], 10)


def reading():
    pages = list(db.get_paginator("query").paginate(TableName=TABLE, KeyConditionExpression="pk = :p",
                                                    ExpressionAttributeValues={":p": {"S": "many"}},
                                                    ScanIndexForward=False, PaginationConfig={"PageSize": 7}))
    numbers = [int(item["sk"]["N"]) for page in pages for item in page["Items"]]
    same(numbers, list(range(59, -1, -1)))
    assert len(pages) > 8
    index = db.query(TableName=TABLE, IndexName="by_kind", KeyConditionExpression="kind = :k AND sk < :m",
                     FilterExpression="contains(#t, :x)", ExpressionAttributeNames={"#t": "text"},
                     ExpressionAttributeValues={":k": {"S": "odd"}, ":m": {"N": "10"}, ":x": {"S": "x"}})
    same([item["sk"]["N"] for item in index["Items"]], ["1", "3", "5", "7", "9"])
    same(db.scan(TableName=TABLE, Select="COUNT")["Count"], 61)
    parts = [db.scan(TableName=TABLE, Segment=i, TotalSegments=4)["Count"] for i in range(4)]
    same(sum(parts), 61)
    fails("ValidationException", db.query, TableName=TABLE, KeyConditionExpression="sk = :s",
          ExpressionAttributeValues={":s": {"N": "1"}})


def batches():
    written = db.batch_write_item(RequestItems={TABLE: [{"PutRequest": {"Item": key("b", 1)}},
                                                        {"PutRequest": {"Item": key("b", 2)}},
                                                        {"DeleteRequest": {"Key": key("many", 0)}}]})
    same(written["UnprocessedItems"], {})
    got = db.batch_get_item(RequestItems={TABLE: {"Keys": [key("b", 1), key("b", 2), key("many", 0)]}})
    same(len(got["Responses"][TABLE]), 2)
    same(got["UnprocessedKeys"], {})
    fails("ValidationException", db.batch_write_item, RequestItems={TABLE: [{"PutRequest": {"Item": key("b", 1)}},
                                                                          {"DeleteRequest": {"Key": key("b", 1)}}]})


def transactions():
    db.transact_write_items(TransactItems=[
        {"Put": {"TableName": TABLE, "Item": {**key("t", 1), "n": {"N": "1"}}}},
        {"Update": {"TableName": TABLE, "Key": key("b", 1), "UpdateExpression": "SET n = :n",
                    "ExpressionAttributeValues": {":n": {"N": "5"}}}},
        {"Delete": {"TableName": TABLE, "Key": key("b", 2)}},
        {"ConditionCheck": {"TableName": TABLE, "Key": key("many", 1), "ConditionExpression": "attribute_exists(pk)"}}])
    got = db.transact_get_items(TransactItems=[{"Get": {"TableName": TABLE, "Key": key("t", 1)}},
                                               {"Get": {"TableName": TABLE, "Key": key("b", 2)}}])
    same(got["Responses"], [{"Item": {**key("t", 1), "n": {"N": "1"}}}, {}])
    failed = fails("TransactionCanceledException", db.transact_write_items, TransactItems=[
        {"Put": {"TableName": TABLE, "Item": key("t", 9)}},
        {"Put": {"TableName": TABLE, "Item": key("t", 1), "ConditionExpression": "attribute_not_exists(pk)"}}])
    same([reason["Code"] for reason in failed["CancellationReasons"]], ["None", "ConditionalCheckFailed"])
    assert "Item" not in db.get_item(TableName=TABLE, Key=key("t", 9))
    token = {"ClientRequestToken": "the-same-one", "TransactItems": [{"Update": {
        "TableName": TABLE, "Key": key("t", 1), "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}}}}]}
    db.transact_write_items(**token)
    db.transact_write_items(**token)
    same(db.get_item(TableName=TABLE, Key=key("t", 1))["Item"]["n"], {"N": "2"})


def statements():
    insert = f"INSERT INTO \"{TABLE}\" VALUE {{'pk': 'q', 'sk': 1, 'n': 5}}"
    where = f'FROM "{TABLE}" WHERE pk = ? AND sk = ?'
    which = [{"S": "q"}, {"N": "1"}]
    db.execute_statement(Statement=insert)
    fails("DuplicateItemException", db.execute_statement, Statement=insert)
    db.execute_statement(Statement=f'UPDATE "{TABLE}" SET n = n + 1 WHERE pk = ? AND sk = ?', Parameters=which)
    same(db.execute_statement(Statement=f"SELECT n {where}", Parameters=which)["Items"], [{"n": {"N": "6"}}])
    both = db.batch_execute_statement(Statements=[{"Statement": insert},
                                                  {"Statement": insert.replace("1", "2")}])["Responses"]
    same([one.get("Error", {}).get("Code") for one in both], ["DuplicateItem", None])
    db.execute_transaction(TransactStatements=[{"Statement": f"DELETE {where}", "Parameters": which}])
    same(db.execute_statement(Statement=f"SELECT * {where}", Parameters=which)["Items"], [])
    fails("ValidationException", db.execute_statement, Statement="SELECT FROM nothing WHERE")


def settings():
    arn = db.describe_table(TableName=TABLE)["Table"]["TableArn"]
    db.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "a"}])
    same(db.list_tags_of_resource(ResourceArn=arn)["Tags"], [{"Key": "team", "Value": "a"}])
    db.untag_resource(ResourceArn=arn, TagKeys=["team"])
    same(db.list_tags_of_resource(ResourceArn=arn).get("Tags", []), [])
    db.update_time_to_live(TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    same(db.describe_time_to_live(TableName=TABLE)["TimeToLiveDescription"]["AttributeName"], "ttl")


def compressed():
    """gzip both ways, which boto3 itself leaves alone. Not every server has it."""
    if os.environ.get("DYNOX_TEST_PEER") != "local":
        return
    keys = botocore.credentials.Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.Scan",
               "Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
    body = f'{{"TableName":"{TABLE}"}}'.encode()
    request = botocore.awsrequest.AWSRequest("POST", URL + "/", headers=headers, data=gzip.compress(body))
    botocore.auth.SigV4Auth(keys, "dynamodb", "us-east-1").add_auth(request)
    sent = urllib.request.Request(URL, request.data, dict(request.headers))
    with urllib.request.urlopen(sent, timeout=30) as answer:
        got = answer.read()
        same(answer.headers["Content-Encoding"], "gzip")
        same(int(answer.headers["x-amz-crc32"]), zlib.crc32(got))
    same(json.loads(gzip.decompress(got))["Count"], db.scan(TableName=TABLE)["Count"])


class Presigner(botocore.auth.SigV4QueryAuth):
    """Of a request with a body, which botocore would put into the query."""

    def payload(self, request):
        return hashlib.sha256(b"{}").hexdigest()


def signatures():
    """Where signatures are verified: a wrong secret, and what botocore presigns."""
    if os.environ.get("DYNOX_TEST_PEER") != "local":
        return
    fails("InvalidSignatureException", client(aws_secret_access_key="not it", aws_access_key_id=os.environ[
        "AWS_ACCESS_KEY_ID"]).list_tables)
    fails("UnrecognizedClientException", client(aws_secret_access_key="x", aws_access_key_id="AKIDNOBODY").list_tables)
    keys = botocore.credentials.Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810.ListTables"}
    for body, status in ((b"{}", 200), (b'{"Limit":1}', 400)):
        request = botocore.awsrequest.AWSRequest("POST", URL + "/", headers=headers)
        Presigner(keys, "dynamodb", "us-east-1", expires=60).add_auth(request)
        sent = urllib.request.Request(request.url, body, {**headers, "Host": URL.split("//")[1]})
        try:
            same(urllib.request.urlopen(sent, timeout=30).status, status)
        except urllib.error.HTTPError as error:
            assert error.code == status, error.read()


def delete():
    db.delete_table(TableName=TABLE)
    db.get_waiter("table_not_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    fails("ResourceNotFoundException", db.put_item, TableName=TABLE, Item=key("a", 1))


PARTS = [create, items, resources, reading, batches, transactions, statements, settings, compressed, signatures, delete]


def main():
    wanted = sys.argv[1:]
    for part in PARTS:
        if wanted and part.__name__ not in wanted:
            continue
        begun = time.monotonic()
        part()
        print(f"{part.__name__}: good ({(time.monotonic() - begun) * 1000:.0f} ms)", flush=True)


main()
